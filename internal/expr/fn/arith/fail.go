package arith

import (
	"fmt"
	"strconv"

	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

const ansiConfig = `"spark.sql.ansi.enabled"`

var tryNames = map[op]string{add: "try_add", sub: "try_subtract", mul: "try_multiply", div: "try_divide", rem: "try_mod"}

// overflow is a result that does not fit the type: BINARY_ARITHMETIC_OVERFLOW
// of the small types, ARITHMETIC_OVERFLOW of the others.
func overflow[T integer](o op, t sqltype.Type, a, b T) error {
	if k := t.Kind(); k == sqltype.KindByte || k == sqltype.KindShort {
		l, r := strconv.FormatInt(int64(a), 10)+"S", strconv.FormatInt(int64(b), 10)+"S"
		return sparkerr.Data("BINARY_ARITHMETIC_OVERFLOW",
			fmt.Sprintf("%s %s %s does not fit %s. Use %s to get NULL instead, or a wider type.", l, symbols[o], r, t, tryNames[o]),
			"value1", l, "symbol", symbols[o], "value2", r, "functionName", "`"+tryNames[o]+"`")
	}
	return Overflow(t, tryNames[o])
}

// Overflow is the error of a result that does not fit its type; alternative
// names the function to use instead, "" for none.
func Overflow(t sqltype.Type, alternative string) error {
	message, hint := "overflow", ""
	if alternative != "" {
		hint = " Use '" + alternative + "' to tolerate overflow and return NULL instead."
	}
	return sparkerr.Data("ARITHMETIC_OVERFLOW", "The result does not fit "+t.String()+"."+hint, "message", message, "alternative", hint, "config", ansiConfig)
}

// byZero is a division by zero.
func byZero(o op) error {
	if o == rem || o == pmod {
		return sparkerr.Data("REMAINDER_BY_ZERO", "There is no remainder of a division by zero. Use try_mod to get NULL instead.", "config", ansiConfig)
	}
	return sparkerr.Data("DIVIDE_BY_ZERO", "Division by zero. Use try_divide to get NULL instead.", "config", ansiConfig)
}

// outOfRange is a decimal result with too many digits.
func outOfRange(v string, t decimal.Type) error {
	return sparkerr.Data("NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
		fmt.Sprintf("%s does not fit a decimal of %d digits, %d of them after the point. Widen the type of an operand.", v, t.Precision, t.Scale),
		"value", v, "precision", fmt.Sprint(t.Precision), "scale", fmt.Sprint(t.Scale), "config", ansiConfig)
}
