package parquet

import (
	"cmp"
	"fmt"

	"github.com/apache/arrow-go/v18/parquet/metadata"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// stats rules out row groups by the least and greatest values of their
// columns.
type stats struct {
	columns []int // of the file, by field; -1: not a simple column
	fields  []sqltype.Field
}

func newStats(sc *schema.Schema, s *sqltype.Struct) *stats {
	x := &stats{fields: s.Fields, columns: make([]int, len(s.Fields))}
	for i, f := range s.Fields {
		x.columns[i] = -1
		if p, ok := find(sc.Root(), f.Name).(*schema.PrimitiveNode); ok {
			if t, err := leafType(p); err == nil && sqltype.Equal(t, f.Type) {
				x.columns[i] = sc.ColumnIndexByNode(p)
			}
		}
	}
	return x
}

// mayMatch reports whether a row group may have rows that pass all filters.
func (s *stats) mayMatch(g *metadata.RowGroupMetaData, filters []connector.Filter) bool {
	for _, f := range filters {
		k := s.columns[f.Column]
		if k < 0 {
			continue
		}
		c, err := g.ColumnChunk(k)
		if err != nil {
			continue
		}
		if st, err := c.Statistics(); err == nil && st != nil && excluded(st, f, c.NumValues()) {
			return false
		}
	}
	return true
}

// excluded reports whether no value passes the filter.
func excluded(st metadata.TypedStatistics, f connector.Filter, n int64) bool {
	switch f.Op {
	case "isnull":
		return st.HasNullCount() && st.NullCount() == 0
	case "isnotnull":
		return st.HasNullCount() && st.NullCount() == n
	}
	if !st.HasMinMax() {
		return false
	}
	for _, v := range f.Values {
		toMin, toMax, ok := compare(st, v)
		if !ok || passes(f.Op, toMin, toMax) {
			return false
		}
	}
	return len(f.Values) > 0
}

// passes reports whether some value between the least and the greatest may
// pass, given how the filter's value compares with them.
func passes(op string, toMin, toMax int) bool {
	switch op {
	case "=", "in":
		return toMin >= 0 && toMax <= 0
	case "<":
		return toMin > 0
	case "<=":
		return toMin >= 0
	case ">":
		return toMax < 0
	case ">=":
		return toMax <= 0
	}
	return true
}

// compare compares a value with the least and the greatest; ok says that the
// types go together. Only units of microseconds are compared for timestamps.
func compare(st metadata.TypedStatistics, v any) (toMin, toMax int, ok bool) {
	switch x := v.(type) {
	case int8:
		v = int64(x)
	case int16:
		v = int64(x)
	case int32:
		v = int64(x)
	case columnar.Date:
		v = int64(x)
	case eventtime.Time, columnar.LocalTime:
		t, is := st.Descr().LogicalType().(schema.TimestampLogicalType)
		if !is || t.TimeUnit() != schema.TimeUnitMicros {
			return 0, 0, false
		}
		if e, is := x.(eventtime.Time); is {
			v = int64(e)
		} else {
			v = int64(x.(columnar.LocalTime))
		}
	}
	switch s := st.(type) {
	case *metadata.Int32Statistics:
		if x, is := v.(int64); is {
			return cmp.Compare(x, int64(s.Min())), cmp.Compare(x, int64(s.Max())), true
		}
	case *metadata.Int64Statistics:
		if x, is := v.(int64); is {
			return cmp.Compare(x, s.Min()), cmp.Compare(x, s.Max()), true
		}
	case *metadata.Float64Statistics:
		if x, is := v.(float64); is && x == x {
			return cmp.Compare(x, s.Min()), cmp.Compare(x, s.Max()), true
		}
	case *metadata.ByteArrayStatistics:
		if x, is := v.(string); is {
			return cmp.Compare(x, string(s.Min())), cmp.Compare(x, string(s.Max())), true
		}
	}
	return 0, 0, false
}

// newLeafMismatch is the error of a column that has another shape than the
// schema says.
func newLeafMismatch(path string, want, have sqltype.Type) (*leaf, error) {
	return nil, sparkerr.Data("FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH",
		fmt.Sprintf("Data type mismatches when reading Parquet column %s: expected %s, actual %s. Correct the schema.", path, want, have),
		"column", path, "expectedType", want.String(), "actualType", have.String())
}
