package analyze

import (
	"strings"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sqltype"
)

// within resolves the signature of an aggregate, whose operands are args and
// then the keys of WITHIN GROUP, and returns the operands.
func (r *resolver) within(call *logical.AggregateCall, c *plan.Call, args []expr.Node) ([]expr.Node, error) {
	fn := call.Fn
	if err := withinFits(fn, c); err != nil {
		return nil, err
	}
	var err error
	if len(c.Within) == 0 {
		call.Sig, err = fn.Resolve(r.a.Session, r.a.argsOf(args))
		return args, err
	}
	var by []expr.OrderArg
	var keys []expr.Node
	for _, k := range c.Within {
		n, err := r.expr(k.Expr)
		if err != nil {
			return nil, err
		}
		o := order(n, k)
		by = append(by, expr.OrderArg{Arg: r.a.arg(n), Desc: o.Desc, NullsFirst: o.NullsFirst})
		call.Within = append(call.Within, logical.WithinKey{Desc: o.Desc, NullsFirst: o.NullsFirst})
		keys = append(keys, n)
	}
	if c.Distinct {
		if err := distinctWithin(c, args, keys); err != nil {
			return nil, err
		}
	}
	call.Sig, err = fn.Within(r.a.Session, r.a.argsOf(args), by)
	return append(args, keys...), err
}

// withinFits checks whether the function is called with WITHIN GROUP as it must
// be.
func withinFits(fn *expr.AggregateFunc, c *plan.Call) error {
	name, n := plan.Quote(strings.ToLower(c.Name)), len(c.Within)
	ordered := fn.Within != nil
	takesAny := ordered && len(fn.Defaults) > 0 // listagg
	bad := func(sub, message string, kv ...string) error {
		return fail(c.Origin, "INVALID_WITHIN_GROUP_EXPRESSION."+sub, "The call of "+name+" with WITHIN GROUP is wrong: "+message, append([]string{"funcName", name}, kv...)...)
	}
	switch {
	case n > 0 && !ordered:
		return fail(c.Origin, "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX", "The function "+name+" takes no WITHIN GROUP (ORDER BY ...).", "prettyName", name, "syntax", "WITHIN GROUP (ORDER BY ...)")
	case ordered && !takesAny && c.Distinct:
		return bad("DISTINCT_UNSUPPORTED", "it takes no DISTINCT.")
	case n == 0 && (fn.NeedsOrder || ordered && !takesAny && len(c.Args) == 0):
		return bad("WITHIN_GROUP_MISSING", "it needs one.")
	case n > 1 && !takesAny, n > 0 && ordered && !takesAny && !fn.NeedsOrder && len(c.Args) > 0:
		return bad("WRONG_NUM_ORDERINGS", "it takes one key and no other operand.", "expectedNum", itoa(1-min(len(c.Args), 1)), "actualNum", itoa(n))
	}
	return nil
}

// distinctWithin refuses DISTINCT in an order of something else.
func distinctWithin(c *plan.Call, args, keys []expr.Node) error {
	if len(keys) != 1 || logical.Key(keys[0]) != logical.Key(args[0]) {
		return fail(c.Origin, "INVALID_WITHIN_GROUP_EXPRESSION.MISMATCH_WITH_DISTINCT_INPUT", "With DISTINCT the key of WITHIN GROUP must be the operand itself.",
			"funcName", plan.Quote(strings.ToLower(c.Name)), "funcArg", quoteExpr(args[0]), "orderingExpr", c2(keys, ", "))
	}
	switch args[0].Type().Kind() {
	case sqltype.KindFloat, sqltype.KindDouble, sqltype.KindTimestamp:
		return fail(c.Origin, "INVALID_WITHIN_GROUP_EXPRESSION.MISMATCH_WITH_DISTINCT_INPUT_UNSAFE_CAST", "With DISTINCT the operand must be text, or of a type whose different values have different texts. Cast it.",
			"funcName", plan.Quote(strings.ToLower(c.Name)), "inputType", quoteType(args[0].Type()), "castType", `"STRING"`)
	}
	return nil
}
