package compare

import (
	"fmt"
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// choices are the functions that return one of their operands.
func choices() []*expr.Func {
	return []*expr.Func{
		lazy("coalesce", "the first operand that is not null", "coalesce(NULL, 1)", 1, -1, coalesce),
		lazy("nvl", "the second operand where the first is null", "nvl(NULL, 1)", 2, 2, coalesce, "ifnull"),
		lazy("nvl2", "the second operand where the first is not null, else the third", "nvl2(NULL, 1, 2)", 3, 3,
			func(c *expr.Session, a []expr.Node) (expr.Node, error) {
				return choose(c, "nvl2", a, notNull(c, a[0]), a[1], a[2])
			}),
		lazy("if", "the second operand where the first is true, else the third", "if(true, 1, 2)", 3, 3, ifThen),
		lazy("nullif", "null where both operands are equal, else the first", "nullif(1, 1)", 2, 2, nullif),
		lazy("zeroifnull", "0 where the operand is null", "zeroifnull(NULL)", 1, 1,
			func(c *expr.Session, a []expr.Node) (expr.Node, error) {
				return coalesce(c, []expr.Node{a[0], expr.Lit(int32(0), sqltype.Int)})
			}),
		lazy("nullifzero", "null where the operand is 0", "nullifzero(0)", 1, 1,
			func(c *expr.Session, a []expr.Node) (expr.Node, error) {
				return nullif(c, []expr.Node{a[0], expr.Lit(int32(0), sqltype.Int)})
			}),
		extreme("greatest", "the greatest operand that is not null", 1),
		extreme("least", "the least operand that is not null", -1),
	}
}

// lazy is a function that evaluates only the operands it needs, because it
// becomes a CASE. most < 0: any number.
func lazy(name, usage, example string, least, most int, rewrite func(*expr.Session, []expr.Node) (expr.Node, error), alias ...string) *expr.Func {
	f := &expr.Func{Name: name, Alias: alias, Group: "conditional", Usage: usage, Example: example}
	f.Rewrite = func(c *expr.Session, args []expr.Node) (expr.Node, error) {
		switch {
		case most < 0 && len(args) < least:
			return nil, expr.WrongNumArgs(name, fmt.Sprintf("> %d", least-1), len(args))
		case most >= 0 && (len(args) < least || len(args) > most):
			return nil, expr.WrongNumArgs(name, def.Counts(least, most), len(args))
		}
		n, err := rewrite(c, args)
		if k, ok := n.(*expr.Case); ok && err == nil {
			k.Alt = expr.CallText(name, args)
		}
		return n, err
	}
	return f
}

func notNull(c *expr.Session, n expr.Node) expr.Node {
	call, _ := expr.NewCall(c, isNotNull, []expr.Node{n}, sparkerr.Origin{}) // any operand will do
	return call
}

var isNotNull = nulls()[2]

func coalesce(c *expr.Session, args []expr.Node) (expr.Node, error) {
	args, err := common(c, "coalesce", args, args)
	if err != nil {
		return nil, err
	}
	if len(args) == 1 {
		return args[0], nil
	}
	k := &expr.Case{}
	for _, a := range args[:len(args)-1] {
		k.Whens = append(k.Whens, notNull(c, a))
		k.Thens = append(k.Thens, a)
	}
	k.Else = args[len(args)-1]
	return k, nil
}

func ifThen(c *expr.Session, a []expr.Node) (expr.Node, error) {
	t, ok := expr.ImplicitCast(a[0].Type(), sqltype.Boolean, false)
	if !ok {
		return nil, expr.UnexpectedInput("if", expr.ArgsOf(a), 0, `"BOOLEAN"`)
	}
	return choose(c, "if", a, expr.CastTo(a[0], t, c), a[1], a[2])
}

// choose is CASE WHEN cond THEN yes ELSE no END.
func choose(c *expr.Session, name string, all []expr.Node, cond, yes, no expr.Node) (expr.Node, error) {
	b, err := common(c, name, []expr.Node{yes, no}, all)
	if err != nil {
		return nil, err
	}
	return &expr.Case{Whens: []expr.Node{cond}, Thens: b[:1], Else: b[1]}, nil
}

func nullif(c *expr.Session, a []expr.Node) (expr.Node, error) {
	eq, err := expr.NewCall(c, comparison("=", "", "", equal), a, sparkerr.Origin{})
	if err != nil {
		return nil, err
	}
	return &expr.Case{Whens: []expr.Node{eq}, Thens: []expr.Node{expr.NullOf(a[0].Type())}, Else: a[0]}, nil
}

// common casts the operands to their common type; all are those of the call,
// for the error.
func common(c *expr.Session, name string, args, all []expr.Node) ([]expr.Node, error) {
	types := make([]sqltype.Type, len(args))
	names := make([]string, len(args))
	for i, a := range args {
		types[i], names[i] = a.Type(), expr.SQLName(a.Type())
	}
	t, ok := join(types, c.ANSI, name == "greatest" || name == "least")
	if !ok {
		list := "(" + strings.Join(names, " or ") + ")"
		return nil, expr.Mismatch("DATA_DIFF_TYPES", name, expr.ArgsOf(all),
			"the operands have the types "+list+", which have no type in common. Cast them.",
			"functionName", "`"+name+"`", "dataType", list)
	}
	out := make([]expr.Node, len(args))
	for i, a := range args {
		out[i] = expr.CastTo(a, t, c)
	}
	return out, nil
}

// join returns the type of the operands; plain: text stays text.
func join(types []sqltype.Type, ansi, plain bool) (t sqltype.Type, ok bool) {
	if !plain {
		return expr.CommonTypeOf(types, ansi)
	}
	t = types[0]
	for _, u := range types[1:] {
		if t, ok = expr.UnpromotedType(t, u, ansi); !ok {
			return nil, false
		}
	}
	return t, true
}

// extreme is greatest (sign 1) or least (-1); nulls do not count.
func extreme(name, usage string, sign int) *expr.Func {
	return &expr.Func{Name: name, Group: "conditional", Usage: usage, Example: name + "(1, 3, 2)", NullSafe: true,
		Resolve: func(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
			if len(args) < 2 {
				return expr.Signature{}, expr.WrongNumArgs(name, "> 1", len(args))
			}
			nodes := make([]expr.Node, len(args))
			for i, a := range args {
				nodes[i] = a.Node
			}
			cast, err := common(c, name, nodes, nodes)
			if err != nil {
				return expr.Signature{}, err
			}
			t := cast[0].Type()
			if !def.Orderable(t) {
				return expr.Signature{}, expr.Mismatch("INVALID_ORDERING_TYPE", name, args,
					"values of the type "+expr.SQLName(t)+" cannot be compared.", "functionName", "`"+name+"`", "dataType", expr.SQLName(t))
			}
			sig := expr.Signature{Result: t, Nullable: true, Make: func() expr.Kernel { return extremeKernel(sign) }}
			for _, a := range args {
				sig.Args = append(sig.Args, t)
				sig.Nullable = sig.Nullable && a.Nullable
			}
			return sig, nil
		}}
}

// extremeKernel finds for each row the operand to take, then copies the rows
// operand by operand.
func extremeKernel(sign int) expr.Kernel {
	var take [][]uint16
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		for len(take) < len(args) {
			take = append(take, nil)
		}
		for k := range take {
			take[k] = take[k][:0]
		}
		for _, i := range def.RowsOf(sel, n) {
			best := -1
			for k, v := range args {
				if !v.IsNull(int(i)) && (best < 0 || sign*expr.Compare(v, int(i), args[best], int(i)) > 0) {
					best = k
				}
			}
			if best < 0 {
				out.SetNull(int(i))
			} else {
				take[best] = append(take[best], i)
			}
		}
		for k, rows := range take[:len(args)] {
			expr.Scatter(out, args[k], rows)
		}
		return nil
	}
}
