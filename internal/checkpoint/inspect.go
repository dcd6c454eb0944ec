package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
)

// Listing is what a checkpoint directory holds.
type Listing struct {
	ID     string
	Epochs []EpochReport // oldest first
}

// EpochReport is one logged epoch.
type EpochReport struct {
	Entry
	Committed bool
	Decided   bool
	StateRows string // rows in the sections its manifest lists, "-" without one
	Offsets   string
}

// Inspect reads a directory without taking it over; its query may be running.
func Inspect(fs vfs.FS, root string) (*Listing, error) {
	d, err := look(fs, root)
	if err != nil {
		return nil, err
	}
	return d.inspect()
}

// look opens a directory to read it.
func look(fs vfs.FS, root string) (*Directory, error) {
	d := &Directory{fs: fs, root: root}
	if err := d.readID(); err != nil {
		return nil, err
	}
	var err error
	if d.form, err = d.foundForm(Files, false); err != nil {
		return nil, err
	}
	if d.form == Files {
		d.ledger = &fileLedger{fs, root}
		return d, nil
	}
	l, err := readSegments(fs, d.path(logDir))
	d.ledger = l
	return d, errors.Join(err, l.begun())
}

// inspect reads each kind of record in one go.
func (d *Directory) inspect() (*Listing, error) {
	r := &Listing{ID: d.id}
	at := map[connector.Epoch]int{} // in r.Epochs
	err := d.eachRecord(offsetsKind, func(n connector.Epoch, data []byte) error {
		e, err := parseEntry(n, data)
		if err != nil {
			return d.damaged(offsetsKind, n, err)
		}
		at[n] = len(r.Epochs)
		r.Epochs = append(r.Epochs, newReport(e))
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = d.eachRecord(commitsKind, func(n connector.Epoch, data []byte) error {
		if _, err := parseCommit(data); err != nil {
			return d.damaged(commitsKind, n, err)
		}
		if i, ok := at[n]; ok {
			r.Epochs[i].Committed = true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return r, d.eachRecord(manifestsKind, func(n connector.Epoch, data []byte) error {
		m, err := parseManifest(data)
		if err != nil {
			return d.damaged(manifestsKind, n, err)
		}
		if i, ok := at[n]; ok {
			r.Epochs[i].Decided, r.Epochs[i].StateRows = true, fmt.Sprint(m.rows())
		}
		return nil
	})
}

// eachRecord visits all records of a kind in the order of their numbers.
func (d *Directory) eachRecord(k kind, visit func(n connector.Epoch, data []byte) error) error {
	numbers, err := d.ledger.numbers(k)
	if err != nil {
		return err
	}
	slices.Sort(numbers)
	return d.ledger.read(k, numbers, visit)
}

func newReport(e *Entry) EpochReport {
	var offsets []string
	for _, o := range e.Ends {
		offsets = append(offsets, string(o))
	}
	return EpochReport{Entry: *e, StateRows: "-", Offsets: strings.Join(offsets, " ")}
}

// readID reads the metadata file of a directory that must be a checkpoint.
func (d *Directory) readID() error {
	data, err := vfs.ReadFile(d.fs, d.path(metadataFile))
	if errors.Is(err, vfs.ErrNotExist) {
		return sparkerr.New("STREAMING_CHECKPOINT_MISSING_METADATA_FILE", d.root+" is no checkpoint: it has no file metadata", "checkpointLocation", d.root)
	}
	if err != nil {
		return err
	}
	return d.parseID(data)
}

func (d *Directory) parseID(data []byte) error {
	var m struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(data, &m); err != nil || m.ID == "" {
		return sparkerr.Corrupt(d.path(metadataFile), "it should hold the query's id as {\"id\":\"…\"} but holds %.40q; restore it from a backup or start with another checkpoint", data)
	}
	d.id = m.ID
	return nil
}

// Verified is what Verify has read.
type Verified struct {
	Files      int
	StateBytes int64
}

// Verify reads every log entry, every manifest and every section that the
// newest manifest lists, and the logs of the sources, and returns the first
// that does not check or that a restart would miss.
func Verify(fs vfs.FS, root string) (Verified, error) {
	var v Verified
	d, err := look(fs, root)
	if err != nil {
		return v, err
	}
	r, err := d.inspect()
	if err != nil {
		return v, err
	}
	if _, err := d.Recover(); err != nil {
		return v, err
	}
	segments, err := d.ledger.verify()
	if err != nil {
		return v, err
	}
	v.Files = 1 + segments
	decided := connector.Epoch(-1)
	for _, e := range r.Epochs {
		if d.form == Files {
			v.Files += 1 + ones(e.Committed) + ones(e.Decided)
		}
		if decided >= 0 && e.Committed && !e.Decided {
			return v, sparkerr.Corrupt(d.ledger.where(manifestsKind, e.Epoch), "the file is missing, and batch %d is committed; restore it from a backup or start with another checkpoint", e.Epoch)
		}
		if e.Decided {
			decided = e.Epoch
		}
	}
	var newest *Manifest
	if decided >= 0 {
		if newest, err = d.Manifest(decided); err != nil {
			return v, err
		}
	}
	if err := d.verifyEnds(newest, r); err != nil {
		return v, err
	}
	if err := d.verifySources(&v); err != nil {
		return v, err
	}
	return v, d.verifyState(newest, &v)
}

func ones(b bool) int {
	if b {
		return 1
	}
	return 0
}

// verifyEnds finds manifests without their epoch: offsets are gone, or state
// without a manifest.
func (d *Directory) verifyEnds(newest *Manifest, r *Listing) error {
	last := connector.Epoch(-1)
	if n := len(r.Epochs); n > 0 {
		last = r.Epochs[n-1].Epoch
	}
	numbers, err := d.ledger.numbers(manifestsKind)
	for _, n := range numbers {
		if n > last {
			return sparkerr.Corrupt(d.ledger.where(offsetsKind, n), "the file is missing, and batch %d is decided; restore it from a backup or start with another checkpoint", n)
		}
	}
	if err != nil {
		return err
	}
	return d.verifyFolder(newest, last)
}

// verifyFolder finds that the folder of state is gone, which every checkpoint
// of ours has, or its manifests. One that only Spark has written has none.
func (d *Directory) verifyFolder(newest *Manifest, last connector.Epoch) error {
	folders, err := d.fs.List(d.path(stateDir))
	if errors.Is(err, vfs.ErrNotExist) {
		if last < 0 {
			return nil
		}
		ours := d.form == Segments
		err := d.read(offsetsKind, last, func(data []byte) error { ours = ours || vfs.HasChecksum(data); return nil })
		if err == nil && ours {
			err = sparkerr.Corrupt(d.path(stateDir), "the folder is missing; restore it from a backup or start with another checkpoint")
		}
		return err
	}
	if err != nil {
		return err
	}
	for _, f := range folders {
		if newest == nil && f.Name != path.Base(epochsDir) {
			return sparkerr.Corrupt(d.path(epochsDir), "the manifests are missing, and there are files of state; restore them from a backup or start with another checkpoint")
		}
	}
	return nil
}

// verifySources checks the logs of the sources: lines with a checksum.
func (d *Directory) verifySources(v *Verified) error {
	sources, err := d.fs.List(d.path(sourcesDir))
	if err != nil && !errors.Is(err, vfs.ErrNotExist) {
		return err
	}
	for _, s := range sources {
		entries, err := d.fs.List(d.path(path.Join(sourcesDir, s.Name)))
		if err != nil {
			return err
		}
		for _, e := range entries {
			name := d.path(path.Join(sourcesDir, s.Name, e.Name))
			if e.Dir || vfs.IsTemp(e.Name) {
				continue
			}
			data, err := vfs.ReadFile(d.fs, name)
			if err != nil {
				return err
			}
			if _, err := vfs.CheckLines(data); err != nil {
				return sparkerr.Corrupt(name, "%v; restore it from a backup or start with another checkpoint", err)
			}
			v.Files++
		}
	}
	return nil
}

func (d *Directory) verifyState(m *Manifest, v *Verified) error {
	if m == nil {
		return nil
	}
	for _, st := range m.Stages {
		r, err := newSectionReader(st.Tables)
		if err != nil {
			return sparkerr.Corrupt(d.ledger.where(manifestsKind, m.Epoch), "%v", err)
		}
		if err := d.readSections(r, st.Sections, nil); err != nil {
			return err
		}
		for _, s := range st.Sections {
			v.StateBytes += s.Length
			if _, inside := s.inline(); !inside {
				v.Files++
			}
		}
	}
	return nil
}
