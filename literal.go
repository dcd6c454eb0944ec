package spate

import (
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strings"
	"time"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Lit returns a column of a constant. A Column stays as it is. Go values become
//
//	nil                        NULL
//	bool                       BOOLEAN
//	int8, int16, int32, int64  TINYINT, SMALLINT, INT, BIGINT
//	int, uint8, uint16, uint32 INT if the value fits, else BIGINT
//	float32, float64           FLOAT, DOUBLE
//	string, []byte             STRING, BINARY
//	time.Time, time.Duration   TIMESTAMP, INTERVAL DAY TO SECOND
//	columnar.Date              DATE
//	*big.Int, *big.Rat         DECIMAL
//	slices, maps               ARRAY, MAP of the elements' literals
func Lit(value any) Column { return valueOf(value, callSite()) }

// literal makes the constant of a Go value.
func literal(x any, at sparkerr.Origin) Column {
	node := plan.At(at)
	if v, t, ok := scalar(x); ok {
		return Column{e: &plan.Literal{Node: node, Value: v, Type: t}}
	}
	if list, ok := elements(x); ok {
		return nested(at, "array", list)
	}
	if m := reflect.ValueOf(x); m.Kind() == reflect.Map {
		var pairs []any
		for it := m.MapRange(); it.Next(); {
			pairs = append(pairs, it.Key().Interface(), it.Value().Interface())
		}
		return nested(at, "map", pairs)
	}
	return Column{e: &plan.Literal{Node: node, Type: sqltype.Null}, err: sparkerr.New("UNSUPPORTED_FEATURE.LITERAL_TYPE",
		fmt.Sprintf("a value of type %T cannot stand in an expression; see spate.Lit for those that can", x), "value", fmt.Sprint(x), "type", fmt.Sprintf("%T", x)).At(at)}
}

// nested calls a constructor over literals.
func nested(at sparkerr.Origin, name string, list []any) Column {
	args := make([]any, len(list))
	for i, x := range list {
		args[i] = valueOf(x, at)
	}
	return call(at, name, args...)
}

// elements returns the elements of a slice other than of bytes.
func elements(x any) ([]any, bool) {
	if list, ok := x.([]any); ok {
		return list, true
	}
	v := reflect.ValueOf(x)
	if v.Kind() != reflect.Slice && v.Kind() != reflect.Array || v.Type().Elem().Kind() == reflect.Uint8 {
		return nil, false
	}
	out := make([]any, v.Len())
	for i := range out {
		out[i] = v.Index(i).Interface()
	}
	return out, true
}

// scalar returns a Go value as plan.Literal holds it.
func scalar(x any) (any, sqltype.Type, bool) {
	switch x := x.(type) {
	case nil:
		return nil, sqltype.Null, true
	case time.Time:
		return int64(eventtime.Of(x)), sqltype.Timestamp, true
	case time.Duration:
		return x.Microseconds(), sqltype.DayToSecond, true
	case columnar.Date:
		return int32(x), sqltype.Date, true
	case *big.Int:
		return decimalText(x.String())
	case *big.Rat:
		digits, exact := x.FloatPrec()
		return decimalOf(x.FloatString(min(digits, 38)), exact)
	case []byte:
		return x, sqltype.Binary, true
	}
	return basic(reflect.ValueOf(x))
}

func decimalOf(text string, exact bool) (any, sqltype.Type, bool) {
	if !exact {
		return nil, nil, false
	}
	return decimalText(text)
}

// decimalText is a decimal literal as wide as its digits.
func decimalText(text string) (any, sqltype.Type, bool) {
	whole, frac, _ := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	if whole == "0" && frac != "" {
		whole = ""
	}
	p := len(whole) + len(frac)
	return text, sqltype.Decimal{Precision: p, Scale: len(frac)}, p <= 38
}

// basic is scalar of the basic kinds and types derived from them.
func basic(v reflect.Value) (any, sqltype.Type, bool) {
	switch v.Kind() {
	case reflect.Bool:
		return v.Bool(), sqltype.Boolean, true
	case reflect.Int8:
		return int8(v.Int()), sqltype.Byte, true
	case reflect.Int16:
		return int16(v.Int()), sqltype.Short, true
	case reflect.Int32:
		return int32(v.Int()), sqltype.Int, true
	case reflect.Int64:
		return v.Int(), sqltype.Long, true
	case reflect.Int:
		return integer(v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if v.Uint() > math.MaxInt64 {
			return nil, nil, false
		}
		return integer(int64(v.Uint()))
	case reflect.Float32:
		return float32(v.Float()), sqltype.Float, true
	case reflect.Float64:
		return v.Float(), sqltype.Double, true
	case reflect.String:
		return v.String(), sqltype.String, true
	}
	return nil, nil, false
}

func integer(i int64) (any, sqltype.Type, bool) {
	if i >= math.MinInt32 && i <= math.MaxInt32 {
		return int32(i), sqltype.Int, true
	}
	return i, sqltype.Long, true
}
