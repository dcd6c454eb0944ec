package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"

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
	fs   vfs.FS
	root string
	id   string
	lock io.Closer
}

// Open takes over the directory, making it if it is missing. newID gives the
// query's id when the checkpoint is new. A directory that another process holds
// is CONCURRENT_QUERY; logs without metadata are
// STREAMING_CHECKPOINT_MISSING_METADATA_FILE.
func Open(fs vfs.FS, root string, newID func() string) (*Directory, error) {
	d := &Directory{fs: fs, root: root}
	for _, sub := range []string{"", offsetsDir, commitsDir, sourcesDir, epochsDir} {
		if err := fs.MkdirAll(path.Join(root, sub)); err != nil {
			return nil, fmt.Errorf("open checkpoint: %w", err)
		}
	}
	lock, err := fs.Lock(path.Join(root, lockFile))
	if errors.Is(err, vfs.ErrLocked) {
		return nil, sparkerr.New("CONCURRENT_QUERY",
			"another process runs a query on the checkpoint "+root+"; stop it, or give this query a checkpoint of its own", "path", root).Because(err)
	}
	if err != nil {
		return nil, fmt.Errorf("lock checkpoint: %w", err)
	}
	d.lock = lock
	if err := d.adopt(newID); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// adopt makes what a dead process left behind durable and reads or writes the
// query's id.
func (d *Directory) adopt(newID func() string) error {
	for _, sub := range []string{"", offsetsDir, commitsDir, epochsDir} {
		if err := vfs.Adopt(d.fs, path.Join(d.root, sub)); err != nil {
			return fmt.Errorf("adopt checkpoint: %w", err)
		}
	}
	data, err := vfs.ReadFile(d.fs, d.path(metadataFile))
	if errors.Is(err, vfs.ErrNotExist) {
		return d.create(newID())
	}
	if err != nil {
		return err
	}
	return d.parseID(data)
}

func (d *Directory) create(id string) error {
	last, err := d.newest(offsetsDir)
	if err != nil {
		return err
	}
	if last >= 0 {
		return sparkerr.New("STREAMING_CHECKPOINT_MISSING_METADATA_FILE",
			"the checkpoint "+d.root+" has logs but no metadata file; it was copied in part: restore the file or start with another checkpoint",
			"checkpointLocation", d.root)
	}
	d.id = id
	data, _ := json.Marshal(map[string]string{"id": id})
	return vfs.WriteAtomic(d.fs, d.path(metadataFile), data, vfs.NoOverwrite)
}

// ID returns the query's id, stable over restarts.
func (d *Directory) ID() string { return d.id }

// SourceLog returns the folder of the source of that ordinal.
func (d *Directory) SourceLog(ordinal int) string {
	return d.path(path.Join(sourcesDir, strconv.Itoa(ordinal)))
}

// Close gives the directory back.
func (d *Directory) Close() error {
	if d.lock == nil {
		return nil
	}
	err := d.lock.Close()
	d.lock = nil
	return err
}

// Recover reads where the query stands. A log with holes is refused with the
// number that is missing.
func (d *Directory) Recover() (Recovered, error) {
	r := Recovered{Committed: -1}
	last, err := d.newest(offsetsDir)
	if err != nil {
		return r, err
	}
	if r.Committed, err = d.newest(commitsDir); err != nil {
		return r, err
	}
	if r.Committed > last {
		return r, sparkerr.Corrupt(d.numbered(offsetsDir, r.Committed), "the file is missing, and the batch is committed; restore it from a backup or start with another checkpoint")
	}
	if last < 0 {
		return r, nil
	}
	if r.Last, err = d.Entry(last); err != nil {
		return r, err
	}
	if last > 0 {
		if r.Prev, err = d.Entry(last - 1); errors.Is(err, vfs.ErrNotExist) {
			return r, sparkerr.Corrupt(d.path(offsetsDir), "batch %d doesn't exist, but batch %d does: the log was deleted in part; restore it or start with another checkpoint", last-1, last)
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
	if r.Committed < 0 {
		return nil
	}
	name := d.numbered(commitsDir, r.Committed)
	data, err := vfs.ReadFile(d.fs, name)
	if err != nil {
		return err
	}
	if r.NextWatermark, err = parseCommit(data); err != nil {
		return sparkerr.Corrupt(name, "%v; delete it to run the batch again", err)
	}
	return nil
}

// OffsetsFile returns where the offsets of an epoch are logged.
func (d *Directory) OffsetsFile(n connector.Epoch) string { return d.numbered(offsetsDir, n) }

// Entry reads offsets/N.
func (d *Directory) Entry(n connector.Epoch) (*Entry, error) {
	name := d.numbered(offsetsDir, n)
	data, err := vfs.ReadFile(d.fs, name)
	if err != nil {
		return nil, err
	}
	e, err := parseEntry(n, data)
	if err != nil {
		return nil, sparkerr.Corrupt(name, "%v; restore it from a backup or start with another checkpoint", err)
	}
	return e, nil
}

// Manifest reads state/epochs/N.
func (d *Directory) Manifest(n connector.Epoch) (*Manifest, error) {
	m, _, err := d.readManifest(d.numbered(epochsDir, n))
	return m, err
}

func (d *Directory) readManifest(name string) (*Manifest, int64, error) {
	data, err := vfs.ReadFile(d.fs, name)
	if err != nil {
		return nil, 0, err
	}
	m, at, err := parseManifest(data)
	if err != nil {
		return nil, 0, sparkerr.Corrupt(name, "%v; restore it from a backup or start with another checkpoint", err)
	}
	return m, at, nil
}

// LogOffsets makes offsets/N durable. An entry that another process has put
// there is CONCURRENT_STREAM_LOG_UPDATE.
func (d *Directory) LogOffsets(e Entry) error {
	return d.put(d.numbered(offsetsDir, e.Epoch), e.marshal())
}

// LogCommit makes commits/N durable.
func (d *Directory) LogCommit(n connector.Epoch, next eventtime.Watermark) error {
	return d.put(d.numbered(commitsDir, n), marshalCommit(next))
}

// Decide makes state/epochs/N durable: from here on the epoch counts.
func (d *Directory) Decide(m *Manifest) error {
	data, err := m.marshal()
	if err != nil {
		return err
	}
	return vfs.WriteAtomic(d.fs, d.numbered(epochsDir, m.Epoch), data, vfs.Overwrite)
}

// put writes a log file that must not be there yet.
func (d *Directory) put(name string, data []byte) error {
	err := vfs.WriteAtomic(d.fs, name, data, vfs.NoOverwrite)
	if !errors.Is(err, vfs.ErrExist) {
		return err
	}
	if old, rerr := vfs.ReadFile(d.fs, name); rerr == nil && string(old) == string(data) {
		return nil // ours: the call before this one failed after it had taken effect
	}
	return sparkerr.New("CONCURRENT_STREAM_LOG_UPDATE",
		name+" exists already: another process writes this checkpoint; stop it and start this query again",
		"batchId", path.Base(name)).Because(err)
}

// Purge removes the log entries of epochs before keep.
func (d *Directory) Purge(keep connector.Epoch) error {
	for _, dir := range []string{offsetsDir, commitsDir} {
		numbers, err := d.numbers(dir)
		if err != nil {
			return err
		}
		for _, n := range numbers {
			if n >= keep {
				continue
			}
			if err := d.fs.Remove(d.numbered(dir, n)); err != nil && !errors.Is(err, vfs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}

func (d *Directory) path(name string) string { return path.Join(d.root, name) }

func (d *Directory) numbered(dir string, n connector.Epoch) string {
	return d.path(path.Join(dir, strconv.FormatInt(int64(n), 10)))
}

// newest returns the largest number in a log folder, -1 if it is empty.
func (d *Directory) newest(dir string) (connector.Epoch, error) {
	numbers, err := d.numbers(dir)
	newest := connector.Epoch(-1)
	for _, n := range numbers {
		newest = max(newest, n)
	}
	return newest, err
}

// numbers returns the files of a folder whose names are numbers; others are
// none of ours.
func (d *Directory) numbers(dir string) ([]connector.Epoch, error) {
	entries, err := d.fs.List(d.path(dir))
	if errors.Is(err, vfs.ErrNotExist) {
		return nil, nil
	}
	var out []connector.Epoch
	for _, e := range entries {
		if n, err := strconv.ParseInt(e.Name, 10, 64); err == nil && n >= 0 && !e.Dir {
			out = append(out, connector.Epoch(n))
		}
	}
	return out, err
}
