package storage

import (
	"container/list"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/spatestream/spate/internal/block"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/spill"
)

// Blocks are what is kept of one RDD. Safe for concurrent use. When nobody can
// reach them any more, they are dropped. They do not know the type of the rows:
// Open, NewWriter and Read of the same Blocks must be given the same T.
type Blocks struct{ kept *set }

// Info says how much of an RDD is kept.
type Info struct {
	Partitions   int
	Memory, Disk int64 // bytes
}

// set is what the store knows of an RDD.
type set struct {
	store *Store
	id    int
	level Level                      // but for disk
	disk  atomic.Bool                // whether blocks may lie there
	form  func() (spill.Form, error) // once

	parts map[int]*stored // guarded by store.mu; nil once dropped
}

// stored is a block.
type stored struct {
	set  *set
	part int
	in   content         // replaced as a whole, guarded by store.mu
	held *memory.Account // of what is in memory
	at   *list.Element   // of Store.recent, nil for a block on disk
}

// content is where the rows of a block are: one of three. What it holds does
// not change.
type content struct {
	values []any    // chunks of rows
	frames [][]byte // blocks of internal/block
	file   memory.File
	size   int64 // bytes in memory, or of the file
}

// Open begins to keep blocks of an RDD.
func Open[T any](s *Store, rdd int, level Level) *Blocks {
	return open(s, rdd, level, spill.FormOf[T])
}

func open(s *Store, rdd int, level Level, form func() (spill.Form, error)) *Blocks {
	k := &set{store: s, id: rdd, level: level, form: sync.OnceValues(form), parts: map[int]*stored{}}
	k.disk.Store(level.Disk)
	b := &Blocks{k}
	runtime.AddCleanup(b, (*set).drop, k)
	return b
}

// AlsoOnDisk makes blocks go to disk that would have been forgotten.
func (b *Blocks) AlsoOnDisk() { b.kept.disk.Store(true) }

// Drop forgets all blocks; none is kept any more. Who reads one now may find it
// lost.
func (b *Blocks) Drop() { b.kept.drop() }

func (k *set) drop() {
	k.store.mu.Lock()
	defer k.store.mu.Unlock()
	for _, x := range k.parts {
		x.release()
	}
	k.parts = nil
}

// Has reports whether a partition is kept.
func (b *Blocks) Has(part int) bool {
	b.kept.store.mu.Lock()
	defer b.kept.store.mu.Unlock()
	return b.kept.parts[part] != nil
}

// Info returns how much is kept now.
func (b *Blocks) Info() Info {
	b.kept.store.mu.Lock()
	defer b.kept.store.mu.Unlock()
	in := Info{Partitions: len(b.kept.parts)}
	for _, x := range b.kept.parts {
		if x.in.file != nil {
			in.Disk += x.in.size
		} else {
			in.Memory += x.in.size
		}
	}
	return in
}

// get returns the content of a partition, which counts as used now.
func (k *set) get(part int) (in content, ok bool) {
	k.store.mu.Lock()
	defer k.store.mu.Unlock()
	x := k.parts[part]
	if x == nil {
		return in, false
	}
	if x.at != nil {
		k.store.recent.MoveToBack(x.at)
	}
	return x.in, true
}

// lose forgets a partition whose file cannot be read.
func (k *set) lose(part int, in content) {
	k.store.mu.Lock()
	defer k.store.mu.Unlock()
	if x := k.parts[part]; x != nil && x.in.file == in.file {
		x.release()
		delete(k.parts, part)
	}
}

// release gives back what the block takes. A file that cannot be removed goes
// with the space. It needs the store's mu.
func (x *stored) release() {
	if x.in.file != nil {
		x.in.file.Close()
		return
	}
	x.held.Shrink(x.in.size)
	if x.at != nil {
		x.set.store.recent.Remove(x.at)
		x.at = nil
	}
}

// rdd implements keeper.
func (x *stored) rdd() int { return x.set.id }

// account implements keeper.
func (x *stored) account() *memory.Account { return x.held }

// evict implements keeper. A block that the disk does not take stays.
func (x *stored) evict() bool {
	if !x.set.disk.Load() {
		x.held.Shrink(x.in.size)
		x.at = nil
		delete(x.set.parts, x.part)
		return true
	}
	out, err := x.set.toDisk(x.in)
	if err != nil {
		return false
	}
	x.held.Shrink(x.in.size)
	x.in, x.at = out, nil
	return true
}

// toDisk copies content into a file of its own.
func (k *set) toDisk(in content) (content, error) {
	f, err := newFrames(k, true)
	if err != nil {
		return content{}, err
	}
	for _, frame := range in.frames {
		if err := f.put(frame); err != nil {
			return content{}, f.fail(err)
		}
	}
	for _, rows := range in.values {
		if err := f.add(rows); err != nil {
			return content{}, f.fail(err)
		}
	}
	return f.finish()
}

// how is the codec of blocks that are bytes.
func (s *Store) how() block.Codec {
	if s.compress {
		return block.S2
	}
	return block.Plain
}
