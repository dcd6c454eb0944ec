package spate

import (
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/sqltype"
)

// Row is a row of a result. It owns its memory and is immutable. Values are in
// these Go types:
//
//	NULL                            nil
//	BOOLEAN                         bool
//	TINYINT, SMALLINT, INT, BIGINT  int8, int16, int32, int64
//	FLOAT, DOUBLE                   float32, float64
//	DECIMAL                         *big.Rat
//	STRING, BINARY                  string, []byte
//	DATE                            time.Time at midnight UTC
//	TIMESTAMP, TIMESTAMP_NTZ        time.Time in UTC
//	INTERVAL DAY TO SECOND          time.Duration
//	INTERVAL YEAR TO MONTH          columnar.Months
//	INTERVAL                        columnar.Interval
//	ARRAY                           []any
//	MAP                             map[any]any
//	STRUCT                          Row
type Row struct {
	schema *sqltype.Struct
	values []any
}

// newRow copies row i of a batch.
func newRow(b *columnar.Batch, i int) Row {
	r := Row{schema: b.Schema, values: make([]any, len(b.Cols))}
	for k, c := range b.Cols {
		r.values[k] = goValue(c, i)
	}
	return r
}

// goValue returns row i of v as a Row holds it.
func goValue(v *columnar.Vector, i int) any {
	if v.IsNull(i) {
		return nil
	}
	switch t := v.Type.(type) {
	case *sqltype.Struct:
		r := Row{schema: t, values: make([]any, len(v.Child))}
		for k, c := range v.Child {
			r.values[k] = goValue(c, v.Row(i))
		}
		return r
	case *sqltype.Array:
		lo, hi := v.Span(i)
		out := make([]any, hi-lo)
		for k := range out {
			out[k] = goValue(v.Child[0], lo+k)
		}
		return out
	case *sqltype.Map:
		lo, hi := v.Span(i)
		out := make(map[any]any, hi-lo)
		for k := lo; k < hi; k++ {
			out[mapKey(goValue(v.Child[0], k))] = goValue(v.Child[1], k)
		}
		return out
	}
	return plainValue(v.Value(i))
}

// mapKey makes a value one that Go can compare: others by their text.
func mapKey(x any) any {
	switch x.(type) {
	case []any, Row, []byte, *big.Rat:
		return valueText(x)
	}
	return x
}

func plainValue(x any) any {
	switch x := x.(type) {
	case columnar.Date:
		return time.Unix(int64(x)*86400, 0).UTC()
	case eventtime.Time:
		return x.Go()
	case columnar.LocalTime:
		return time.UnixMicro(int64(x)).UTC()
	case columnar.Micros:
		return time.Duration(x) * time.Microsecond
	case decimal.Decimal:
		r, _ := new(big.Rat).SetString(x.String())
		return r
	}
	return x
}

// Len returns the number of values.
func (r Row) Len() int { return len(r.values) }

// Get returns the value of column i, counted from 0.
func (r Row) Get(i int) any { return r.values[i] }

// Field returns the value of the first column of that name, in any case, and
// nil if there is none.
func (r Row) Field(name string) any {
	if r.schema == nil {
		return nil
	}
	if i := r.schema.IndexFold(name); i >= 0 {
		return r.values[i]
	}
	return nil
}

// IsNull reports whether the value of column i is null.
func (r Row) IsNull(i int) bool { return r.values[i] == nil }

// Schema returns the columns.
func (r Row) Schema() *sqltype.Struct { return r.schema }

// String prints the row as PySpark does: Row(name='Ada', age=36).
func (r Row) String() string {
	var b strings.Builder
	b.WriteString("Row(")
	for i, v := range r.values {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(r.schema.Fields[i].Name + "=" + valueText(v))
	}
	b.WriteString(")")
	return b.String()
}

func valueText(x any) string {
	switch x := x.(type) {
	case nil:
		return "NULL"
	case string:
		return "'" + x + "'"
	case *big.Rat:
		n, _ := x.FloatPrec()
		return x.FloatString(n)
	case time.Time:
		return x.Format("2006-01-02 15:04:05.999999")
	case []any:
		parts := make([]string, len(x))
		for i, e := range x {
			parts[i] = valueText(e)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return fmt.Sprint(x)
}
