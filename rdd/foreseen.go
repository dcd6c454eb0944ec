package rdd

import (
	"sync/atomic"

	"github.com/spatestream/spate/internal/exec"
)

// foreseen is how many keys the tables of an operation have, learned from those
// that were, so that the next need not grow to that size step by step. It is
// safe for concurrent use.
type foreseen struct{ keys atomic.Int64 }

// tables are those of one side of an operation; those made at one place of the
// program are taken to be alike: the tasks of a stage, the batches of a stream.
type tables struct {
	at      exec.Place
	mapSide bool
}

// foreseen returns what is known of such tables.
func (c *Context) foreseen(t tables) *foreseen {
	f, ok := c.sizes.Load(t)
	if !ok {
		f, _ = c.sizes.LoadOrStore(t, &foreseen{})
	}
	return f.(*foreseen)
}

// expected is about how many keys a table will have, with some to spare.
func (f *foreseen) expected() int {
	n := int(f.keys.Load())
	return n + n/8
}

// had notes how many keys a table had. Fewer than before count by and by: a
// partition may be a small one.
func (f *foreseen) had(n int) {
	before := f.keys.Load()
	f.keys.Store(max(int64(n), before-before/4-1))
}
