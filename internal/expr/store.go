package expr

import "github.com/spatestream/spate/sqltype"

// CanStore reports whether a value of type from may be written to a column of
// type to without an explicit cast: spark.sql.storeAssignmentPolicy=ANSI.
func CanStore(from, to sqltype.Type) bool {
	switch f := from.(type) {
	case *sqltype.Array:
		t, ok := to.(*sqltype.Array)
		return ok && CanStore(f.Elem, t.Elem)
	case *sqltype.Map:
		t, ok := to.(*sqltype.Map)
		return ok && CanStore(f.Key, t.Key) && CanStore(f.Value, t.Value)
	case *sqltype.Struct:
		return canStoreFields(f, to)
	}
	a, b := from.Kind(), to.Kind()
	switch {
	case a == b, a == sqltype.KindNull:
		return true
	case b == sqltype.KindString:
		return !sqltype.IsNested(from)
	case sqltype.IsNumeric(from):
		return sqltype.IsNumeric(to)
	}
	return isTime(a) && isTime(b)
}

func canStoreFields(f *sqltype.Struct, to sqltype.Type) bool {
	t, ok := to.(*sqltype.Struct)
	if !ok || len(f.Fields) != len(t.Fields) {
		return false
	}
	for i := range f.Fields {
		if !CanStore(f.Fields[i].Type, t.Fields[i].Type) {
			return false
		}
	}
	return true
}

// isTime reports whether a kind is a date or a timestamp of either sort.
func isTime(k sqltype.Kind) bool {
	return k == sqltype.KindDate || k == sqltype.KindTimestamp || k == sqltype.KindTimestampNTZ
}
