package parquet

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/parquet"
	pq "github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/internal/decode/field"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// window is how many levels a leaf holds.
const window = 4096

// leaf reads the values of one column of a file, a window at a time.
type leaf struct {
	index          int // column of the file
	maxDef, maxRep int16
	physical       parquet.Type
	length         int          // of values of fixed length, bytes
	to             sqltype.Type // of the vector; nil: only levels are wanted
	scaleUp        int64        // factor to microseconds
	scaleDown      int64        // divisor to microseconds
	unsigned       bool
	dec            decimal.Type // of the file

	chunk      pq.ColumnChunkReader
	defs, reps []int16
	n, pos     int // levels in the window, and used
	value      int // values used
	bools      []bool
	i32        []int32
	i64        []int64
	i96        []parquet.Int96
	f32        []float32
	f64        []float64
	bytes      []parquet.ByteArray
	fixed      []parquet.FixedLenByteArray
}

func newLeaf(c *schema.Column, index int, to sqltype.Type) (*leaf, error) {
	l := &leaf{index: index, maxDef: c.MaxDefinitionLevel(), maxRep: c.MaxRepetitionLevel(), physical: c.PhysicalType(), length: c.TypeLength(), to: to, scaleUp: 1, scaleDown: 1}
	p := c.SchemaNode().(*schema.PrimitiveNode)
	switch t := p.LogicalType().(type) {
	case schema.TimestampLogicalType:
		switch t.TimeUnit() {
		case schema.TimeUnitMillis:
			l.scaleUp = 1000
		case schema.TimeUnitNanos:
			l.scaleDown = 1000
		}
	case schema.IntLogicalType:
		l.unsigned = !t.IsSigned()
	}
	from, err := leafType(p)
	if err != nil {
		return nil, err
	}
	if d, ok := from.(sqltype.Decimal); ok {
		l.dec = decimal.Type{Precision: uint8(d.Precision), Scale: uint8(d.Scale)}
	}
	if to != nil && !convertible(from, to, l.physical) {
		return nil, sparkerr.Data("FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH",
			fmt.Sprintf("Data type mismatches when reading Parquet column %s: expected %s, actual %s. Correct the schema.", c.Path(), to, from),
			"column", c.Path(), "expectedType", to.String(), "actualType", from.String())
	}
	if l.maxDef > 0 {
		l.defs = make([]int16, window)
	}
	if l.maxRep > 0 {
		l.reps = make([]int16, window)
	}
	return l, nil
}

// convertible reports whether values of a file's type can be read as another:
// itself, or a wider one.
func convertible(from, to sqltype.Type, p parquet.Type) bool {
	f, t := from.Kind(), to.Kind()
	wide := func(k sqltype.Kind) bool { return k >= sqltype.KindByte && k <= sqltype.KindLong }
	switch {
	case f == t && t != sqltype.KindDecimal:
		return true
	case t == sqltype.KindDecimal:
		if f == sqltype.KindDecimal {
			a, b := from.(sqltype.Decimal), to.(sqltype.Decimal)
			return b.Scale >= a.Scale && b.Precision-b.Scale >= a.Precision-a.Scale
		}
		return wide(f) && to.(sqltype.Decimal).Precision-to.(sqltype.Decimal).Scale >= 10*sqltype.Width(from)/4
	case wide(f) && wide(t):
		return true // values that do not fit are an error of the schema, as in Spark
	case f == sqltype.KindInt && (t == sqltype.KindDate || t == sqltype.KindYearMonth || t == sqltype.KindDouble):
		return true
	case f == sqltype.KindLong && (t == sqltype.KindTimestamp || t == sqltype.KindTimestampNTZ || t == sqltype.KindDayTime):
		return true
	case f == sqltype.KindFloat && t == sqltype.KindDouble:
		return true
	case f == sqltype.KindTimestamp && t == sqltype.KindTimestampNTZ || f == sqltype.KindTimestampNTZ && t == sqltype.KindTimestamp:
		return p == parquet.Types.Int64
	}
	return (f == sqltype.KindString || f == sqltype.KindBinary) && (t == sqltype.KindString || t == sqltype.KindBinary)
}

// more makes sure that the window holds an unused level; false at the end of
// the row group.
func (l *leaf) more() (bool, error) {
	if l.pos < l.n {
		return true, nil
	}
	return l.fill(window)
}

// fill reads the next window of at most n levels.
func (l *leaf) fill(n int) (bool, error) {
	l.n, l.pos, l.value = 0, 0, 0
	for l.n == 0 {
		if !l.chunk.HasNext() {
			return false, l.chunk.Err()
		}
		total, err := l.read(int64(n))
		if err != nil && err != io.EOF {
			return false, err
		}
		l.n = int(total)
	}
	return true, nil
}

// read reads levels and values into the window. Byte arrays are read a page at
// a time, as they point into it.
func (l *leaf) read(n int64) (total int64, err error) {
	switch c := l.chunk.(type) {
	case *pq.BooleanColumnChunkReader:
		l.bools = sized(l.bools)
		total, _, err = c.ReadBatch(n, l.bools, l.defs, l.reps)
	case *pq.Int32ColumnChunkReader:
		l.i32 = sized(l.i32)
		total, _, err = c.ReadBatch(n, l.i32, l.defs, l.reps)
	case *pq.Int64ColumnChunkReader:
		l.i64 = sized(l.i64)
		total, _, err = c.ReadBatch(n, l.i64, l.defs, l.reps)
	case *pq.Int96ColumnChunkReader:
		l.i96 = sized(l.i96)
		total, _, err = c.ReadBatch(n, l.i96, l.defs, l.reps)
	case *pq.Float32ColumnChunkReader:
		l.f32 = sized(l.f32)
		total, _, err = c.ReadBatch(n, l.f32, l.defs, l.reps)
	case *pq.Float64ColumnChunkReader:
		l.f64 = sized(l.f64)
		total, _, err = c.ReadBatch(n, l.f64, l.defs, l.reps)
	case *pq.ByteArrayColumnChunkReader:
		l.bytes = sized(l.bytes)
		total, _, err = c.ReadBatchInPage(n, l.bytes, l.defs, l.reps)
	case *pq.FixedLenByteArrayColumnChunkReader:
		l.fixed = sized(l.fixed)
		total, _, err = c.ReadBatchInPage(n, l.fixed, l.defs, l.reps)
	}
	return total, err
}

func sized[T any](s []T) []T {
	if s == nil {
		return make([]T, window)
	}
	return s
}

// level returns the levels at hand; more was true.
func (l *leaf) level() (def, rep int16) {
	if l.defs != nil {
		def = l.defs[l.pos]
	}
	if l.reps != nil {
		rep = l.reps[l.pos]
	}
	return def, rep
}

// skip uses up one level without a value of interest.
func (l *leaf) skip() {
	if l.defs == nil || l.defs[l.pos] == l.maxDef {
		l.value++
	}
	l.pos++
}

// rows appends n rows of a column without repetition to v; of an optional
// column the rows below the highest level are null.
func (l *leaf) rows(v *columnar.Vector, n int) error {
	for n > 0 {
		if l.pos == l.n {
			ok, err := l.fill(min(n, window))
			if err != nil {
				return err
			}
			if !ok {
				return io.ErrUnexpectedEOF
			}
		}
		k := min(n, l.n-l.pos)
		if err := l.take(v, k); err != nil {
			return err
		}
		n -= k
	}
	return nil
}

// take appends the next k levels of the window.
func (l *leaf) take(v *columnar.Vector, k int) error {
	if l.defs == nil {
		err := l.values(v, k)
		l.pos += k
		return err
	}
	for k > 0 {
		run := 0
		for run < k && l.defs[l.pos+run] == l.maxDef {
			run++
		}
		if run > 0 {
			if err := l.values(v, run); err != nil {
				return err
			}
		}
		l.pos, k = l.pos+run, k-run
		for k > 0 && l.defs[l.pos] != l.maxDef {
			v.AppendNull()
			l.pos, k = l.pos+1, k-1
		}
	}
	return nil
}

// values appends the next k values.
func (l *leaf) values(v *columnar.Vector, k int) error {
	lo, hi := l.value, l.value+k
	l.value = hi
	switch l.physical {
	case parquet.Types.Boolean:
		for _, x := range l.bools[lo:hi] {
			b := uint8(0)
			if x {
				b = 1
			}
			field.Put(v, b)
		}
	case parquet.Types.Int32:
		return l.put32(v, l.i32[lo:hi])
	case parquet.Types.Int64:
		return l.put64(v, l.i64[lo:hi])
	case parquet.Types.Int96:
		for _, x := range l.i96[lo:hi] {
			field.Put(v, int96Micros(x))
		}
	case parquet.Types.Float:
		for _, x := range l.f32[lo:hi] {
			if l.to.Kind() == sqltype.KindDouble {
				field.Put(v, float64(x))
			} else {
				field.Put(v, x)
			}
		}
	case parquet.Types.Double:
		for _, x := range l.f64[lo:hi] {
			field.Put(v, x)
		}
	case parquet.Types.ByteArray:
		for _, x := range l.bytes[lo:hi] {
			if err := l.putBytes(v, x); err != nil {
				return err
			}
		}
	default:
		for _, x := range l.fixed[lo:hi] {
			if err := l.putBytes(v, x); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *leaf) put32(v *columnar.Vector, xs []int32) error {
	switch l.to.Kind() {
	case sqltype.KindInt, sqltype.KindDate, sqltype.KindYearMonth:
		for _, x := range xs {
			field.Put(v, x)
		}
		return nil
	}
	for _, x := range xs {
		y := int64(x)
		if l.unsigned {
			y = int64(uint32(x))
		}
		if err := l.putInt(v, y); err != nil {
			return err
		}
	}
	return nil
}

func (l *leaf) put64(v *columnar.Vector, xs []int64) error {
	switch l.to.Kind() {
	case sqltype.KindLong, sqltype.KindDayTime:
		for _, x := range xs {
			field.Put(v, x)
		}
		return nil
	case sqltype.KindTimestamp, sqltype.KindTimestampNTZ:
		for _, x := range xs {
			if l.scaleDown > 1 {
				x = floorDiv(x, l.scaleDown)
			}
			field.Put(v, x*l.scaleUp)
		}
		return nil
	}
	for _, x := range xs {
		if err := l.putInt(v, x); err != nil {
			return err
		}
	}
	return nil
}

// putInt appends an integer, or the unscaled value of a decimal, in another
// type.
func (l *leaf) putInt(v *columnar.Vector, x int64) error {
	fits := true
	switch l.to.Kind() {
	case sqltype.KindByte:
		field.Put(v, int8(x))
		fits = int64(int8(x)) == x
	case sqltype.KindShort:
		field.Put(v, int16(x))
		fits = int64(int16(x)) == x
	case sqltype.KindInt:
		field.Put(v, int32(x))
		fits = int64(int32(x)) == x
	case sqltype.KindLong:
		field.Put(v, x)
	case sqltype.KindDouble:
		field.Put(v, float64(x))
	case sqltype.KindDecimal:
		u := decimal.FromInt64(x)
		if l.unsigned && l.physical == parquet.Types.Int64 {
			u = decimal.Int128{Lo: uint64(x)}
		}
		return l.putDecimal(v, u)
	}
	if !fits {
		return sparkerr.Data("FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH", fmt.Sprintf("the value %d does not fit %s; give the column a wider type", x, l.to))
	}
	return nil
}

func (l *leaf) putDecimal(v *columnar.Vector, u decimal.Int128) error {
	t := l.to.(sqltype.Decimal)
	x, ok := decimal.Rescale(u, l.dec.Scale, uint8(t.Scale))
	if !ok || !x.Fits(uint8(t.Precision)) {
		return sparkerr.Data("NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION", fmt.Sprintf("a decimal of the file does not fit %s", l.to))
	}
	v.AppendDecimal(x)
	return nil
}

func (l *leaf) putBytes(v *columnar.Vector, x []byte) error {
	if l.to.Kind() != sqltype.KindDecimal {
		off := len(v.Bytes)
		v.Bytes = append(v.Bytes, x...)
		field.PutView(v, off, len(x))
		return nil
	}
	u, err := decimal.FromBigEndian(x)
	if err != nil {
		return err
	}
	return l.putDecimal(v, u)
}

// int96Micros reads nanoseconds of a day and a Julian day.
func int96Micros(x parquet.Int96) int64 {
	const julianEpoch = 2_440_588
	nanos := int64(binary.LittleEndian.Uint64(x[:8]))
	day := int64(binary.LittleEndian.Uint32(x[8:])) - julianEpoch
	return day*86_400_000_000 + floorDiv(nanos, 1000)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
