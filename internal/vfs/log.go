package vfs

import (
	"errors"
	"fmt"
	"path"
	"sync"
)

// LogOptions are the choices of a Log; zero values take the defaults.
type LogOptions struct {
	// SegmentSize is the size in bytes at which a new segment begins, and
	// what is preallocated; default 16 MiB. A larger frame has a segment to
	// itself.
	SegmentSize int64
}

const (
	defaultSegmentSize = 16 << 20
	maxFrame           = 1 << 30 // bytes of one group's records
)

// ErrTooLarge: more than 1 GiB of records in one Append, or in the group it
// was to join.
var ErrTooLarge = errors.New("more than 1 GiB of records in one append")

// Log is an append-only log of records in a directory of its own, for
// write-ahead logs and logs of millisecond triggers. Records are numbered from
// 0, without gaps, for the life of the log. A record is any bytes, also none.
//
// Group commit: while one caller of Append syncs, the records of the others
// gather, and the next sync takes them all. The log starts no goroutine; the
// caller that finds no sync under way does it.
//
// One process at a time may have the log open for appending: hold a Lock.
type Log struct {
	fs  FS
	dir string
	opt LogOptions

	mu      sync.Mutex // guards all below; released during I/O
	done    sync.Cond  // a sync has ended
	syncing bool       // its leader owns file, end, spare and the disk
	err     error      // of the first failed sync, and closed: no append succeeds any more

	group []byte // frame being gathered: room for the header, then records
	count int    // records in it
	spare []byte // buffer of the last frame, for the next group
	next  uint64 // index of the next record to gather
	saved uint64 // records below it are durable

	segments []uint64 // first index of each segment, ascending; the last is open as file
	file     File
	end      int64 // offset in file behind the last durable frame
}

// OpenLog opens the log in dir for appending and makes the directory if it is
// missing. What a crash left of a last append that was never acknowledged is
// cut off; every record that remains is durable when it returns. Damage in the
// last segment is found here, damage in older ones by Read.
func OpenLog(fs FS, dir string, opt LogOptions) (*Log, error) {
	if opt.SegmentSize <= 0 {
		opt.SegmentSize = defaultSegmentSize
	}
	l := &Log{fs: fs, dir: dir, opt: opt, group: make([]byte, frameHeader), spare: make([]byte, frameHeader)}
	l.done.L = &l.mu
	if err := fs.MkdirAll(dir); err != nil {
		return nil, err
	}
	if err := Adopt(fs, dir); err != nil {
		return nil, err
	}
	segments, err := listSegments(fs, dir)
	if err != nil {
		return nil, err
	}
	if len(segments) == 0 {
		return l, nil
	}
	l.segments = segments
	if err := l.recover(segments[len(segments)-1]); err != nil {
		return nil, err
	}
	return l, nil
}

// recover opens the last segment and puts the log's end behind its last frame.
func (l *Log) recover(first uint64) error {
	name := segmentName(l.dir, first)
	data, err := ReadFile(l.fs, name)
	if err != nil {
		return err
	}
	r, err := openSegment(name, data, first)
	if err != nil {
		return err
	}
	var last frame
	for {
		f, ok, err := r.frame()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		last = f
	}
	l.next, l.saved, l.end = r.next, r.next, r.offset
	switch {
	case last.end == 0:
		l.end = segmentHeader
		return l.resume(name, appendSegmentHeader(nil, first))
	case last.offset == segmentHeader:
		return l.resume(name, data[:last.end])
	}
	return l.resume(name, data[last.offset:last.end])
}

// resume makes what recover found durable; last is what was written before the
// last sync. That sync may have failed, after which the system takes the pages
// for clean: they are written again. What is before had been synced already.
func (l *Log) resume(name string, last []byte) error {
	f, err := l.fs.Edit(name)
	if err != nil {
		return err
	}
	err = f.Truncate(l.end)
	if err == nil {
		_, err = f.WriteAt(last, l.end-int64(len(last)))
	}
	if err == nil {
		err = f.Preallocate(l.opt.SegmentSize)
	}
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		return errors.Join(err, f.Close())
	}
	l.file = f
	return nil
}

// Append adds records, in order and next to each other, and returns the index
// of the first when all are durable. It copies them. A crash keeps all records
// of one Append or none. After an error none counts as written, and the log
// accepts no more: open it again, which may find them or not.
func (l *Log) Append(records ...[]byte) (first uint64, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	first, err = l.gather(records)
	if err != nil {
		return 0, err
	}
	for end := l.next; l.saved < end; {
		switch {
		case l.err != nil:
			return 0, l.err
		case l.syncing:
			l.done.Wait()
		default:
			l.commit()
		}
	}
	return first, nil
}

// gather adds the records to the group. The caller holds mu.
func (l *Log) gather(records [][]byte) (first uint64, err error) {
	if l.err != nil {
		return 0, l.err
	}
	size := len(l.group)
	for _, r := range records {
		size += len(r) + 10
	}
	if size > maxFrame {
		return 0, ErrTooLarge
	}
	for _, r := range records {
		l.group = appendRecord(l.group, r)
	}
	first = l.next
	l.count += len(records)
	l.next += uint64(len(records))
	return first, nil
}

// commit writes and syncs the group that was gathered. The caller holds mu,
// which is released during the I/O.
func (l *Log) commit() {
	l.syncing = true
	group, count, first, next := l.group, l.count, l.saved, l.next
	l.group, l.count = l.spare[:frameHeader], 0
	l.mu.Unlock()

	group, err := l.writeFrame(group, first, count)

	l.mu.Lock()
	l.syncing, l.spare = false, group
	if err == nil {
		l.saved = next
	} else if l.err == nil {
		l.err = fmt.Errorf("append to log %s: %w", l.dir, err)
	}
	l.done.Broadcast()
}

// writeFrame makes one frame durable. Only the leader calls it.
func (l *Log) writeFrame(group []byte, first uint64, count int) ([]byte, error) {
	if l.file == nil || l.end > segmentHeader && l.end+int64(len(group)) > l.opt.SegmentSize {
		if err := l.rotate(first); err != nil {
			return group, err
		}
	}
	group = sealFrame(group, l.end, first, count)
	_, err := l.file.WriteAt(group, l.end)
	if err == nil {
		err = l.file.Sync()
	}
	if err != nil {
		_ = l.file.Truncate(l.end) // so that a reader does not find what was refused
		return group, err
	}
	l.end += int64(len(group))
	return group, nil
}

// rotate begins a segment. Its header becomes durable with its first frame.
func (l *Log) rotate(first uint64) error {
	if err := l.closeSegment(); err != nil {
		return err
	}
	name := segmentName(l.dir, first)
	f, err := l.fs.Create(name)
	if err != nil {
		return err
	}
	err = f.Preallocate(l.opt.SegmentSize)
	if err == nil {
		_, err = f.WriteAt(appendSegmentHeader(nil, first), 0)
	}
	if err == nil {
		err = l.fs.SyncDir(l.dir)
	}
	if err != nil {
		return errors.Join(err, f.Close(), l.fs.Remove(name))
	}
	l.file, l.end = f, segmentHeader
	l.mu.Lock()
	l.segments = append(l.segments, first)
	l.mu.Unlock()
	return nil
}

// closeSegment gives the space preallocated in vain back to the disk. All its
// frames are durable; the new size may become so whenever it likes.
func (l *Log) closeSegment() error {
	if l.file == nil {
		return nil
	}
	f := l.file
	l.file = nil
	return errors.Join(f.Truncate(l.end), f.Close())
}

// Next returns the index the next record will have.
func (l *Log) Next() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.next
}

// First returns the index of the oldest record that is kept.
func (l *Log) First() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.segments) == 0 {
		return l.saved
	}
	return l.segments[0]
}

// Purge removes the segments that hold only records below index; those at and
// above it stay, and a few below may. A crash or an error during it leaves the
// rest, the oldest go first. One Purge runs at a time.
func (l *Log) Purge(index uint64) error {
	for l.purgeable(index) {
		if err := ignoreAbsent(l.fs.Remove(segmentName(l.dir, l.First()))); err != nil {
			return err
		}
		// One by one: a crash must not leave an old segment behind a gap.
		if err := l.fs.SyncDir(l.dir); err != nil {
			return err
		}
		l.mu.Lock()
		l.segments = l.segments[1:]
		l.mu.Unlock()
	}
	return nil
}

// purgeable reports whether all records of the oldest segment are below index.
// The last segment stays: it knows the next index.
func (l *Log) purgeable(index uint64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.segments) > 1 && l.segments[1] <= index
}

// Close waits for a sync under way and closes the file. Appends that are
// waiting fail with ErrClosed, and so do later ones.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refuse()
	return l.closeSegment()
}

// Abandon closes the file and leaves the disk as it is, for an owner who has
// found that the log is no longer its own. Appends fail with ErrClosed.
func (l *Log) Abandon() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refuse()
	if l.file == nil {
		return nil
	}
	f := l.file
	l.file = nil
	return f.Close()
}

// refuse ends appends, those that wait too, once no sync is under way. mu is
// held.
func (l *Log) refuse() {
	if l.err == nil {
		l.err = &PathError{Op: "append", Path: l.dir, Err: ErrClosed}
	}
	for l.syncing {
		l.done.Wait()
	}
	l.done.Broadcast()
}

// Read calls visit for the records that are durable now, from index on, in
// order. The bytes are borrowed for the call. An error of visit ends it and is
// returned. Append may go on meanwhile; Purge of what is being read may not.
func (l *Log) Read(from uint64, visit func(index uint64, record []byte) error) error {
	l.mu.Lock()
	to := l.saved
	l.mu.Unlock()
	return readLog(l.fs, l.dir, from, to, visit)
}

// ReadLog is Read without opening the log for appending: it changes nothing,
// and a torn tail is not an error. A record it shows may not be durable yet.
// No process may be appending.
func ReadLog(fs FS, dir string, from uint64, visit func(index uint64, record []byte) error) error {
	return readLog(fs, dir, from, ^uint64(0), visit)
}

func readLog(fs FS, dir string, from, to uint64, visit func(index uint64, record []byte) error) error {
	segments, err := listSegments(fs, dir)
	if err != nil {
		return err
	}
	for i, first := range segments {
		limit, last := to, i == len(segments)-1
		if !last {
			if segments[i+1] <= from {
				continue
			}
			limit = min(to, segments[i+1])
		}
		if err := readSegment(fs, segmentName(dir, first), first, from, limit, last, visit); err != nil {
			return err
		}
	}
	return nil
}

// readSegment visits the records in [from, to) of one segment. Of a segment
// that is not the last, none below to may be missing.
func readSegment(fs FS, name string, first, from, to uint64, last bool, visit func(uint64, []byte) error) error {
	if first >= to {
		return nil
	}
	data, err := ReadFile(fs, name)
	if err != nil {
		return err
	}
	r, err := openSegment(name, data, first)
	if err != nil {
		return err
	}
	for r.next < to {
		f, ok, err := r.frame()
		if err != nil {
			return err
		}
		if !ok && last && to == ^uint64(0) {
			return nil
		}
		if !ok || r.next > to {
			return r.corrupt(r.offset, fmt.Sprintf("the segment ends before record %d", to))
		}
		if r.next <= from {
			continue
		}
		err = r.records(f, func(index uint64, record []byte) error {
			if index < from {
				return nil
			}
			return visit(index, record)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func listSegments(fs FS, dir string) ([]uint64, error) {
	entries, err := fs.List(dir)
	if err != nil {
		return nil, err
	}
	var segments []uint64
	for _, e := range entries {
		if first, ok := segmentFirst(path.Base(e.Name)); ok && !e.Dir {
			segments = append(segments, first)
		}
	}
	return segments, nil
}
