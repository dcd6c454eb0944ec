package checkpoint

import (
	"errors"
	"fmt"
	"path"
	"slices"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
)

// inlineLimit is how large the sections of an epoch may be to stand inside its
// manifest: one file, one sync.
const inlineLimit = 64 << 10

// Saved sections of one epoch on their way into its manifest.
type Sections struct {
	dir   *Directory
	epoch connector.Epoch
	// attempt makes file names unique: what no manifest lists is garbage.
	attempt string
	inline  []byte
	files   int
}

// NewSections starts the sections of an epoch.
func (d *Directory) NewSections(epoch connector.Epoch, attempt string) *Sections {
	return &Sections{dir: d, epoch: epoch, attempt: attempt}
}

// Add keeps a section of the key groups [lo, hi): small ones for the manifest,
// large ones durably in a file of their own.
func (s *Sections) Add(stage string, delta *Delta, g store.Groups) (Section, error) {
	data, err := delta.Bytes()
	if err != nil {
		return Section{}, err
	}
	sec := Section{Length: int64(len(data)), CRC: vfs.Checksum(data), Epoch: s.epoch, Lo: g.Lo, Hi: g.Hi, Rows: delta.rows}
	if len(s.inline)+len(data) <= inlineLimit {
		sec.File = inlineIn(s.epoch)
		sec.Offset = int64(len(s.inline))
		s.inline = append(s.inline, data...)
		return sec, nil
	}
	sec.File = path.Join(stateDir, stage, fmt.Sprintf("%d-%s-%d.delta", s.epoch, s.attempt, s.files))
	s.files++
	return sec, s.dir.writeFile(sec.File, data)
}

// Inline gives the manifest the small sections.
func (s *Sections) Inline(m *Manifest) { m.inline = s.inline }

// writeFile writes a file of a unique name; it is durable on return.
func (d *Directory) writeFile(name string, data []byte) error {
	full := d.path(name)
	if err := d.fs.MkdirAll(path.Dir(full)); err != nil {
		return err
	}
	f, err := d.fs.Create(full)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return d.fs.SyncDir(path.Dir(full))
}

// RestoreStage reads the state of a stage after epoch n into the stores of its
// tasks, each of which keeps the rows of its own key groups.
func (d *Directory) RestoreStage(st *StageState, stores []*store.Store) error {
	r, err := newSectionReader(st.Tables)
	if err != nil {
		return err
	}
	to := make([]target, len(stores))
	for i, s := range stores {
		to[i] = s
	}
	return d.readSections(r, st.Sections, to)
}

func (d *Directory) readSections(r *sectionReader, sections []Section, to []target) error {
	inlines, err := d.inlines(sections)
	if err != nil {
		return err
	}
	for _, sec := range sections {
		data, err := d.section(sec, inlines)
		if err != nil {
			return err
		}
		if err := r.read(sec.File, data, to); err != nil {
			return sparkerr.Corrupt(d.path(sec.File), "%v; restore the file from a backup or start with another checkpoint", err)
		}
	}
	return nil
}

// inlines returns what stands inside the manifests that sections are in.
func (d *Directory) inlines(sections []Section) (map[connector.Epoch][]byte, error) {
	out := map[connector.Epoch][]byte{}
	var unknown []connector.Epoch
	d.mu.Lock()
	for _, s := range sections {
		n, ok := s.inline()
		if !ok {
			continue
		}
		if data, known := d.recent[n]; known {
			out[n] = data
		} else if !slices.Contains(unknown, n) {
			unknown = append(unknown, n)
		}
	}
	d.mu.Unlock()
	err := d.manifests(unknown, func(n connector.Epoch, m *Manifest) error { out[n] = m.inline; return nil })
	var missing *vfs.PathError
	if errors.As(err, &missing) && errors.Is(err, vfs.ErrNotExist) {
		return nil, sparkerr.Corrupt(missing.Path, "it is missing, and state that is needed is in it; restore it from a backup or start with another checkpoint").Because(err)
	}
	return out, err
}

// section returns the bytes of a section, checked.
func (d *Directory) section(s Section, inlines map[connector.Epoch][]byte) (data []byte, err error) {
	name := d.path(s.File)
	if n, ok := s.inline(); ok {
		data, name = inlines[n], d.ledger.where(manifestsKind, n)
	} else if data, err = vfs.ReadFile(d.fs, name); errors.Is(err, vfs.ErrNotExist) {
		return nil, sparkerr.Corrupt(name, "the file is missing, and the state of epoch %d is in it; restore it from a backup or start with another checkpoint", s.Epoch).Because(err)
	} else if err != nil {
		return nil, err
	}
	if s.Offset < 0 || s.Length < 0 || s.Offset+s.Length > int64(len(data)) {
		return nil, sparkerr.Corrupt(name, "it has %d bytes and should hold %d at %d; restore it from a backup or start with another checkpoint", len(data), s.Length, s.Offset)
	}
	data = data[s.Offset : s.Offset+s.Length]
	if vfs.Checksum(data) != s.CRC {
		return nil, sparkerr.Corrupt(name, "the checksum of the section at %d does not match its content; restore it from a backup or start with another checkpoint", s.Offset)
	}
	return data, nil
}

// Merge reads a stage's sections and writes them as one base, which it returns:
// the rows as they are after the last of the sections. It touches no live
// table, so it may run beside the query.
func (d *Directory) Merge(st StageState, groups int, attempt string) (Section, error) {
	r, err := newSectionReader(st.Tables)
	if err != nil {
		return Section{}, err
	}
	s := store.New(store.Groups{Lo: 0, Hi: groups, Of: groups}, nil)
	defer s.Close()
	for _, t := range st.Tables {
		spec, err := t.Spec()
		if err != nil {
			return Section{}, err
		}
		if _, err := s.Table(spec); err != nil {
			return Section{}, err
		}
	}
	if err := d.readSections(r, st.Sections, []target{s}); err != nil {
		return Section{}, err
	}
	return d.writeBase(st, s, groups, attempt)
}

// writeBase writes every row of the store as one section.
func (d *Directory) writeBase(st StageState, s *store.Store, groups int, attempt string) (Section, error) {
	last := st.Sections[len(st.Sections)-1].Epoch
	for _, t := range s.Tables() {
		if err := t.All(func(ids []store.RowID) error { t.Touch(ids); return nil }); err != nil {
			return Section{}, err
		}
	}
	s.Seal(store.Epoch(last))
	delta := NewDelta(st.Tables)
	for done := false; !done; {
		var err error
		if done, err = s.Save(delta, 1<<16); err != nil {
			return Section{}, err
		}
	}
	data, err := delta.Bytes()
	if err != nil {
		return Section{}, err
	}
	sec := Section{File: path.Join(stateDir, st.Stage, fmt.Sprintf("%d-%s.base", last, attempt)), Length: int64(len(data)), CRC: vfs.Checksum(data),
		Epoch: last, Base: true, Lo: 0, Hi: groups, Rows: delta.rows}
	return sec, d.writeFile(sec.File, data)
}
