package rdd

import (
	"fmt"
	"strconv"

	"github.com/spatestream/spate/internal/expr/render"
)

// Text prints an element as Spark prints its counterpart: numbers as Java does,
// pairs as (key,value); everything else as fmt does.
func Text(x any) string {
	switch x := x.(type) {
	case string:
		return x
	case int:
		return strconv.Itoa(x)
	case int64:
		return strconv.FormatInt(x, 10)
	case float64:
		return string(render.AppendFloat(nil, x, 64))
	case float32:
		return string(render.AppendFloat(nil, float64(x), 32))
	}
	return fmt.Sprint(x)
}

// String is (key,value).
func (p Pair[K, V]) String() string { return "(" + Text(p.Key) + "," + Text(p.Value) + ")" }
