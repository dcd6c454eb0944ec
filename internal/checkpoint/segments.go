package checkpoint

import (
	"encoding/binary"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
	"sync"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
)

// A record of the log is its kind, the ordinal of the source (0 for none), its
// number, all three as unsigned varints, and its content (docs/formats/
// checkpoint.md).
const (
	entryKind kind = 4 + iota // an entry of a source's journal
	wholeKind                 // one that stands for all before it
	beginKind                 // the first record of every log
)

const (
	logDir      = "log"
	ownerPrefix = "owner."
	// segmentSize holds about a hundred micro-batches of small changes; a merge
	// reads one or two segments.
	segmentSize = 256 << 10
)

// place is the name of a record.
type place struct {
	kind kind
	part int // ordinal of a source
	n    int64
}

// segmentLedger is the ledger of the form Segments: one vfs.Log. Records gather
// until one must be durable; then all are, by one sync.
//
// A file log/owner.K stands for the process that writes: who opens the log
// makes the next and removes the others, so that an owner who lost the lock
// without knowing (a file system whose locks do not hold) finds out before it
// writes.
type segmentLedger struct {
	fs    vfs.FS
	dir   string
	log   *vfs.Log // nil: read only
	owner string

	gathered []byte // records one after the other
	ends     []int  // of each
	names    []place

	mu    sync.Mutex // guards index, which a merge reads
	index map[place]uint64
}

// openSegments takes the log over for writing and makes it if it is missing.
func openSegments(fs vfs.FS, dir string) (*segmentLedger, error) {
	log, err := vfs.OpenLog(fs, dir, vfs.LogOptions{SegmentSize: segmentSize})
	if err != nil {
		return nil, err
	}
	l := &segmentLedger{fs: fs, dir: dir, log: log}
	if err := errors.Join(l.own(), l.load()); err != nil {
		return nil, errors.Join(err, log.Abandon())
	}
	return l, nil
}

// readSegments opens the log to look at it; its owner may be writing.
func readSegments(fs vfs.FS, dir string) (*segmentLedger, error) {
	l := &segmentLedger{fs: fs, dir: dir}
	return l, l.load()
}

// own makes this process the owner.
func (l *segmentLedger) own() error {
	entries, err := l.fs.List(l.dir)
	if err != nil {
		return err
	}
	next, old := 0, []string(nil)
	for _, e := range entries {
		if k, ok := strings.CutPrefix(e.Name, ownerPrefix); ok {
			n, _ := strconv.Atoi(k)
			next, old = max(next, n+1), append(old, e.Name)
		}
	}
	l.owner = path.Join(l.dir, ownerPrefix+strconv.Itoa(next))
	f, err := l.fs.Create(l.owner)
	if errors.Is(err, vfs.ErrExist) {
		return concurrent(l.owner, "", err)
	}
	if err != nil {
		return err
	}
	for _, name := range old {
		if err := l.fs.Remove(path.Join(l.dir, name)); err != nil && !errors.Is(err, vfs.ErrNotExist) {
			return errors.Join(err, f.Close())
		}
	}
	return f.Close()
}

// load finds where the records are.
func (l *segmentLedger) load() error {
	l.index = map[place]uint64{}
	return l.scan(0, func(i uint64, p place, _ []byte) error {
		l.index[p] = i
		return nil
	})
}

// errEnough ends a scan early.
var errEnough = errors.New("enough")

func (l *segmentLedger) scan(from uint64, visit func(i uint64, p place, content []byte) error) error {
	each := func(i uint64, record []byte) error {
		p, content, err := l.parse(record)
		if err != nil {
			return err
		}
		return visit(i, p, content)
	}
	var err error
	if l.log != nil {
		err = l.log.Read(from, each)
	} else {
		err = vfs.ReadLog(l.fs, l.dir, from, each)
	}
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

func (l *segmentLedger) begin() error {
	l.gather(place{kind: beginKind}, nil)
	return l.flush()
}

// begun refuses a log without records of a checkpoint that had some.
func (l *segmentLedger) begun() error {
	if len(l.index) == 0 {
		return sparkerr.Corrupt(l.dir, "its segments are missing or damaged; restore the folder from a backup or start with another checkpoint")
	}
	return nil
}

func (l *segmentLedger) parse(record []byte) (place, []byte, error) {
	var v [3]uint64
	for i := range v {
		x, n := binary.Uvarint(record)
		if n <= 0 {
			return place{}, nil, sparkerr.Corrupt(l.dir, "a record is cut off; restore the folder from a backup or start with another checkpoint")
		}
		v[i], record = x, record[n:]
	}
	return place{kind(v[0]), int(v[1]), int64(v[2])}, record, nil
}

func (l *segmentLedger) where(k kind, n connector.Epoch) string {
	return fmt.Sprintf("%s (%s/%d)", l.dir, k.folder(), n)
}

func (l *segmentLedger) numbers(k kind) ([]connector.Epoch, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []connector.Epoch
	for p := range l.index {
		if p.kind == k {
			out = append(out, connector.Epoch(p.n))
		}
	}
	return out, nil
}

// read reads the log once, from the first record that is asked for to the last.
func (l *segmentLedger) read(k kind, ns []connector.Epoch, visit func(connector.Epoch, []byte) error) error {
	if len(ns) == 0 {
		return nil
	}
	wanted, first, last := map[uint64]connector.Epoch{}, ^uint64(0), uint64(0)
	l.mu.Lock()
	for _, n := range ns {
		i, ok := l.index[place{k, 0, int64(n)}]
		if !ok {
			l.mu.Unlock()
			return &vfs.PathError{Op: "read", Path: l.where(k, n), Err: vfs.ErrNotExist}
		}
		wanted[i] = n
		first, last = min(first, i), max(last, i)
	}
	l.mu.Unlock()
	return l.scan(first, func(i uint64, _ place, content []byte) error {
		if n, ok := wanted[i]; ok {
			if err := visit(n, content); err != nil {
				return err
			}
		}
		if i == last {
			return errEnough
		}
		return nil
	})
}

func (l *segmentLedger) put(k kind, n connector.Epoch, data []byte, now bool) error {
	l.gather(place{k, 0, int64(n)}, data)
	if now {
		return l.flush()
	}
	return nil
}

func (l *segmentLedger) gather(p place, content []byte) {
	b := binary.AppendUvarint(l.gathered, uint64(p.kind))
	b = binary.AppendUvarint(b, uint64(p.part))
	b = binary.AppendUvarint(b, uint64(p.n))
	l.gathered = append(b, content...)
	l.ends, l.names = append(l.ends, len(l.gathered)), append(l.names, p)
}

// flush makes everything that was gathered durable, all of it or nothing.
func (l *segmentLedger) flush() error {
	if len(l.names) == 0 {
		return nil
	}
	if _, err := l.fs.Stat(l.owner); errors.Is(err, vfs.ErrNotExist) {
		return concurrent(l.dir, "", err)
	} else if err != nil {
		return err
	}
	records, start := make([][]byte, len(l.ends)), 0
	for i, end := range l.ends {
		records[i], start = l.gathered[start:end], end
	}
	first, err := l.log.Append(records...)
	if err != nil {
		return err
	}
	l.mu.Lock()
	for i, p := range l.names {
		l.index[p] = first + uint64(i)
	}
	l.mu.Unlock()
	l.gathered, l.ends, l.names = l.gathered[:0], l.ends[:0], l.names[:0]
	return nil
}

func (l *segmentLedger) remove(k kind, n connector.Epoch) error {
	l.mu.Lock()
	delete(l.index, place{k, 0, int64(n)})
	l.mu.Unlock()
	return nil
}

// trim removes the segments before the first record that is needed: of a
// source's entries, the last that stands for all before it.
func (l *segmentLedger) trim() error {
	l.mu.Lock()
	whole := map[int]uint64{}
	for p, i := range l.index {
		if p.kind == wholeKind {
			whole[p.part] = max(whole[p.part], i)
		}
	}
	needed := l.log.Next()
	for p, i := range l.index {
		switch {
		case p.kind == beginKind:
		case (p.kind == entryKind || p.kind == wholeKind) && i < whole[p.part]:
			delete(l.index, p)
		default:
			needed = min(needed, i)
		}
	}
	l.mu.Unlock()
	return l.log.Purge(needed)
}

// verify reads every record; load has read those of a log that is only read.
func (l *segmentLedger) verify() (files int, err error) {
	entries, err := l.fs.List(l.dir)
	for _, e := range entries {
		if strings.HasSuffix(e.Name, ".seg") {
			files++
		}
	}
	return files, err
}

// close leaves the log; one that another process has taken over, as it is.
func (l *segmentLedger) close() error {
	if l.log == nil {
		return nil
	}
	if _, err := l.fs.Stat(l.owner); err != nil {
		return l.log.Abandon()
	}
	return l.log.Close()
}

// journal is the entries of one source; it implements connector.Journal.
type journal struct {
	l    *segmentLedger
	part int
}

// Add implements connector.Journal.
func (j journal) Add(id int64, entry []byte, whole bool) error {
	k := entryKind
	if whole {
		k = wholeKind
	}
	j.l.gather(place{k, j.part, id}, entry)
	return nil
}

// Read implements connector.Journal.
func (j journal) Read(visit func(id int64, entry []byte, whole bool) error) error {
	return j.l.scan(0, func(_ uint64, p place, content []byte) error {
		if p.part != j.part || p.kind != entryKind && p.kind != wholeKind {
			return nil
		}
		return visit(p.n, content, p.kind == wholeKind)
	})
}
