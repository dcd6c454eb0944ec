package simfs

import (
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spatestream/spate/internal/vfs"
)

// Disk is a vfs.FS in memory. "/a", "a" and "./a" name the same file. It is
// safe for use by many goroutines.
type Disk struct {
	now func() time.Time

	mu    sync.Mutex // guards all below and every node
	seed  uint64
	rng   *rand.Rand // for what failed syncs lose
	temps uint64
	life  int // files and locks of an earlier life are dead: see Kill
	locks map[string]bool
	root  *node
}

// New returns an empty disk. The seed decides what failed syncs lose and whether
// Preallocate does anything, and makes temporary names; now gives the times of
// files.
func New(seed uint64, now func() time.Time) *Disk {
	return &Disk{now: now, seed: seed, rng: newRand(seed), locks: map[string]bool{}, root: newDir(now())}
}

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0x5bd1e995)) }

// node is a file or a directory, found under the names that point to it.
type node struct {
	dir     bool
	modTime time.Time

	entries map[string]*node // what a program sees
	stable  map[string]*node // what is durable
	changes []change         // from stable to entries, in order

	data   []byte  // what a program sees
	synced []byte  // what is durable
	writes []write // from synced to data, in order
}

type change struct {
	name string
	to   *node // nil: removed
}

func newDir(now time.Time) *node {
	return &node{dir: true, modTime: now, entries: map[string]*node{}, stable: map[string]*node{}}
}

func (n *node) set(name string, to *node) {
	n.changes = append(n.changes, change{name, to})
	apply(n.entries, change{name, to})
}

func apply(entries map[string]*node, c change) {
	if c.to == nil {
		delete(entries, c.name)
	} else {
		entries[c.name] = c.to
	}
}

func (n *node) syncNames() {
	for _, c := range n.changes {
		apply(n.stable, c)
	}
	n.changes = nil
}

// syncName makes one name durable and leaves the others as they are.
func (n *node) syncName(name string) {
	apply(n.stable, change{name, n.entries[name]})
	n.changes = slices.DeleteFunc(n.changes, func(c change) bool { return c.name == name })
}

func clean(name string) string { return path.Join("/", name) }

// find returns the node a name stands for. The caller holds mu, here and
// below.
func (d *Disk) find(name string) (*node, error) {
	n := d.root
	for _, element := range strings.FieldsFunc(clean(name), func(r rune) bool { return r == '/' }) {
		if !n.dir {
			return nil, syscall.ENOTDIR
		}
		if n = n.entries[element]; n == nil {
			return nil, syscall.ENOENT
		}
	}
	return n, nil
}

func (d *Disk) findDir(name string) (*node, error) {
	n, err := d.find(name)
	if err == nil && !n.dir {
		err = syscall.ENOTDIR
	}
	return n, err
}

func (d *Disk) findFile(name string) (*node, error) {
	n, err := d.find(name)
	if err == nil && n.dir {
		err = syscall.EISDIR
	}
	return n, err
}

// parent returns the directory that holds name, and name's last element.
func (d *Disk) parent(name string) (*node, string, error) {
	dir, base := path.Split(clean(name))
	n, err := d.findDir(dir)
	return n, base, err
}

// Open implements vfs.FS.
func (d *Disk) Open(name string) (vfs.Reader, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n, err := d.findFile(name)
	if err != nil {
		return nil, vfs.WrapPath("open", name, err)
	}
	return &file{disk: d, node: n, name: name, life: d.life}, nil
}

// Create implements vfs.FS.
func (d *Disk) Create(name string) (vfs.File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n, err := d.create(name)
	if err != nil {
		return nil, vfs.WrapPath("create", name, err)
	}
	return &file{disk: d, node: n, name: name, life: d.life, writable: true}, nil
}

func (d *Disk) create(name string) (*node, error) {
	dir, base, err := d.parent(name)
	if err != nil {
		return nil, err
	}
	if dir.entries[base] != nil || base == "" {
		return nil, syscall.EEXIST
	}
	n := &node{modTime: d.now()}
	dir.set(base, n)
	return n, nil
}

// Edit implements vfs.FS.
func (d *Disk) Edit(name string) (vfs.File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n, err := d.findFile(name)
	if err != nil {
		return nil, vfs.WrapPath("edit", name, err)
	}
	return &file{disk: d, node: n, name: name, life: d.life, writable: true}, nil
}

// Rename implements vfs.FS. A power cut leaves the two names each as it was or as it became.
func (d *Disk) Rename(from, to string, mode vfs.Mode) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return vfs.WrapPath("rename", to, d.rename(from, to, mode))
}

func (d *Disk) rename(from, to string, mode vfs.Mode) error {
	source, oldBase, err := d.parent(from)
	if err != nil {
		return err
	}
	target, newBase, err := d.parent(to)
	if err != nil {
		return err
	}
	n, taken := source.entries[oldBase], target.entries[newBase]
	switch {
	case n == nil:
		return syscall.ENOENT
	case taken != nil && mode == vfs.NoOverwrite:
		return syscall.EEXIST
	case taken == n:
		return nil
	case taken != nil && taken.dir && (!n.dir || len(taken.entries) > 0):
		return syscall.EEXIST
	case taken != nil && !taken.dir && n.dir:
		return syscall.ENOTDIR
	}
	target.set(newBase, n)
	source.set(oldBase, nil)
	return nil
}

// Remove implements vfs.FS.
func (d *Disk) Remove(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	dir, base, err := d.parent(name)
	if err == nil && dir.entries[base] == nil {
		err = syscall.ENOENT
	}
	if err == nil && len(dir.entries[base].entries) > 0 {
		err = syscall.ENOTEMPTY
	}
	if err == nil {
		dir.set(base, nil)
	}
	return vfs.WrapPath("remove", name, err)
}

// List implements vfs.FS.
func (d *Disk) List(dir string) ([]vfs.Entry, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n, err := d.findDir(dir)
	if err != nil {
		return nil, vfs.WrapPath("list", dir, err)
	}
	entries := make([]vfs.Entry, 0, len(n.entries))
	for _, name := range slices.Sorted(maps.Keys(n.entries)) {
		entries = append(entries, n.entries[name].entry(name))
	}
	return entries, nil
}

func (n *node) entry(name string) vfs.Entry {
	return vfs.Entry{Name: name, Size: int64(len(n.data)), ModTime: n.modTime, Dir: n.dir}
}

// Stat implements vfs.FS.
func (d *Disk) Stat(name string) (vfs.Entry, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n, err := d.find(name)
	if err != nil {
		return vfs.Entry{}, vfs.WrapPath("stat", name, err)
	}
	return n.entry(path.Base(clean(name))), nil
}

// MkdirAll implements vfs.FS; like the system's it leaves nothing unsynced.
func (d *Disk) MkdirAll(dir string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.root
	for _, element := range strings.FieldsFunc(clean(dir), func(r rune) bool { return r == '/' }) {
		if n.entries[element] == nil {
			n.set(element, newDir(d.now()))
		}
		n.syncName(element)
		if n = n.entries[element]; !n.dir {
			return vfs.WrapPath("mkdir", dir, syscall.ENOTDIR)
		}
	}
	return nil
}

// SyncDir implements vfs.FS.
func (d *Disk) SyncDir(dir string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	n, err := d.findDir(dir)
	if err == nil {
		n.syncNames()
	}
	return vfs.WrapPath("syncdir", dir, err)
}

// Lock implements vfs.FS. Kill and Recover free it.
func (d *Disk) Lock(name string) (io.Closer, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	key := clean(name)
	if d.locks[key] {
		return nil, &vfs.LockedError{Path: name, Holder: "a user of the simulated disk"}
	}
	if _, err := d.findFile(name); err != nil {
		if _, err := d.create(name); err != nil {
			return nil, vfs.WrapPath("lock", name, err)
		}
	}
	d.locks[key] = true
	return &lock{disk: d, key: key, life: d.life}, nil
}

// lock gives the lock back once, in the life it was taken in.
type lock struct {
	disk *Disk
	key  string
	life int
}

func (l *lock) Close() error {
	l.disk.mu.Lock()
	defer l.disk.mu.Unlock()
	if l.life == l.disk.life {
		delete(l.disk.locks, l.key)
	}
	l.life = -1
	return nil
}

// Temp implements vfs.FS.
func (d *Disk) Temp(name string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.temps++
	return vfs.TempName(name, fmt.Sprintf("%016x-%d", d.seed, d.temps))
}

// Kill ends the program, not the machine: open files are closed, locks are
// free, and all that was written is still seen, synced or not.
func (d *Disk) Kill() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.life++
	d.locks = map[string]bool{}
}

// Flip changes the bits of mask in one byte at rest, on the disk and as seen.
// The byte must exist and be synced.
func (d *Disk) Flip(name string, offset int64, mask byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	n, err := d.findFile(name)
	if err != nil {
		return vfs.WrapPath("flip", name, err)
	}
	if offset < 0 || offset >= int64(min(len(n.data), len(n.synced))) {
		return vfs.WrapPath("flip", name, io.ErrUnexpectedEOF)
	}
	n.data[offset] ^= mask
	n.synced[offset] ^= mask
	return nil
}
