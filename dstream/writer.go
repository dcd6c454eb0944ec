package dstream

import (
	"fmt"
	"sync"
)

// writer writes metadata checkpoints on a goroutine of its own: the newest
// state of the context, however often it changed since the last write. A batch
// runs when metadata that knows it is durable, so that it never gets other data
// after a crash than it had before.
type writer struct {
	c    *Context
	dir  *directory
	free func(*batch) // lets a batch run
	old  []string     // data checkpoints to be deleted; of the writer's goroutine

	mu     sync.Mutex
	change sync.Cond // signalled when what follows changes
	held   []*batch  // guarded by mu: wait for a write
	dirty  bool      // guarded by mu: the context has changed
	busy   bool      // guarded by mu: a write is under way
	closed bool      // guarded by mu
}

func newWriter(c *Context, dir *directory, free func(*batch)) *writer {
	w := &writer{c: c, dir: dir, free: free}
	w.change.L = &w.mu
	return w
}

// hold keeps a batch until metadata that knows it is durable.
func (w *writer) hold(b *batch) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.held = append(w.held, b)
	w.dirty = true
	w.change.Broadcast()
}

// poke says that the context has changed.
func (w *writer) poke() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dirty = true
	w.change.Broadcast()
}

// settle waits until what has changed so far is written, or has failed to be.
func (w *writer) settle() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.dirty || w.busy {
		w.change.Wait()
	}
}

// close lets the goroutine end when all is written.
func (w *writer) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	w.change.Broadcast()
}

// work is the writer's goroutine.
func (w *writer) work() {
	for {
		held, ok := w.next()
		if !ok {
			return
		}
		err := w.write()
		if err != nil {
			w.c.failed.set(fmt.Errorf("checkpoint %s: %w", w.dir.path, err))
		}
		w.done(held, err)
	}
}

// next waits for a change and takes the batches that the write will know.
func (w *writer) next() (held int, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for !w.dirty && !w.closed {
		w.change.Wait()
	}
	if !w.dirty {
		return 0, false
	}
	w.dirty, w.busy = false, true
	return len(w.held), true
}

// done lets the batches run that the write knew. After an error they wait for
// the next write.
func (w *writer) done(held int, err error) {
	var free []*batch
	w.mu.Lock()
	if err == nil {
		free, w.held = w.held[:held:held], w.held[held:]
	}
	w.mu.Unlock()
	for _, b := range free {
		w.free(b)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy = false
	w.change.Broadcast()
}

// attempts is how often a write is tried.
const attempts = 3

func (w *writer) write() error {
	if err := w.c.env.At("before Checkpoint"); err != nil {
		return err
	}
	w.c.mu.Lock()
	m, err := w.c.metadata()
	w.c.mu.Unlock()
	if err != nil {
		return err
	}
	for range attempts {
		if err = w.dir.write(m); err == nil {
			break
		}
	}
	if err != nil {
		return err
	}
	if err := w.c.env.At("after Checkpoint"); err != nil {
		return err
	}
	w.old = append(w.old, w.c.release(w.dir.oldest(2), w.dir.oldest(kept))...)
	return w.c.env.Around("ClearMetadata", w.discard)
}

// discard deletes data checkpoints that no metadata names. What cannot be deleted
// is tried again after the next write.
func (w *writer) discard() error {
	for ; len(w.old) > 0; w.old = w.old[1:] {
		if err := w.c.discard(w.old[0]); err != nil {
			return err
		}
	}
	return nil
}
