package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"strconv"
	"sync"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
)

// The folders of a checkpoint directory.
const (
	metadataFile = "metadata"
	offsetsDir   = "offsets"
	commitsDir   = "commits"
	sourcesDir   = "sources"
	stateDir     = "state"
	epochsDir    = "state/epochs"
	lockFile     = ".spate.lock"
)

// Directory is the checkpoint of one query, open for writing. A lock keeps a
// second process out until Close. It belongs to one goroutine.
type Directory struct {
	fs     vfs.FS
	root   string
	id     string
	lock   io.Closer
	form   Form
	ledger ledger
	lists  map[connector.Epoch][]string // files that a manifest lists, as far as known

	mu     sync.Mutex                 // guards recent, which a merge reads
	recent map[connector.Epoch][]byte // what stands inside manifests that count, of this run
}

// Open takes over the directory, making it if it is missing. newID gives the
// query's id, and form its form, when the checkpoint is new. A directory that
// another process holds is CONCURRENT_QUERY; logs without metadata are
// STREAMING_CHECKPOINT_MISSING_METADATA_FILE.
func Open(fs vfs.FS, root string, newID func() string, form Form) (*Directory, error) {
	d := &Directory{fs: fs, root: root, lists: map[connector.Epoch][]string{}, recent: map[connector.Epoch][]byte{}}
	if err := fs.MkdirAll(root); err != nil {
		return nil, fmt.Errorf("open checkpoint: %w", err)
	}
	lock, err := fs.Lock(path.Join(root, lockFile))
	if errors.Is(err, vfs.ErrLocked) {
		return nil, sparkerr.New("CONCURRENT_QUERY",
			"another process runs on the checkpoint "+root+"; stop it, or give this one a checkpoint of its own", "path", root).Because(err)
	}
	if err != nil {
		return nil, fmt.Errorf("lock checkpoint: %w", err)
	}
	d.lock = lock
	if err := d.takeOver(newID, form); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// takeOver makes what a dead process left behind durable and reads or writes
// the query's id.
func (d *Directory) takeOver(newID func() string, form Form) error {
	if err := vfs.Adopt(d.fs, d.root); err != nil {
		return fmt.Errorf("adopt checkpoint: %w", err)
	}
	data, err := vfs.ReadFile(d.fs, d.path(metadataFile))
	fresh := errors.Is(err, vfs.ErrNotExist)
	if err != nil && !fresh {
		return err
	}
	if d.form, err = d.foundForm(form, fresh); err != nil {
		return err
	}
	if d.form == Segments {
		err = d.openLog(fresh)
	} else {
		err = d.openFiles()
	}
	if err != nil {
		return err
	}
	if fresh {
		return d.create(newID())
	}
	return d.parseID(data)
}

// foundForm tells the form of what is there; form is for a new checkpoint. The
// folder log is made before the metadata.
func (d *Directory) foundForm(form Form, fresh bool) (Form, error) {
	_, err := d.fs.Stat(d.path(logDir))
	if err == nil {
		return Segments, nil
	}
	if !errors.Is(err, vfs.ErrNotExist) {
		return 0, err
	}
	old, err := (&fileLedger{d.fs, d.root}).numbers(offsetsKind)
	if !fresh || len(old) > 0 {
		return Files, err
	}
	return form, err
}

func (d *Directory) openFiles() error {
	d.ledger = &fileLedger{d.fs, d.root}
	for _, sub := range []string{offsetsDir, commitsDir, sourcesDir, epochsDir} {
		if err := d.fs.MkdirAll(d.path(sub)); err != nil {
			return fmt.Errorf("open checkpoint: %w", err)
		}
	}
	for _, sub := range []string{offsetsDir, commitsDir, epochsDir} {
		if err := vfs.Adopt(d.fs, d.path(sub)); err != nil {
			return fmt.Errorf("adopt checkpoint: %w", err)
		}
	}
	return nil
}

func (d *Directory) openLog(fresh bool) error {
	for _, sub := range []string{sourcesDir, stateDir} {
		if err := d.fs.MkdirAll(d.path(sub)); err != nil {
			return fmt.Errorf("open checkpoint: %w", err)
		}
	}
	l, err := openSegments(d.fs, d.path(logDir))
	if err != nil {
		return err
	}
	d.ledger = l
	if !fresh {
		return l.begun()
	}
	return nil
}

// create writes the query's id. The log has a record by then, so that an empty
// one beside an id has lost some.
func (d *Directory) create(id string) error {
	last, err := d.newest(offsetsKind)
	if err != nil {
		return err
	}
	if last >= 0 {
		return sparkerr.New("STREAMING_CHECKPOINT_MISSING_METADATA_FILE",
			"the checkpoint "+d.root+" has logs but no metadata file; it was copied in part: restore the file or start with another checkpoint",
			"checkpointLocation", d.root)
	}
	if err := d.ledger.begin(); err != nil {
		return err
	}
	d.id = id
	data, _ := json.Marshal(map[string]string{"id": id})
	return vfs.WriteAtomic(d.fs, d.path(metadataFile), data, vfs.NoOverwrite)
}

// Root returns where the directory is.
func (d *Directory) Root() string { return d.root }

// ID returns the query's id, stable over restarts.
func (d *Directory) ID() string { return d.id }

// SourceLog returns the folder of the source of that ordinal.
func (d *Directory) SourceLog(ordinal int) string {
	return d.path(path.Join(sourcesDir, strconv.Itoa(ordinal)))
}

// Journal returns where the source of that ordinal notes what its offsets
// stand for; nil in the form Files, where it keeps files in its SourceLog.
func (d *Directory) Journal(ordinal int) connector.Journal {
	if l, ok := d.ledger.(*segmentLedger); ok {
		return journal{l, ordinal}
	}
	return nil
}

// Rides reports whether a log entry need not be durable at once, but may
// become so with a later one, or by Flush.
func (d *Directory) Rides() bool { return d.form == Segments }

// Close gives the directory back. What was logged to become durable later, and
// is not yet, is dropped: Flush comes first.
func (d *Directory) Close() error {
	if d.lock == nil {
		return nil
	}
	var err error
	if d.ledger != nil {
		err = d.ledger.close()
	}
	err = errors.Join(err, d.lock.Close())
	d.lock = nil
	return err
}

// Recover reads where the query stands. A log with holes is refused with the
// number that is missing.
func (d *Directory) Recover() (Recovered, error) {
	r := Recovered{Committed: -1}
	last, err := d.newest(offsetsKind)
	if err != nil {
		return r, err
	}
	if r.Committed, err = d.newest(commitsKind); err != nil {
		return r, err
	}
	if r.Committed > last {
		return r, sparkerr.Corrupt(d.ledger.where(offsetsKind, r.Committed), "the file is missing, and the batch is committed; restore it from a backup or start with another checkpoint")
	}
	if last < 0 {
		return r, nil
	}
	if r.Last, err = d.Entry(last); err != nil {
		return r, err
	}
	if last > 0 {
		if r.Prev, err = d.Entry(last - 1); errors.Is(err, vfs.ErrNotExist) {
			return r, sparkerr.Corrupt(d.ledger.where(offsetsKind, last-1), "batch %d doesn't exist, but batch %d does: the log was deleted in part; restore it or start with another checkpoint", last-1, last)
		}
		if err != nil {
			return r, err
		}
	}
	if err := d.recoverCommit(&r); err != nil {
		return r, err
	}
	r.Manifest, err = d.Manifest(last)
	if errors.Is(err, vfs.ErrNotExist) {
		return r, nil
	}
	return r, err
}

func (d *Directory) recoverCommit(r *Recovered) (err error) {
	if r.Committed >= 0 {
		r.NextWatermark, err = d.commit(r.Committed)
	}
	return err
}

func (d *Directory) commit(n connector.Epoch) (w eventtime.Watermark, err error) {
	err = d.read(commitsKind, n, func(data []byte) (err error) {
		if w, err = parseCommit(data); err != nil {
			return d.damaged(commitsKind, n, err)
		}
		return nil
	})
	return w, err
}

// OffsetsFile returns where the offsets of an epoch are logged, for messages.
func (d *Directory) OffsetsFile(n connector.Epoch) string { return d.ledger.where(offsetsKind, n) }

// Entry reads offsets/N.
func (d *Directory) Entry(n connector.Epoch) (e *Entry, err error) {
	err = d.read(offsetsKind, n, func(data []byte) (err error) {
		if e, err = parseEntry(n, data); err != nil {
			return d.damaged(offsetsKind, n, err)
		}
		return nil
	})
	return e, err
}

// Manifest reads state/epochs/N.
func (d *Directory) Manifest(n connector.Epoch) (m *Manifest, err error) {
	err = d.manifests([]connector.Epoch{n}, func(_ connector.Epoch, read *Manifest) error { m = read; return nil })
	return m, err
}

// manifests reads several manifests, in the order of their writing.
func (d *Directory) manifests(ns []connector.Epoch, visit func(connector.Epoch, *Manifest) error) error {
	return d.ledger.read(manifestsKind, ns, func(n connector.Epoch, data []byte) error {
		m, err := parseManifest(data)
		if err != nil {
			return d.damaged(manifestsKind, n, err)
		}
		return visit(n, m)
	})
}

// damaged is the error of a record that does not read.
func (d *Directory) damaged(k kind, n connector.Epoch, why error) error {
	advice := "restore it from a backup or start with another checkpoint"
	if k == commitsKind && d.form == Files {
		advice = "delete it to run the batch again"
	}
	return sparkerr.Corrupt(d.ledger.where(k, n), "%v; %s", why, advice)
}

func (d *Directory) read(k kind, n connector.Epoch, visit func(data []byte) error) error {
	return d.ledger.read(k, []connector.Epoch{n}, func(_ connector.Epoch, data []byte) error { return visit(data) })
}

// LogOffsets logs offsets/N; now: they are durable on return, else, if the
// directory Rides, when the manifest is. An entry that another process has put
// there is CONCURRENT_STREAM_LOG_UPDATE.
func (d *Directory) LogOffsets(e Entry, now bool) error {
	return d.ledger.put(offsetsKind, e.Epoch, e.marshal(), now)
}

// LogCommit logs commits/N; if the directory Rides it is durable when the next
// log entry or Flush is.
func (d *Directory) LogCommit(n connector.Epoch, next eventtime.Watermark) error {
	return d.ledger.put(commitsKind, n, marshalCommit(next), false)
}

// Flush makes durable what was logged.
func (d *Directory) Flush() error { return d.ledger.flush() }

// Decide makes state/epochs/N durable, and all that was logged before it: from
// here on the epoch counts.
func (d *Directory) Decide(m *Manifest) error {
	data := m.marshal()
	if err := d.ledger.put(manifestsKind, m.Epoch, data, true); err != nil {
		return err
	}
	d.lists[m.Epoch] = m.files()
	d.remember(m)
	return nil
}

// remember keeps what stands inside the manifest, and inside those before it
// that it still lists, for the next merge.
func (d *Directory) remember(m *Manifest) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.recent[m.Epoch] = m.inline
	counts := map[connector.Epoch]bool{m.Epoch: true}
	for _, st := range m.Stages {
		for _, s := range st.Sections {
			if n, ok := s.inline(); ok {
				counts[n] = true
			}
		}
	}
	maps.DeleteFunc(d.recent, func(n connector.Epoch, _ []byte) bool { return !counts[n] })
}

// Purge removes the log entries of epochs before keep.
func (d *Directory) Purge(keep connector.Epoch) error {
	for _, k := range []kind{offsetsKind, commitsKind} {
		numbers, err := d.ledger.numbers(k)
		if err != nil {
			return err
		}
		for _, n := range numbers {
			if n >= keep {
				continue
			}
			if err := d.ledger.remove(k, n); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Directory) path(name string) string { return path.Join(d.root, name) }

// newest returns the largest number of a kind of record, -1 if there is none.
func (d *Directory) newest(k kind) (connector.Epoch, error) {
	numbers, err := d.ledger.numbers(k)
	newest := connector.Epoch(-1)
	for _, n := range numbers {
		newest = max(newest, n)
	}
	return newest, err
}
