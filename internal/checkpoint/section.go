package checkpoint

import (
	"encoding/binary"
	"fmt"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/block"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/sqltype"
)

// A section is a run of frames, in the order in which they apply:
//
//	frame  kind: 1 upserts, 2 deletions, 3 drop      1 byte
//	       table, its index in the stage's list      1 byte
//	       upserts, deletions: a block (docs/formats/block.md)
//	       drop: the watermark in milliseconds       int64, little-endian
const (
	frameUpserts = 1
	frameDeletes = 2
	frameDrop    = 3
)

// Delta collects one task's changes as a section; it implements store.Changes.
// It belongs to one goroutine at a time.
type Delta struct {
	enc   *block.Encoder
	index map[string]byte
	buf   []byte
	rows  int64

	hasty  bool    // frames wait for Bytes
	frames []frame // their memory is used again
	wait   int     // how many of them wait
}

// frame is one of a hasty Delta.
type frame struct {
	kind, table byte
	content     []byte // of a block its body
}

// NewDelta returns an empty section over the tables of a stage.
func NewDelta(tables []TableSchema) *Delta {
	d := &Delta{enc: block.NewEncoder(block.S2), index: map[string]byte{}}
	for i, t := range tables {
		d.index[t.Name] = byte(i)
	}
	return d
}

// NewHastyDelta is NewDelta for who must go on soon: rows are copied, and made
// blocks of by whoever calls Bytes. It takes the memory of both.
func NewHastyDelta(tables []TableSchema) *Delta {
	d := NewDelta(tables)
	d.hasty = true
	return d
}

// Reset empties the section and keeps its memory.
func (d *Delta) Reset() {
	d.buf, d.rows = d.buf[:0], 0
	d.wait = 0
}

// Empty reports whether the section holds nothing.
func (d *Delta) Empty() bool { return len(d.buf)+d.wait == 0 }

// Bytes returns the section, valid until Reset.
func (d *Delta) Bytes() ([]byte, error) {
	for _, f := range d.frames[:d.wait] {
		d.buf = append(d.buf, f.kind, f.table)
		if f.kind == frameDrop {
			d.buf = append(d.buf, f.content...)
			continue
		}
		var err error
		if d.buf, err = d.enc.AppendBytes(d.buf, f.content); err != nil {
			return nil, err
		}
	}
	d.wait = 0
	return d.buf, nil
}

// Rows implements store.Changes.
func (d *Delta) Rows(table string, b *columnar.Batch, deleted bool) (err error) {
	kind := byte(frameUpserts)
	if deleted {
		kind = frameDeletes
	}
	d.rows += int64(b.Rows())
	if d.hasty {
		f := d.add(kind, table)
		f.content = d.enc.AppendBody(f.content, b)
		return nil
	}
	d.buf = append(d.buf, kind, d.index[table])
	d.buf, err = d.enc.Append(d.buf, b)
	return err
}

// add returns the next frame that waits, still without content.
func (d *Delta) add(kind byte, table string) *frame {
	if d.wait == len(d.frames) {
		d.frames = append(d.frames, frame{})
		if d.wait > 0 { // it will be about as long as the last
			d.frames[d.wait].content = make([]byte, 0, len(d.frames[d.wait-1].content)*9/8)
		}
	}
	f := &d.frames[d.wait]
	d.wait++
	f.kind, f.table, f.content = kind, d.index[table], f.content[:0]
	return f
}

// Drop implements store.Changes.
func (d *Delta) Drop(table string, upTo eventtime.Watermark) error {
	if d.hasty {
		f := d.add(frameDrop, table)
		f.content = binary.LittleEndian.AppendUint64(f.content, uint64(upTo))
		return nil
	}
	d.buf = append(d.buf, frameDrop, d.index[table])
	d.buf = binary.LittleEndian.AppendUint64(d.buf, uint64(upTo))
	return nil
}

// Tables describes the tables of a store for the manifest.
func Tables(s *store.Store) []TableSchema {
	var out []TableSchema
	for _, t := range s.Tables() {
		spec := t.Spec()
		out = append(out, TableSchema{Name: spec.Name, Key: spec.Key.DDL(), Value: spec.Value.DDL(), Multi: spec.Multi, Expiry: uint8(spec.Expiry)})
	}
	return out
}

// Spec returns the table as it was written.
func (t TableSchema) Spec() (store.Spec, error) {
	s := store.Spec{Name: t.Name, Multi: t.Multi, Expiry: store.Expiry(t.Expiry)}
	var err error
	if s.Key, err = columnsOf(t.Key); err != nil {
		return s, err
	}
	s.Value, err = columnsOf(t.Value)
	return s, err
}

// columnsOf reads a column list, which may be empty.
func columnsOf(ddl string) (*sqltype.Struct, error) {
	if ddl == "" {
		return sqltype.NewStruct(), nil
	}
	return sqltype.ParseDDL(ddl)
}

// SameTypes reports whether two column lists as DDL have the same types in the
// same order, whatever the names.
func SameTypes(a, b string) bool {
	x, errX := columnsOf(a)
	y, errY := columnsOf(b)
	if errX != nil || errY != nil || len(x.Fields) != len(y.Fields) {
		return a == b
	}
	for i := range x.Fields {
		if !sqltype.SameShape(x.Fields[i].Type, y.Fields[i].Type) {
			return false
		}
	}
	return true
}

// target is what a section is read into: a store.
type target interface {
	Load(table string, b *columnar.Batch, deleted bool) error
	Drop(table string, upTo eventtime.Watermark) error
}

// sectionReader reads sections of the tables of a stage. It belongs to one
// goroutine.
type sectionReader struct {
	tables  []TableSchema
	batches [][2]*columnar.Batch // by table: upserts, deletions
}

func newSectionReader(tables []TableSchema) (*sectionReader, error) {
	r := &sectionReader{tables: tables}
	for _, t := range tables {
		spec, err := t.Spec()
		if err != nil {
			return nil, err
		}
		r.batches = append(r.batches, [2]*columnar.Batch{columnar.NewBatch(spec.Layout(false)), columnar.NewBatch(spec.Layout(true))})
	}
	return r, nil
}

// read applies the frames of a section to each target in turn.
func (r *sectionReader) read(name string, data []byte, to []target) error {
	dec := block.NewDecoder(name)
	defer dec.Close()
	for len(data) > 0 {
		if len(data) < 2 || int(data[1]) >= len(r.tables) {
			return fmt.Errorf("a frame names table %d of %d", data[min(1, len(data)-1)], len(r.tables))
		}
		kind, table := data[0], data[1]
		n, err := r.frame(dec, kind, table, data[2:], to)
		if err != nil {
			return err
		}
		data = data[2+n:]
	}
	return nil
}

func (r *sectionReader) frame(dec *block.Decoder, kind, table byte, data []byte, to []target) (n int, err error) {
	name := r.tables[table].Name
	switch kind {
	case frameDrop:
		if len(data) < 8 {
			return 0, fmt.Errorf("a drop is cut off")
		}
		upTo := eventtime.Watermark(binary.LittleEndian.Uint64(data))
		for _, t := range to {
			if err := t.Drop(name, upTo); err != nil {
				return 0, err
			}
		}
		return 8, nil
	case frameUpserts, frameDeletes:
		b := r.batches[table][kind-frameUpserts]
		if n, err = dec.Decode(data, b); err != nil {
			return 0, err
		}
		for _, t := range to {
			if err := t.Load(name, b, kind == frameDeletes); err != nil {
				return 0, err
			}
		}
		return n, nil
	}
	return 0, fmt.Errorf("a frame has the unknown kind %d", kind)
}
