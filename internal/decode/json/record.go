package json

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decode/field"
	"github.com/spatestream/spate/sqltype"
)

// Decoder turns records into rows of a schema. It belongs to one goroutine.
//
//	d.Begin(b, block)
//	for each record { more, err := d.Record(lo, hi) } // Lines saves many of these calls
//	d.Finish()
type Decoder struct {
	scanner
	root    *node
	batch   *columnar.Batch
	want    []bool
	corrupt int // ordinal of the corrupt column, -1: none is wanted
	rows    int
	inArray bool // pos is inside of an array of records
	again   bool // of that array, a record was read before
	joined  []byte
	begun   begun // of the line that Record is to read
}

// NewDecoder returns a decoder of records of the schema that fills the columns
// of want (nil: all).
func NewDecoder(s *sqltype.Struct, want []bool, o *Options) *Decoder {
	d := &Decoder{root: newNode(s), want: want, corrupt: -1}
	d.o = o
	if want == nil {
		d.want = make([]bool, len(s.Fields))
		for i := range d.want {
			d.want[i] = true
		}
	}
	for i, f := range s.Fields {
		switch {
		case f.Name == o.Corrupt && f.Type.Kind() == sqltype.KindString:
			if d.want[i] {
				d.corrupt = i
			}
			d.root.fields[i] = nil
			delete(d.root.names, f.Name)
		case !d.want[i]:
			d.root.fields[i] = nil
		}
	}
	return d
}

// Begin empties b, whose columns the next records go to, and makes block the
// text that they are places of. The block must stay as it is as long as b is
// used.
func (d *Decoder) Begin(b *columnar.Batch, block []byte) {
	b.Resize(0)
	for i, v := range b.Cols {
		if d.want[i] {
			field.Room(v, columnar.MaxRows)
		}
	}
	d.batch, d.buf, d.extra, d.rows, d.begun = b, block, d.extra[:0], 0, begun{}
	for i, f := range d.root.fields {
		if f != nil {
			f.bind(b.Cols[i])
		}
	}
	d.root.out = &columnar.Vector{Type: d.root.typ}
}

// Rows returns how many rows there are since Begin.
func (d *Decoder) Rows() int { return d.rows }

// Fill adds rows without meaning until there are n, for a caller that decodes
// some of the rows of a batch.
func (d *Decoder) Fill(n int) {
	for i, v := range d.batch.Cols {
		if d.want[i] {
			field.Fill(v, n)
		}
	}
	d.rows = max(d.rows, n)
}

// Keep drops all but the first n rows, and what is left of an array of records.
func (d *Decoder) Keep(n int) {
	d.rows, d.inArray = n, false
	if d.corrupt >= 0 {
		field.Truncate(d.batch.Cols[d.corrupt], n)
	}
	d.undo()
}

// Record decodes the record at [lo, hi) of the block: no row if it is blank,
// one, or one for every element of an array. More says that the batch is full
// and the record is not at its end: Finish, Begin with the same block, and call
// again.
func (d *Decoder) Record(lo, hi int) (more bool, err error) {
	d.end = hi
	if b := d.begun; b.ok {
		if d.begun.ok = false; b.at == lo {
			d.pos = b.pos
			return false, d.one(lo, hi, d.members(d.root, b.field, d.rows, good))
		}
		d.undo()
	}
	if !d.inArray {
		d.pos, d.depth = lo, 0
		switch d.peek() {
		case 0:
			if d.pos >= hi {
				return false, nil
			}
		case '[':
			d.pos++
			d.depth++
			d.inArray, d.again = true, false
		}
	}
	if d.inArray {
		return d.elements(lo, hi)
	}
	return false, d.one(lo, hi, d.record())
}

// record decodes one object at pos.
func (d *Decoder) record() outcome {
	d.root.out.Len = d.rows
	if d.peek() != '{' {
		return broken
	}
	return d.object(d.root)
}

// elements decodes the rest of an array of records, as long as there is room.
func (d *Decoder) elements(lo, hi int) (more bool, err error) {
	for d.rows < columnar.MaxRows {
		next, ok := d.item(']', !d.again)
		if ok && !next {
			d.inArray = false
			return false, nil
		}
		d.again = true
		result := broken
		if ok {
			result = d.record()
		}
		if err := d.one(lo, hi, result); err != nil {
			return false, err
		}
		if result == broken {
			d.inArray = false
			return false, nil
		}
	}
	return true, nil
}

// one ends the row that record began.
func (d *Decoder) one(lo, hi int, result outcome) error {
	if result != good && d.o.Mode == field.Fail {
		return field.Malformed(string(d.buf[lo:hi]))
	}
	if result == broken || result == bad && d.o.Mode == field.Drop {
		d.undo()
	}
	if result != good && d.o.Mode == field.Drop {
		return nil
	}
	if result == broken {
		for _, f := range d.root.fields {
			if f != nil {
				f.out.AppendNull()
			}
		}
	}
	if d.corrupt >= 0 {
		if v := d.batch.Cols[d.corrupt]; result == good {
			v.AppendNull()
		} else {
			field.PutView(v, lo, hi-lo)
		}
	}
	d.rows++
	return nil
}

// Finish makes the batch whole: its rows are those decoded since Begin.
func (d *Decoder) Finish() {
	d.joined = field.Finish(d.batch, d.want, d.rows, d.buf, d.extra, d.joined)
}
