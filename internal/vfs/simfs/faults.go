package simfs

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
)

// ErrPowerCut is what every call returns once the power is cut.
var ErrPowerCut = errors.New("power cut")

// Op names a method of vfs.FS, vfs.Reader or vfs.File.
type Op string

// The calls that Faults counts. FS.Temp is none: it does no I/O.
const (
	OpOpen        Op = "open"
	OpCreate      Op = "create"
	OpEdit        Op = "edit"
	OpRename      Op = "rename" // its path is the new name
	OpRemove      Op = "remove"
	OpList        Op = "list"
	OpStat        Op = "stat"
	OpMkdir       Op = "mkdir"
	OpSyncDir     Op = "syncdir"
	OpLock        Op = "lock"
	OpRead        Op = "read"
	OpSize        Op = "size"
	OpWrite       Op = "write" // Write and WriteAt
	OpSync        Op = "sync"
	OpTruncate    Op = "truncate"
	OpPreallocate Op = "preallocate"
	OpClose       Op = "close" // of files
)

// Rule makes calls fail. A call that fails has no effect, except that a failed
// sync of a Disk loses some of the file's unsynced writes for good, as Linux
// does, a short write writes half, and a failed close closes.
type Rule struct {
	Op     Op     // "": any
	Path   string // pattern of path.Match for the last element, or, if it has a slash, for the whole name; "": any
	N      int    // the n-th call that matches fails, from 1; 0 is 1
	Always bool   // and all later ones
	Err    error  // such as syscall.EIO, syscall.ENOSPC
	Short  bool   // a failing write writes its first half
}

// CutAt cuts the power at the n-th call, from 1: it and all later ones fail
// with ErrPowerCut. Then Disk.Recover says what is left.
func CutAt(n int) Rule { return Rule{N: n, Always: true, Err: ErrPowerCut} }

// Call is one call as it was made.
type Call struct {
	Op   Op
	Path string
	Size int   // bytes of a read or write
	Err  error // the fault it got, nil if it went through
}

func (c Call) String() string {
	text := string(c.Op) + " " + c.Path
	if c.Op == OpRead || c.Op == OpWrite {
		text += fmt.Sprintf(" %d bytes", c.Size)
	}
	if c.Err != nil {
		text += ": " + c.Err.Error()
	}
	return text
}

// Faults counts the calls of the file systems it wraps and makes them fail by
// rules; the first rule that matches decides, but every rule counts. It is
// safe for use by many goroutines.
type Faults struct {
	mu    sync.Mutex // guards all
	rules []Rule
	seen  []int // matching calls of each rule
	calls []Call
}

// NewFaults returns a Faults with some rules.
func NewFaults(rules ...Rule) *Faults {
	f := &Faults{}
	for _, r := range rules {
		f.Add(r)
	}
	return f
}

// Add adds a rule, which counts from now on.
func (f *Faults) Add(r Rule) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rules, f.seen = append(f.rules, r), append(f.seen, 0)
}

// Count returns how many calls were made.
func (f *Faults) Count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.calls)
}

// Calls returns a copy of the list of calls, in order.
func (f *Faults) Calls() []Call {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.calls)
}

// String lists the calls, one a line, each with its number.
func (f *Faults) String() string {
	var b strings.Builder
	for i, c := range f.Calls() {
		fmt.Fprintf(&b, "%d %s\n", i+1, c)
	}
	return b.String()
}

// next records a call and returns the rule that makes it fail, nil for none.
func (f *Faults) next(op Op, name string, size int) *Rule {
	f.mu.Lock()
	defer f.mu.Unlock()
	var hit *Rule
	for i := range f.rules {
		r := &f.rules[i]
		if !r.matches(op, name) {
			continue
		}
		f.seen[i]++
		n := max(r.N, 1)
		if hit == nil && (f.seen[i] == n || r.Always && f.seen[i] > n) {
			hit = r
		}
	}
	call := Call{Op: op, Path: name, Size: size}
	if hit != nil {
		call.Err = hit.Err
		copied := *hit
		hit = &copied
	}
	f.calls = append(f.calls, call)
	return hit
}

func (r *Rule) matches(op Op, name string) bool {
	if r.Op != "" && r.Op != op {
		return false
	}
	if r.Path == "" {
		return true
	}
	if !strings.Contains(r.Path, "/") {
		name = path.Base(name)
	}
	ok, err := path.Match(r.Path, name)
	return ok && err == nil
}
