package csv

import (
	"bytes"
	"math"
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/internal/decode/field"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Decoder turns records into rows of a schema. It belongs to one goroutine.
//
//	d.Begin(b, block)
//	for each record { next, err := d.Record(lo, hi) }
//	d.Finish()
type Decoder struct {
	scanner
	columns []*column
	want    []bool
	corrupt int  // ordinal of the corrupt column, -1: none is wanted
	width   int  // fields a record has
	strict  bool // another number of fields is malformed
	rows    int
	batch   *columnar.Batch
	joined  []byte
}

// column is a wanted column.
type column struct {
	at   int // field of the record
	to   int // ordinal of the schema
	kind sqltype.Kind
	dec  decimal.Type
	lo   int64 // of integers: the least value
	hi   int64
	out  *columnar.Vector
}

// NewDecoder returns a decoder of records of the schema that fills the columns
// of want (nil: all). As in Spark, a record with too few or too many fields is
// malformed only if all columns, or the corrupt one, are wanted.
func NewDecoder(s *sqltype.Struct, want []bool, o *Options) *Decoder {
	d := &Decoder{want: want, corrupt: -1}
	d.o, d.multi = o, o.MultiLine
	if want == nil {
		d.want = make([]bool, len(s.Fields))
		for i := range d.want {
			d.want[i] = true
		}
	}
	for i, f := range s.Fields {
		if f.Name == o.Corrupt && f.Type.Kind() == sqltype.KindString {
			if d.want[i] {
				d.corrupt = i
			}
			continue
		}
		if d.want[i] {
			d.columns = append(d.columns, newColumn(d.width, i, f.Type))
		}
		d.width++
	}
	d.strict = len(d.columns) == d.width || d.corrupt >= 0
	return d
}

func newColumn(at, to int, t sqltype.Type) *column {
	c := &column{at: at, to: to, kind: t.Kind()}
	switch c.kind {
	case sqltype.KindByte, sqltype.KindShort, sqltype.KindInt, sqltype.KindLong:
		c.hi = math.MaxInt64 >> (64 - 8*sqltype.Width(t))
		c.lo = -c.hi - 1
	case sqltype.KindDecimal:
		x := t.(sqltype.Decimal)
		c.dec = decimal.Type{Precision: uint8(x.Precision), Scale: uint8(x.Scale)}
	}
	return c
}

// Begin empties b, whose columns the next records go to, and makes block the
// text that they are places of.
func (d *Decoder) Begin(b *columnar.Batch, block []byte) error {
	if len(block) > maxText/2 {
		return sparkerr.Data("", "a text of CSV is longer than 1 GiB; split it")
	}
	b.Resize(0)
	for _, c := range d.columns {
		c.out = b.Cols[c.to]
		field.Room(c.out, columnar.MaxRows)
	}
	if d.corrupt >= 0 {
		field.Room(b.Cols[d.corrupt], columnar.MaxRows)
	}
	d.batch, d.buf, d.extra, d.rows = b, block, d.extra[:0], 0
	return nil
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

// Record decodes the record at lo, whose line (or with multiLine the text)
// ends at hi, into a row, or none if the line is blank. It returns where the
// next one begins.
func (d *Decoder) Record(lo, hi int) (next int, err error) {
	if d.multi {
		if lo = d.skipBlank(lo, hi); lo >= hi {
			return hi, nil
		}
	} else if d.blank(lo, hi) {
		return hi, nil
	}
	next = d.record(lo, hi)
	ok := !d.strict || len(d.spans) == d.width
	for _, c := range d.columns {
		if !d.value(c) {
			ok = false
		}
	}
	return next, d.end(lo, next, ok)
}

// Skip passes over the first record that is not blank at or after lo: a
// header. It returns its place and where the next one begins.
func (d *Decoder) Skip(block []byte, lo, hi int) (from, next int, found bool) {
	d.buf = block
	if d.multi {
		if lo = d.skipBlank(lo, hi); lo >= hi {
			return hi, hi, false
		}
		return lo, d.record(lo, hi), true
	}
	return lo, hi, !d.blank(lo, hi)
}

// end ends the row that Record began.
func (d *Decoder) end(lo, hi int, ok bool) error {
	if !ok && d.o.Mode == field.Fail {
		return field.Malformed(strings.TrimRight(string(d.buf[lo:hi]), "\r\n"))
	}
	if !ok && d.o.Mode == field.Drop {
		for _, c := range d.columns {
			field.Truncate(c.out, d.rows)
		}
		return nil
	}
	if d.corrupt >= 0 {
		if v := d.batch.Cols[d.corrupt]; ok {
			v.AppendNull()
		} else {
			field.PutView(v, lo, len(bytes.TrimRight(d.buf[lo:hi], "\r\n")))
		}
	}
	d.rows++
	return nil
}

// Finish makes the batch whole.
func (d *Decoder) Finish() {
	d.joined = field.Finish(d.batch, d.want, d.rows, d.buf, d.extra, d.joined)
}

// value appends the field of a column; false if it has not the type.
func (d *Decoder) value(c *column) bool {
	if c.at >= len(d.spans) {
		c.out.AppendNull()
		return true
	}
	f := d.spans[c.at]
	b := d.at(f)
	if f.n == 0 {
		if !f.quoted || d.o.empty == d.o.null {
			c.out.AppendNull()
			return true
		}
		f.off = int32(len(d.buf) + len(d.extra))
		f.n = int32(len(d.o.empty))
		d.extra = append(d.extra, d.o.empty...)
		b = d.at(f)
	}
	if string(b) == d.o.null {
		c.out.AppendNull()
		return true
	}
	if c.kind == sqltype.KindString || c.kind == sqltype.KindBinary {
		field.PutView(c.out, int(f.off), int(f.n))
		return true
	}
	if !d.convert(c, b) {
		c.out.AppendNull()
		return false
	}
	return true
}

// convert appends the value a text stands for; false if it is none.
func (d *Decoder) convert(c *column, b []byte) bool {
	switch c.kind {
	case sqltype.KindByte, sqltype.KindShort, sqltype.KindInt, sqltype.KindLong:
		x, ok := field.Int(b)
		if !ok || x < c.lo || x > c.hi {
			return false
		}
		putInt(c, x)
		return true
	case sqltype.KindFloat, sqltype.KindDouble:
		return d.float(c, b)
	case sqltype.KindBoolean:
		return boolean(c, b)
	case sqltype.KindDecimal:
		x, err := decimal.Parse(b, c.dec)
		if err == nil {
			c.out.AppendDecimal(x)
		}
		return err == nil
	case sqltype.KindDate:
		x, ok := d.o.Times.Date(b)
		if ok {
			field.Put(c.out, x)
		}
		return ok
	case sqltype.KindTimestamp, sqltype.KindTimestampNTZ:
		read := d.o.Times.Timestamp
		if c.kind == sqltype.KindTimestampNTZ {
			read = d.o.Times.Local
		}
		x, ok := read(b)
		if ok {
			field.Put(c.out, x)
		}
		return ok
	}
	return false
}

func putInt(c *column, x int64) {
	switch c.kind {
	case sqltype.KindLong:
		field.Put(c.out, x)
	case sqltype.KindInt:
		field.Put(c.out, int32(x))
	case sqltype.KindShort:
		field.Put(c.out, int16(x))
	default:
		field.Put(c.out, int8(x))
	}
}

func (d *Decoder) float(c *column, b []byte) bool {
	f, ok := d.o.number(b, c.kind)
	switch {
	case !ok:
		return false
	case c.kind == sqltype.KindFloat:
		field.Put(c.out, float32(f))
	default:
		field.Put(c.out, f)
	}
	return true
}

// number reads a float with the names of the options.
func (o *Options) number(b []byte, k sqltype.Kind) (float64, bool) {
	switch string(b) {
	case o.nan:
		return math.NaN(), true
	case o.inf, "Infinity", "+Infinity":
		return math.Inf(1), true
	case o.negInf, "-Infinity":
		return math.Inf(-1), true
	case "NaN":
		return math.NaN(), true
	}
	bits := 64
	if k == sqltype.KindFloat {
		bits = 32
	}
	return field.Float(bytes.TrimSpace(b), bits)
}

func boolean(c *column, b []byte) bool {
	switch {
	case len(b) == 4 && bytes.EqualFold(b, []byte("true")):
		field.Put(c.out, uint8(1))
	case len(b) == 5 && bytes.EqualFold(b, []byte("false")):
		field.Put(c.out, uint8(0))
	default:
		return false
	}
	return true
}
