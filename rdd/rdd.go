package rdd

import (
	"iter"

	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/storage"
)

// RDD is an immutable collection of T in partitions, computed from its lineage
// when an action needs it. It is safe for concurrent use.
type RDD[T any] struct {
	n *node
	// compute pushes the elements of a partition to emit in chunks of 1 to
	// maxChunk. A chunk is borrowed: its slice is the callee's until emit
	// returns, its elements may be kept. An error of emit ends it and is
	// returned as it is. It is guarded by n.mu once others know the RDD: see
	// source.
	compute func(t *Task, part int, emit func([]T) error) error
	held    held
}

// maxChunk is the number of elements a chunk may have: enough that what is done
// once a chunk costs nothing, few enough to stay in the cache.
const maxChunk = 1024

// derive makes an RDD one step from another, in the same partitions.
func derive[T, U any](r *RDD[T], op string, compute func(t *Task, part int, emit func([]U) error) error) *RDD[U] {
	return &RDD[U]{n: newNode(r.node().ctx, "MapPartitionsRDD", op, narrow(r.node())), compute: compute}
}

// each pushes a partition to emit: from where it is kept, else computed. It ends
// soon after the task's context has, as loops over rows do that call functions of
// the program (see Task.next).
func (r *RDD[T]) each(t *Task, part int, emit func([]T) error) error {
	if err := t.live(); err != nil {
		return err
	}
	push := func(in []T) error {
		if t.over.Load() {
			return t.live()
		}
		return emit(in)
	}
	kept := r.held.blocks()
	if kept == nil {
		return r.source()(t, part, push)
	}
	found, err := storage.Read(kept, part, push)
	if found || err != nil {
		return err
	}
	return r.keep(t, part, kept, push)
}

// source returns what computes partitions now: the lineage, or what has taken
// its place.
func (r *RDD[T]) source() pushes[T] {
	r.n.mu.Lock()
	defer r.n.mu.Unlock()
	return r.compute
}

// cut makes compute take the lineage's place: of the parents, nothing is held
// any more. What stands for them in debug strings is of the kind.
func (r *RDD[T]) cut(kind string, parts int, compute pushes[T]) {
	end := newNode(r.node().ctx, kind, "checkpoint")
	end.count = fixed(parts)
	r.n.mu.Lock()
	defer r.n.mu.Unlock()
	r.node().deps, r.node().count, r.compute = []dependency{narrow(end)}, end.count, compute
}

// rows is each for loops around user code: at is the position of the chunk's
// first element in its partition, for Task.row.
func (r *RDD[T]) rows(t *Task, part int, f func(in []T, at int64) error) error {
	var at int64
	return r.each(t, part, func(in []T) error {
		err := f(in, at)
		at += int64(len(in))
		return err
	})
}

// seq is a partition as an iterator for user code, the loop around which looks
// at one row after another. The error of computing it is stored in err when the
// loop has ended.
func (r *RDD[T]) seq(t *Task, part int, err *error) iter.Seq[T] {
	return func(yield func(T) bool) {
		rows := func(in []T, at int64) error {
			for i, x := range in {
				if !t.next(at + int64(i)) {
					return t.live()
				}
				if !yield(x) {
					return errEnough
				}
			}
			return nil
		}
		*err = exec.Work(func() error { return r.rows(t, part, rows) }) // iter.Pull has a stack of its own
		if *err == nil || *err == errEnough {
			t.row = -1 // what follows is about none
		}
		if *err == errEnough {
			*err = nil
		}
	}
}

// chunker gathers elements into chunks.
type chunker[T any] struct {
	emit func([]T) error
	buf  []T
}

func newChunker[T any](emit func([]T) error) *chunker[T] {
	return &chunker[T]{emit: emit, buf: make([]T, 0, maxChunk)}
}

func (c *chunker[T]) add(x T) error {
	c.buf = append(c.buf, x)
	if len(c.buf) < maxChunk {
		return nil
	}
	return c.flush()
}

// addAll adds elements, which are copied if they are few.
func (c *chunker[T]) addAll(s []T) error {
	if len(s) < maxChunk {
		return c.appended(append(c.buf, s...))
	}
	if err := c.flush(); err != nil {
		return err
	}
	return emitAll(s, c.emit)
}

// appended takes buf back with what was appended to it.
func (c *chunker[T]) appended(buf []T) error {
	rest := buf
	for len(rest) >= maxChunk {
		if err := c.emit(rest[:maxChunk:maxChunk]); err != nil {
			return err
		}
		rest = rest[maxChunk:]
	}
	if len(rest) < len(buf) {
		rest = append(buf[:0], rest...)
	}
	c.buf = rest
	return nil
}

// flush emits what is gathered.
func (c *chunker[T]) flush() error {
	if len(c.buf) == 0 {
		return nil
	}
	out := c.buf
	c.buf = c.buf[:0]
	return c.emit(out)
}

// emitAll pushes a slice in chunks.
func emitAll[T any](s []T, emit func([]T) error) error {
	for len(s) > 0 {
		n := min(len(s), maxChunk)
		if err := emit(s[:n:n]); err != nil {
			return err
		}
		s = s[n:]
	}
	return nil
}

// ID returns the RDD's number in its context, from 0.
func (r *RDD[T]) ID() int { return r.node().id }

// Context returns the context the RDD belongs to.
func (r *RDD[T]) Context() *Context { return r.node().ctx }

// Partitioner returns how rows are placed, nil if nobody placed them.
func (r *RDD[T]) Partitioner() Partitioner { return r.node().partitioner }

// NumPartitions returns the number of partitions. It may look at files or run a
// job the first time.
func (r *RDD[T]) NumPartitions() (int, error) { return r.node().partitions() }

// SetName names the RDD in debug strings and listeners, and returns it.
func (r *RDD[T]) SetName(name string) *RDD[T] {
	n := r.node()
	n.mu.Lock()
	defer n.mu.Unlock()
	n.name = name
	return r
}
