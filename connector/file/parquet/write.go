package parquet

import (
	"io"

	"github.com/apache/arrow-go/v18/parquet"
	pq "github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/metadata"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector/file"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// A row group is ended when it has this many rows or about this many bytes:
// it is held in memory until then.
const (
	groupRows  = 1 << 20
	groupBytes = 64 << 20
)

// Writer implements file.Codec.
func (c *codec) Writer(w io.Writer, s *sqltype.Struct) (file.RowWriter, error) {
	fields, err := nodesOf(s)
	if err != nil {
		return nil, err
	}
	root, err := schema.NewGroupNode("spark_schema", parquet.Repetitions.Required, fields, -1)
	if err != nil {
		return nil, err
	}
	meta := metadata.NewKeyValueMetadata()
	if err := meta.Append(sparkSchema, sqltype.JSON(s)); err != nil {
		return nil, err
	}
	props := parquet.NewWriterProperties(parquet.WithCompression(c.compress), parquet.WithCreatedBy("spate"))
	out, err := pq.NewParquetWriterWithError(onlyWriter{w}, root, pq.WithWriterProps(props), pq.WithWriteMetadata(meta))
	if err != nil {
		return nil, err
	}
	x := &writer{out: out}
	for _, f := range s.Fields {
		x.columns = append(x.columns, newOutput(f.Type, 1, 0, &x.leaves))
	}
	return x, nil
}

// onlyWriter keeps arrow-go from closing what is beneath.
type onlyWriter struct{ io.Writer }

// writer writes batches into the row group at hand.
type writer struct {
	out     *pq.Writer
	group   pq.BufferedRowGroupWriter
	rows    int
	bytes   int
	columns []*output
	leaves  []*output
}

// output is a column, or a part of one, as it is written.
type output struct {
	kind     sqltype.Kind
	typ      sqltype.Type
	def, rep int16 // levels of a value that is not null; of a list its elements' rep is one more
	children []*output
	nested   bool // below a list: repetition levels are written
	leaves   []*output

	defs, reps []int16 // of a leaf
	bools      []bool
	i32        []int32
	i64        []int64
	f32        []float32
	f64        []float64
	bytes      []parquet.ByteArray
	fixed      []parquet.FixedLenByteArray
	arena      []byte // of fixed
}

// newOutput makes the outputs of an optional value whose level is def, and
// appends its leaves.
func newOutput(t sqltype.Type, def, rep int16, leaves *[]*output) *output {
	o := &output{kind: t.Kind(), typ: t, def: def, rep: rep, nested: rep > 0}
	from := len(*leaves)
	switch t := t.(type) {
	case *sqltype.Struct:
		for _, f := range t.Fields {
			o.children = append(o.children, newOutput(f.Type, def+1, rep, leaves))
		}
	case *sqltype.Array:
		o.children = append(o.children, newOutput(t.Elem, def+2, rep+1, leaves))
	case *sqltype.Map:
		o.children = append(o.children, newOutput(t.Key, def+1, rep+1, leaves), newOutput(t.Value, def+2, rep+1, leaves))
	default:
		*leaves = append(*leaves, o)
	}
	o.leaves = (*leaves)[from:len(*leaves):len(*leaves)]
	return o
}

// level appends a level without a value to every leaf below.
func (o *output) level(rep, def int16) {
	for _, l := range o.leaves {
		l.defs = append(l.defs, def)
		if l.nested {
			l.reps = append(l.reps, rep)
		}
	}
}

// add takes row i of v apart. rep is the level at which it repeats.
func (o *output) add(v *columnar.Vector, i int, rep int16) {
	if v.IsNull(i) {
		o.level(rep, o.def-1)
		return
	}
	if v.Dict != nil {
		o.add(v.Dict, int(v.Codes[v.Row(i)]), rep)
		return
	}
	switch o.kind {
	case sqltype.KindStruct:
		for k, c := range o.children {
			c.add(v.Child[k], v.Row(i), rep)
		}
	case sqltype.KindArray, sqltype.KindMap:
		lo, hi := v.Span(i)
		if lo == hi {
			o.level(rep, o.def)
			return
		}
		for r := lo; r < hi; r++ {
			for k, c := range o.children {
				c.add(v.Child[k], r, rep)
			}
			rep = o.rep + 1
		}
	default:
		o.level(rep, o.def)
		o.value(v, i)
	}
}

// value appends row i of v, which is not null, to the values of a leaf.
func (o *output) value(v *columnar.Vector, i int) {
	switch o.kind {
	case sqltype.KindBoolean:
		o.bools = append(o.bools, columnar.At[uint8](v, i) != 0)
	case sqltype.KindByte:
		o.i32 = append(o.i32, int32(columnar.At[int8](v, i)))
	case sqltype.KindShort:
		o.i32 = append(o.i32, int32(columnar.At[int16](v, i)))
	case sqltype.KindInt, sqltype.KindDate, sqltype.KindYearMonth:
		o.i32 = append(o.i32, columnar.At[int32](v, i))
	case sqltype.KindLong, sqltype.KindTimestamp, sqltype.KindTimestampNTZ, sqltype.KindDayTime:
		o.i64 = append(o.i64, columnar.At[int64](v, i))
	case sqltype.KindFloat:
		o.f32 = append(o.f32, columnar.At[float32](v, i))
	case sqltype.KindDouble:
		o.f64 = append(o.f64, columnar.At[float64](v, i))
	case sqltype.KindString, sqltype.KindBinary:
		o.bytes = append(o.bytes, v.Text(i))
	case sqltype.KindDecimal:
		o.decimal(v, i)
	}
}

func (o *output) decimal(v *columnar.Vector, i int) {
	p := o.typ.(sqltype.Decimal).Precision
	switch {
	case p <= 9:
		o.i32 = append(o.i32, int32(columnar.At[int64](v, i)))
	case p <= sqltype.MaxLongDigits:
		o.i64 = append(o.i64, columnar.At[int64](v, i))
	default:
		n := decimalBytes(p)
		u := columnar.At[decimal.Int128](v, i)
		var all [16]byte
		for k := range 8 {
			all[15-k], all[7-k] = byte(u.Lo>>(8*k)), byte(uint64(u.Hi)>>(8*k))
		}
		at := len(o.arena)
		o.arena = append(o.arena, all[16-n:]...)
		o.fixed = append(o.fixed, o.arena[at:at+n:at+n])
	}
}

// Write implements file.RowWriter.
func (w *writer) Write(b *columnar.Batch) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = sparkerr.Internalf("parquet: writing failed: %v", p)
		}
	}()
	if w.group == nil {
		if w.group, err = w.out.AppendBufferedRowGroupChecked(); err != nil {
			return err
		}
	}
	for k := range b.Rows() {
		i := b.RowAt(k)
		for c, o := range w.columns {
			o.add(b.Cols[c], i, 0)
		}
	}
	for k, l := range w.leaves {
		c, err := w.group.Column(k)
		if err != nil {
			return err
		}
		if err := l.flush(c); err != nil {
			return err
		}
	}
	w.rows += b.Rows()
	w.bytes += b.Size()
	if w.rows >= groupRows || w.bytes >= groupBytes {
		return w.end()
	}
	return nil
}

// flush writes the levels and values of a leaf and empties it.
func (o *output) flush(c pq.ColumnChunkWriter) (err error) {
	switch c := c.(type) {
	case *pq.BooleanColumnChunkWriter:
		_, err = c.WriteBatch(o.bools, o.defs, o.reps)
	case *pq.Int32ColumnChunkWriter:
		_, err = c.WriteBatch(o.i32, o.defs, o.reps)
	case *pq.Int64ColumnChunkWriter:
		_, err = c.WriteBatch(o.i64, o.defs, o.reps)
	case *pq.Float32ColumnChunkWriter:
		_, err = c.WriteBatch(o.f32, o.defs, o.reps)
	case *pq.Float64ColumnChunkWriter:
		_, err = c.WriteBatch(o.f64, o.defs, o.reps)
	case *pq.ByteArrayColumnChunkWriter:
		_, err = c.WriteBatch(o.bytes, o.defs, o.reps)
	case *pq.FixedLenByteArrayColumnChunkWriter:
		_, err = c.WriteBatch(o.fixed, o.defs, o.reps)
	}
	o.defs, o.reps, o.bools, o.i32, o.i64 = o.defs[:0], o.reps[:0], o.bools[:0], o.i32[:0], o.i64[:0]
	o.f32, o.f64, o.bytes, o.fixed, o.arena = o.f32[:0], o.f64[:0], o.bytes[:0], o.fixed[:0], o.arena[:0]
	return err
}

func (w *writer) end() error {
	if w.group == nil {
		return nil
	}
	err := w.group.Close()
	w.group, w.rows, w.bytes = nil, 0, 0
	return err
}

// Close implements file.RowWriter.
func (w *writer) Close() error {
	if err := w.end(); err != nil {
		return err
	}
	return w.out.Close()
}
