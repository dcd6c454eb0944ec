package query

import (
	"github.com/spatestream/spate/internal/checkpoint"
)

// saveSlice is how many rows a slice of Save writes.
const saveSlice = 8192

// save seals the tables and writes what the epoch changed.
func (l *loop) save(a checkpoint.Save) error { panic("query: state comes with store.Save") }

// decide writes the manifest: the sections of the epochs before and of this
// one.
func (l *loop) decide(a checkpoint.Decide) error { panic("query: state comes with store.Save") }

// restore puts the chains to the state before an epoch.
func (l *loop) restore(a checkpoint.Restore) error { return l.bound.Reset(a.Held) }
