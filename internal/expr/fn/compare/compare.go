// Package compare is the functions that compare and choose: = <=> < <= > >=,
// NOT, IS NULL, greatest and least, and the lazy ones (coalesce, if, nvl and
// their like), which become CASE.
package compare

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

// All returns the functions of the family.
func All() []*expr.Func {
	list := []*expr.Func{
		comparison("=", "whether two values are equal", "1 = 1", equal, "=="),
		comparison("<", "whether the left value is smaller", "1 < 2", less),
		comparison("<=", "whether the left value is not greater", "1 <= 2", lessEqual),
		comparison(">", "whether the left value is greater", "2 > 1", greater),
		comparison(">=", "whether the left value is not smaller", "2 >= 1", greaterEqual),
		nullSafeEqual("<=>"), nullSafeEqual("equal_null"),
	}
	return append(append(list, nulls()...), choices()...)
}

// comparison is a binary operator over operands of one orderable type.
func comparison(name, usage, example string, op operator, alias ...string) *expr.Func {
	return &expr.Func{Name: name, Alias: alias, Group: "predicate", Usage: usage, Example: example,
		Resolve: func(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
			t, err := operandType(c, name, args)
			return expr.Signature{Args: []sqltype.Type{t, t}, Result: sqltype.Boolean,
				Nullable: expr.Nullable(args), Make: func() expr.Kernel { return kernel(op, t) }}, err
		}}
}

// operandType returns the type both operands are brought to.
func operandType(c *expr.Session, name string, args []expr.Arg) (sqltype.Type, error) {
	if len(args) != 2 {
		return nil, expr.WrongNumArgs(name, "2", len(args))
	}
	l, r := args[0].Type, args[1].Type
	t, ok := expr.ComparisonType(l, r, c.ANSI)
	boolean := l.Kind() == sqltype.KindBoolean && sqltype.IsNumeric(r) || r.Kind() == sqltype.KindBoolean && sqltype.IsNumeric(l)
	if !ok || boolean && name != "=" && name != "<=>" && name != "equal_null" { // legacy mode compares these for equality only
		return nil, expr.Mismatch("BINARY_OP_DIFF_TYPES", name, args,
			"the left operand is "+expr.SQLName(l)+", the right one "+expr.SQLName(r)+". Cast one of them.",
			"left", expr.SQLName(l), "right", expr.SQLName(r))
	}
	if !def.Orderable(t) {
		return nil, expr.Mismatch("INVALID_ORDERING_TYPE", name, args,
			"values of the type "+expr.SQLName(t)+" cannot be compared.",
			"functionName", "`"+name+"`", "dataType", expr.SQLName(t))
	}
	return t, nil
}

func nullSafeEqual(name string) *expr.Func {
	f := comparison(name, "whether two values are equal, where null equals null", "NULL <=> NULL", equal)
	resolve := f.Resolve
	f.Name, f.NullSafe = name, true
	f.Resolve = func(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
		sig, err := resolve(c, args)
		if err != nil {
			return sig, err
		}
		t := sig.Args[0]
		sig.Nullable, sig.Make = false, func() expr.Kernel { return nullSafe(t) }
		return sig, nil
	}
	return f
}
