// Package misc is the functions that fit no other family: hashes, random
// numbers, assertions, and what asks the session or the task.
package misc

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// All returns the functions of the family.
func All() []*expr.Func {
	list := append(def.Funcs("hash", hashes()...), def.Funcs("random", randoms()...)...)
	list = append(list, def.Funcs("context", contextual()...)...)
	list = append(list, def.Funcs("bitmap", bitmaps()...)...)
	return append(list, assertions()...)
}

// asks is a function without operands that asks the context.
func asks[R any](name, usage string, t sqltype.Type, f func(*expr.Context) R, alias ...string) def.Spec {
	return def.Spec{Name: name, Alias: alias, Usage: usage, Example: name + "()", Result: t, Nulls: def.Never,
		Kernel: def.Stateless(func(c *expr.Context, _ []*columnar.Vector, _ []uint16, n int, out *columnar.Vector) error {
			dst, x := columnar.Slice[R](out)[:n], f(c)
			for i := range dst {
				dst[i] = x
			}
			return nil
		})}
}

func zoneOf(c *expr.Context) *datetime.Zone {
	z, err := datetime.LoadZone(c.Zone)
	if err != nil {
		return datetime.UTC
	}
	return z
}

func contextual() []def.Spec {
	partition := asks("spark_partition_id", "number of the task", sqltype.Int, func(c *expr.Context) int32 { return int32(c.Task) })
	partition.NonDeterministic = true
	return []def.Spec{
		asks("current_timestamp", "time of the batch", sqltype.Timestamp, func(c *expr.Context) int64 { return int64(c.BatchTime) }, "now"),
		asks("localtimestamp", "time of the batch on the clock of the session's zone", sqltype.TimestampNTZ,
			func(c *expr.Context) int64 { return zoneOf(c).Local(int64(c.BatchTime)) }),
		asks("current_date", "date of the batch in the session's zone", sqltype.Date,
			func(c *expr.Context) int32 { return datetime.DateOf(zoneOf(c).Local(int64(c.BatchTime))) }, "curdate"),
		partition,
		{Name: "current_timezone", Usage: "session time zone", Example: "current_timezone()", Result: sqltype.String, Nulls: def.Never,
			Kernel: def.Stateless(func(c *expr.Context, _ []*columnar.Vector, _ []uint16, n int, out *columnar.Vector) error {
				for i := range n {
					out.SetText(i, []byte(c.Zone))
				}
				return nil
			})},
		{Name: "typeof", Usage: "type of the operand as DDL", Example: "typeof(1)", Args: def.Args(def.Any), Result: sqltype.String,
			Nulls: def.Never, NullSafe: true, KernelOf: func(_ *expr.Session, t []sqltype.Type) func() expr.Kernel {
				name := []byte(t[0].String())
				return def.Rows(func(_ []*columnar.Vector, i int, out *columnar.Vector) error {
					out.SetText(i, name)
					return nil
				})
			}},
	}
}

func assertions() []*expr.Func {
	raise := def.Func(def.Spec{Name: "raise_error", Group: "misc", Usage: "fails with the message", Example: "raise_error('no')",
		Args: def.Args(def.String), Result: sqltype.Null, Nulls: def.Always, NullSafe: true, NonDeterministic: true,
		Kernel: def.Rows(func(args []*columnar.Vector, i int, _ *columnar.Vector) error {
			text := "null"
			if !args[0].IsNull(i) {
				text = string(args[0].Text(i))
			}
			return sparkerr.Data("USER_RAISED_EXCEPTION", text, "errorMessage", text)
		})})
	assert := &expr.Func{Name: "assert_true", Group: "misc", Usage: "fails where the operand is not true, with the message if there is one",
		Example: "assert_true(1 = 1)"}
	assert.Rewrite = func(c *expr.Session, args []expr.Node) (expr.Node, error) {
		if len(args) < 1 || len(args) > 2 {
			return nil, expr.WrongNumArgs("assert_true", "[1, 2]", len(args))
		}
		message := expr.Node(expr.Lit("'"+args[0].String()+"' is not true!", sqltype.String))
		if len(args) == 2 {
			message = args[1]
		}
		fail, err := expr.NewCall(c, raise, []expr.Node{message}, sparkerr.Origin{})
		if err != nil {
			return nil, err
		}
		if _, ok := expr.ImplicitCast(args[0].Type(), sqltype.Boolean, c.ANSI); !ok {
			return nil, expr.UnexpectedInput("assert_true", expr.ArgsOf(args), 0, `"BOOLEAN"`)
		}
		return &expr.Case{Whens: []expr.Node{expr.CastTo(args[0], sqltype.Boolean, c)}, Thens: []expr.Node{expr.NullOf(sqltype.Null)},
			Else: fail, Alt: expr.CallText("assert_true", []expr.Node{args[0], message})}, nil
	}
	return []*expr.Func{raise, assert}
}
