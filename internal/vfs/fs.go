package vfs

import "github.com/spatestream/spate/files"

// The contract is public, for connectors of other programs; a lock that is held
// elsewhere is a *LockedError here.
type (
	FS     = files.FS
	Reader = files.Reader
	File   = files.File
	Entry  = files.Entry
	Mode   = files.Mode
)

// What a write does to a name that is taken: it fails with ErrExist, or
// replaces the file in one step.
const (
	NoOverwrite = files.NoOverwrite
	Overwrite   = files.Overwrite
)
