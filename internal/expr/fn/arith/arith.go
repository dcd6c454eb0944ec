// Package arith is arithmetic: + - * / % div pmod, signs, bits and shifts, over
// numbers, decimals, dates and intervals, in ANSI and legacy mode and in the
// try_ forms.
//
// Kernels compute every row of a column and note whether some row overflowed;
// only then the selected rows are looked at one by one.
package arith

import (
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sqltype"
)

// All returns the functions of the family.
func All() []*expr.Func {
	list := []*expr.Func{
		binary("+", add, "sum of two numbers; moves dates and timestamps by intervals", "1 + 2"),
		binary("-", sub, "difference of two numbers, dates or timestamps", "2 - 1"),
		binary("*", mul, "product of two numbers", "2 * 3"),
		binary("/", div, "quotient of two numbers, as a double or decimal", "3 / 2"),
		binary("%", rem, "remainder of a division, with the sign of the dividend", "5 % 3", "mod"),
		binary("pmod", pmod, "remainder of a division, with the sign of the divisor", "pmod(-5, 3)"),
		binary("div", quo, "quotient of a division without its fraction", "5 div 3"),
		try(binary("try_add", add, "sum, null on overflow", "try_add(1, 2)")),
		try(binary("try_subtract", sub, "difference, null on overflow", "try_subtract(2, 1)")),
		try(binary("try_multiply", mul, "product, null on overflow", "try_multiply(2, 3)")),
		try(binary("try_divide", div, "quotient, null where the divisor is 0", "try_divide(1, 0)")),
		try(binary("try_mod", rem, "remainder, null where the divisor is 0", "try_mod(1, 0)")),
	}
	return append(append(list, unary()...), bits()...)
}

// op is a binary operator.
type op uint8

const (
	add op = iota
	sub
	mul
	div
	rem
	pmod
	quo
)

var symbols = [...]string{"+", "-", "*", "/", "%", "pmod", "div"}

// mode is what an overflow does: fail, wrap round (or null), null.
type mode uint8

const (
	ansi mode = iota
	legacy
	tryMode
)

func modeOf(c *expr.Session) mode {
	if c.ANSI {
		return ansi
	}
	return legacy
}

func binary(name string, o op, usage, example string, alias ...string) *expr.Func {
	f := &expr.Func{Name: name, Alias: alias, Group: "math", Usage: usage, Example: example}
	f.Resolve = func(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
		return resolve(c, name, o, modeOf(c), args)
	}
	return f
}

// try makes the form that gives null instead of failing.
func try(f *expr.Func) *expr.Func {
	o := map[string]op{"try_add": add, "try_subtract": sub, "try_multiply": mul, "try_divide": div, "try_mod": rem}[f.Name]
	f.Resolve = func(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
		sig, err := resolve(c, f.Name, o, tryMode, args)
		sig.Nullable = true
		return sig, err
	}
	return f
}

func resolve(c *expr.Session, name string, o op, m mode, args []expr.Arg) (expr.Signature, error) {
	if len(args) != 2 {
		return expr.Signature{}, expr.WrongNumArgs(name, "2", len(args))
	}
	if sig, ok, err := timeSignature(c, name, o, m, args); ok || err != nil {
		return sig, err
	}
	l, r := args[0], args[1]
	lt, rt, ok := operands(c, o, l, r)
	if !ok {
		return expr.Signature{}, differ(c, name, o, args)
	}
	l.Type, r.Type = lt, rt
	nullable := expr.Nullable(args) || m == legacy && o >= div
	if lt.Kind() == sqltype.KindDecimal || rt.Kind() == sqltype.KindDecimal {
		return decimals(c, name, o, m, args, lt.(sqltype.Decimal), rt.(sqltype.Decimal), nullable)
	}
	if !accepts(o, lt) {
		return expr.Signature{}, wrongType(name, o, args, lt)
	}
	return expr.Signature{Args: []sqltype.Type{lt, rt}, Result: lt, Nullable: nullable,
		Make: func() expr.Kernel { return numberKernel(o, m, lt) }}, nil
}

// operands returns the types two numbers are brought to: one type, or two
// decimal types.
func operands(c *expr.Session, o op, l, r expr.Arg) (lt, rt sqltype.Type, ok bool) {
	lt, rt = textAsNumber(c, o, l.Type, r.Type), textAsNumber(c, o, r.Type, l.Type)
	lk, rk := lt.Kind(), rt.Kind()
	switch {
	case lk == sqltype.KindNull && rk == sqltype.KindNull:
		lt, rt = sqltype.Double, sqltype.Double
		if o == quo {
			lt, rt = sqltype.Long, sqltype.Long
		}
	case lk == sqltype.KindNull && o == div && sqltype.IsNumeric(rt): // as Spark: only on the left
		return sqltype.Double, sqltype.Double, true
	case lk == sqltype.KindNull && sqltype.IsNumeric(rt):
		lt = rt
	case rk == sqltype.KindNull && sqltype.IsNumeric(lt):
		rt = lt
	case lk == sqltype.KindNull || rk == sqltype.KindNull:
		return nil, nil, false
	}
	if lt.Kind() == sqltype.KindDecimal || rt.Kind() == sqltype.KindDecimal {
		return decimalOperands(o, l, r, lt, rt)
	}
	t, ok := expr.TightestType(lt, rt, c.ANSI)
	switch {
	case !ok:
	case o == div && sqltype.IsNumeric(t):
		t = sqltype.Double
	case o == quo && sqltype.IsIntegral(t):
		t = sqltype.Long
	case o == quo && sqltype.IsNumeric(t) && !sqltype.SameShape(lt, rt):
		return nil, nil, false
	}
	return t, t, ok
}

// textAsNumber is what text becomes beside a number: a long or double under
// ANSI, a double elsewhere.
func textAsNumber(c *expr.Session, o op, t, other sqltype.Type) sqltype.Type {
	if t.Kind() != sqltype.KindString {
		return t
	}
	switch {
	case !c.ANSI && (sqltype.IsNumeric(other) || other.Kind() == sqltype.KindString || other.Kind() == sqltype.KindNull):
		return sqltype.Double
	case !c.ANSI:
		return sqltype.String
	case o == div && sqltype.IsNumeric(other):
		return sqltype.Double
	case sqltype.IsIntegral(other):
		return sqltype.Long
	case sqltype.IsNumeric(other):
		return sqltype.Double
	}
	return sqltype.String
}

func decimalOperands(o op, l, r expr.Arg, lt, rt sqltype.Type) (sqltype.Type, sqltype.Type, bool) {
	if !sqltype.IsNumeric(lt) || !sqltype.IsNumeric(rt) {
		return nil, nil, false
	}
	if lt.Kind() >= sqltype.KindFloat || rt.Kind() >= sqltype.KindFloat {
		return sqltype.Double, sqltype.Double, o != quo
	}
	return asDecimal(l, lt), asDecimal(r, rt), true
}

func asDecimal(a expr.Arg, t sqltype.Type) sqltype.Type {
	if t.Kind() == sqltype.KindDecimal {
		return t
	}
	a.Type = t
	return expr.DecimalOf(a)
}

func accepts(o op, t sqltype.Type) bool {
	if o == quo {
		return sqltype.IsIntegral(t)
	}
	return sqltype.IsNumeric(t)
}

// differ is the error of operands no rule brings together: of unlike types, or
// of one type, perhaps after text was promoted, that the operator does not take.
func differ(c *expr.Session, name string, o op, args []expr.Arg) error {
	l, r := args[0].Type, args[1].Type
	if t, ok := alike(c, l, r); ok {
		return wrongType(name, o, args, t)
	}
	return expr.Mismatch("BINARY_OP_DIFF_TYPES", name, args,
		"the left operand is "+expr.SQLName(l)+", the right one "+expr.SQLName(r)+". Cast one of them.",
		"left", expr.SQLName(l), "right", expr.SQLName(r))
}

// alike returns the one type operands have when they are checked.
func alike(c *expr.Session, l, r sqltype.Type) (sqltype.Type, bool) {
	lk, rk := l.Kind(), r.Kind()
	switch {
	case sqltype.SameShape(l, r):
		return l, true
	case lk == sqltype.KindDecimal && rk == sqltype.KindDouble, lk == sqltype.KindDouble && rk == sqltype.KindDecimal:
		return sqltype.Double, true
	case !c.ANSI || lk != sqltype.KindString && rk != sqltype.KindString:
		return nil, false
	}
	return expr.CommonType(l, r, true)
}

func wrongType(name string, o op, args []expr.Arg, t sqltype.Type) error {
	wanted := `"NUMERIC"`
	switch o {
	case add, sub:
		wanted = `("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH" or "INTERVAL")`
	case div:
		wanted = `("DOUBLE" or "DECIMAL")`
	case quo:
		wanted = `("BIGINT" or "DECIMAL" or "INTERVAL YEAR TO MONTH" or "INTERVAL DAY TO SECOND")`
	}
	return expr.Mismatch("BINARY_OP_WRONG_TYPE", name, args,
		"it needs operands of type "+wanted+", not "+expr.SQLName(t)+".",
		"inputType", wanted, "actualDataType", expr.SQLName(t))
}

// decimalType translates to the arithmetic's form of the type.
func decimalType(t sqltype.Type) decimal.Type {
	d := t.(sqltype.Decimal)
	return decimal.Type{Precision: uint8(d.Precision), Scale: uint8(d.Scale)}
}

func sqlType(t decimal.Type) sqltype.Decimal {
	return sqltype.Decimal{Precision: int(t.Precision), Scale: int(t.Scale)}
}
