package simfs

import (
	"io"
	"syscall"

	"github.com/spatestream/spate/internal/vfs"
)

// write is one change of a file: bytes at an offset, or, without bytes, a size.
type write struct {
	at   int64 // of the bytes, or the new size
	data []byte
}

func (w write) apply(to []byte) []byte {
	if w.data == nil {
		return resize(to, w.at)
	}
	if end := w.at + int64(len(w.data)); end > int64(len(to)) {
		to = resize(to, end)
	}
	copy(to[w.at:], w.data)
	return to
}

// resize keeps the array where it can; bytes it adds are zero.
func resize(data []byte, size int64) []byte {
	if size <= int64(len(data)) {
		return data[:size]
	}
	old := len(data)
	if size > int64(cap(data)) {
		data = append(make([]byte, 0, size+size/4), data...)
	}
	data = data[:size]
	clear(data[old:])
	return data
}

// file is an open file of a Disk.
type file struct {
	disk     *Disk
	node     *node
	name     string
	life     int
	place    int64 // of the next Write
	writable bool
	closed   bool
}

// use runs a call under the disk's lock, if the file is still open.
func (f *file) use(op string, call func(n *node) error) error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if f.closed || f.life != f.disk.life {
		return vfs.WrapPath(op, f.name, vfs.ErrClosed)
	}
	return vfs.WrapPath(op, f.name, call(f.node))
}

func (f *file) change(op string, w write) error {
	return f.use(op, func(n *node) error {
		switch {
		case !f.writable:
			return syscall.EBADF
		case w.at < 0:
			return syscall.EINVAL
		}
		n.data, n.modTime = w.apply(n.data), f.disk.now()
		n.writes = append(n.writes, w)
		return nil
	})
}

func (f *file) ReadAt(p []byte, off int64) (count int, err error) {
	short := false
	err = f.use("read", func(n *node) error {
		if off < 0 {
			return syscall.EINVAL
		}
		if off < int64(len(n.data)) {
			count = copy(p, n.data[off:])
		}
		short = count < len(p)
		return nil
	})
	if err == nil && short {
		err = io.EOF
	}
	return count, err
}

func (f *file) Size() (size int64, err error) {
	err = f.use("size", func(n *node) error { size = int64(len(n.data)); return nil })
	return size, err
}

func (f *file) Write(p []byte) (int, error) {
	n, err := f.WriteAt(p, f.place)
	f.place += int64(n)
	return n, err
}

func (f *file) WriteAt(p []byte, off int64) (int, error) {
	if len(p) == 0 {
		return 0, f.use("write", func(*node) error { return nil })
	}
	if err := f.change("write", write{at: off, data: append([]byte{}, p...)}); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (f *file) Truncate(size int64) error { return f.change("truncate", write{at: size}) }

// Preallocate is a hint, which disks of an odd seed do not take.
func (f *file) Preallocate(size int64) error {
	if now, err := f.Size(); err != nil || now >= size || f.disk.seed%2 == 1 {
		return err
	}
	return f.change("preallocate", write{at: size})
}

func (f *file) Sync() error {
	return f.use("sync", func(n *node) error {
		for _, w := range n.writes {
			n.synced = w.apply(n.synced)
		}
		n.writes = nil
		return nil
	})
}

// failSync is a sync that fails as Linux's do: some of the writes reach the
// disk, and those that do not are forgotten, though the program still sees
// them: no later sync brings them back.
func (f *file) failSync() {
	_ = f.use("sync", func(n *node) error {
		n.synced = survivingData(n, f.disk.rng)
		n.writes = nil
		return nil
	})
}

func (f *file) Close() error {
	err := f.use("close", func(*node) error { return nil })
	f.closed = true
	return err
}
