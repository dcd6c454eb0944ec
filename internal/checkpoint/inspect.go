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
	d := &Directory{fs: fs, root: root}
	if err := d.readID(); err != nil {
		return nil, err
	}
	numbers, err := d.numbers(offsetsDir)
	if err != nil {
		return nil, err
	}
	slices.Sort(numbers)
	r := &Listing{ID: d.id}
	for _, n := range numbers {
		e, err := d.inspectEpoch(n)
		if err != nil {
			return nil, err
		}
		r.Epochs = append(r.Epochs, e)
	}
	return r, nil
}

func (d *Directory) inspectEpoch(n connector.Epoch) (EpochReport, error) {
	entry, err := d.Entry(n)
	if err != nil {
		return EpochReport{}, err
	}
	e := EpochReport{Entry: *entry, StateRows: "-"}
	var offsets []string
	for _, o := range entry.Ends {
		offsets = append(offsets, string(o))
	}
	e.Offsets = strings.Join(offsets, " ")
	if _, err := d.fs.Stat(d.numbered(commitsDir, n)); err == nil {
		e.Committed = true
	}
	m, err := d.Manifest(n)
	if errors.Is(err, vfs.ErrNotExist) {
		return e, nil
	}
	if err != nil {
		return e, err
	}
	e.Decided = true
	rows := int64(0)
	for _, st := range m.Stages {
		for _, s := range st.Sections {
			rows += s.Rows
		}
	}
	e.StateRows = fmt.Sprint(rows)
	return e, nil
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
// newest manifest lists, and returns the first that does not check.
func Verify(fs vfs.FS, root string) (Verified, error) {
	var v Verified
	r, err := Inspect(fs, root)
	if err != nil {
		return v, err
	}
	d := &Directory{fs: fs, root: root}
	v.Files = 1
	var newest *Manifest
	for _, e := range r.Epochs {
		v.Files++
		if e.Committed {
			data, err := vfs.ReadFile(fs, d.numbered(commitsDir, e.Epoch))
			if err != nil {
				return v, err
			}
			if _, err := parseCommit(data); err != nil {
				return v, sparkerr.Corrupt(d.numbered(commitsDir, e.Epoch), "%v", err)
			}
			v.Files++
		}
		if e.Decided {
			if newest, err = d.Manifest(e.Epoch); err != nil {
				return v, err
			}
			v.Files++
		}
	}
	return v, d.verifyState(newest, &v)
}

func (d *Directory) verifyState(m *Manifest, v *Verified) error {
	if m == nil {
		return nil
	}
	for _, st := range m.Stages {
		r, err := newSectionReader(st.Tables)
		if err != nil {
			return sparkerr.Corrupt(d.numbered(epochsDir, m.Epoch), "%v", err)
		}
		if err := d.readSections(r, st.Sections, nil); err != nil {
			return err
		}
		for _, s := range st.Sections {
			v.StateBytes += s.Length
			if path.Dir(s.File) != epochsDir {
				v.Files++
			}
		}
	}
	return nil
}
