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
// reach them any more, they are dropped.
type Blocks[T any] struct{ kept *set[T] }

// Info says how much of an RDD is kept.
type Info struct {
	Partitions   int
	Memory, Disk int64 // bytes
}

// set is what the store knows of an RDD.
type set[T any] struct {
	store *Store
	id    int
	level Level                           // but for disk
	disk  atomic.Bool                     // whether blocks may lie there
	codec func() (*spill.Codec[T], error) // once
	sizes *memory.Sizer[T]

	parts map[int]*stored[T] // guarded by store.mu; nil once dropped
}

// stored is a block.
type stored[T any] struct {
	set  *set[T]
	part int
	in   content[T]      // replaced as a whole, guarded by store.mu
	held *memory.Account // of what is in memory
	at   *list.Element   // of Store.recent, nil for a block on disk
}

// content is where the rows of a block are: one of three. What it holds does
// not change.
type content[T any] struct {
	values [][]T
	frames [][]byte // blocks of internal/block
	file   memory.File
	size   int64 // bytes in memory, or of the file
}

// Open begins to keep blocks of an RDD.
func Open[T any](s *Store, rdd int, level Level) *Blocks[T] {
	k := &set[T]{store: s, id: rdd, level: level, sizes: memory.SizerOf[T](), parts: map[int]*stored[T]{}}
	k.disk.Store(level.Disk)
	k.codec = sync.OnceValues(spill.CodecOf[T])
	b := &Blocks[T]{k}
	runtime.AddCleanup(b, func(k *set[T]) { k.drop() }, k)
	return b
}

// AlsoOnDisk makes blocks go to disk that would have been forgotten.
func (b *Blocks[T]) AlsoOnDisk() { b.kept.disk.Store(true) }

// Drop forgets all blocks; none is kept any more. Who reads one now may find it
// lost.
func (b *Blocks[T]) Drop() { b.kept.drop() }

func (k *set[T]) drop() {
	k.store.mu.Lock()
	defer k.store.mu.Unlock()
	for _, x := range k.parts {
		x.release()
	}
	k.parts = nil
}

// Has reports whether a partition is kept.
func (b *Blocks[T]) Has(part int) bool {
	b.kept.store.mu.Lock()
	defer b.kept.store.mu.Unlock()
	return b.kept.parts[part] != nil
}

// Info returns how much is kept now.
func (b *Blocks[T]) Info() Info {
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
func (k *set[T]) get(part int) (in content[T], ok bool) {
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
func (k *set[T]) lose(part int, in content[T]) {
	k.store.mu.Lock()
	defer k.store.mu.Unlock()
	if x := k.parts[part]; x != nil && x.in.file == in.file {
		x.release()
		delete(k.parts, part)
	}
}

// release gives back what the block takes. A file that cannot be removed goes
// with the space. It needs the store's mu.
func (x *stored[T]) release() {
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
func (x *stored[T]) rdd() int { return x.set.id }

// account implements keeper.
func (x *stored[T]) account() *memory.Account { return x.held }

// evict implements keeper. A block that the disk does not take stays.
func (x *stored[T]) evict() bool {
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
func (k *set[T]) toDisk(in content[T]) (content[T], error) {
	f, err := newFrames(k, true)
	if err != nil {
		return content[T]{}, err
	}
	for _, frame := range in.frames {
		if err := f.put(frame); err != nil {
			return content[T]{}, f.fail(err)
		}
	}
	for _, rows := range in.values {
		if err := f.add(rows); err != nil {
			return content[T]{}, f.fail(err)
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
