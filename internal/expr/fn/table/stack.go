package table

import (
	"strconv"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// stack lays its operands out in n rows, the first operand; nulls fill the
// last one.
func stack() *expr.TableFunc {
	return &expr.TableFunc{Name: "stack", Group: "table", Usage: "the operands behind the first in so many rows", Example: "stack(2, 1, 2, 3, 4)", Resolve: resolveStack}
}

func resolveStack(c *expr.Session, args []expr.Arg) (expr.TableSignature, error) {
	if len(args) < 2 {
		return expr.TableSignature{}, expr.WrongNumArgs("stack", "> 1", len(args))
	}
	n, err := rowCount(c, args)
	if err != nil {
		return expr.TableSignature{}, err
	}
	values := args[1:]
	width := (len(values) + n - 1) / n
	out := &sqltype.Struct{}
	types := []sqltype.Type{args[0].Type}
	for k := range width {
		f := sqltype.Field{Name: "col" + strconv.Itoa(k), Type: sqltype.Null, Nullable: width*n > len(values)}
		for i := k; i < len(values); i += width {
			f.Nullable = f.Nullable || values[i].Nullable
			switch t := values[i].Type; {
			case f.Type.Kind() == sqltype.KindNull:
				f.Type = t
			case t.Kind() != sqltype.KindNull && !sqltype.SameShape(f.Type, t):
				return expr.TableSignature{}, expr.Mismatch("STACK_COLUMN_DIFF_TYPES", "stack", args,
					"the column "+strconv.Itoa(k)+" has values of the types "+expr.SQLName(f.Type)+" and "+expr.SQLName(t)+". Cast one.",
					"columnIndex", strconv.Itoa(k), "leftParamIndex", strconv.Itoa(k+1), "leftType", expr.SQLName(f.Type), "rightParamIndex", strconv.Itoa(i+1), "rightType", expr.SQLName(t))
			}
		}
		out.Fields = append(out.Fields, f)
	}
	for i := range values {
		types = append(types, out.Fields[i%width].Type)
	}
	return expr.TableSignature{Args: types, Out: out, Make: func() expr.Generator { return stackRows(n, width) }}, nil
}

func rowCount(_ *expr.Session, args []expr.Arg) (int, error) {
	if args[0].Type.Kind() != sqltype.KindInt {
		return 0, expr.UnexpectedInput("stack", args, 0, `"INT"`)
	}
	n, ok := args[0].Value.(int32)
	switch {
	case !args[0].Const:
		return 0, expr.Mismatch("NON_FOLDABLE_INPUT", "stack", args, "the number of rows must be a constant.", "inputName", "`n`", "inputType", `"INT"`, "inputExpr", expr.Quoted(args[0].Node.String()))
	case !ok:
		return 0, expr.Mismatch("UNEXPECTED_NULL", "stack", args, "the number of rows is null.", "exprName", "`n`")
	case n <= 0:
		return 0, sparkerr.New("DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE", "stack makes "+strconv.Itoa(int(n))+" rows, but must make one at least.",
			"sqlExpr", expr.Quoted("stack"), "exprName", "`n`", "valueRange", "(0, 2147483647]", "currentValue", strconv.Itoa(int(n)))
	}
	return int(n), nil
}

func stackRows(n, width int) expr.Generator {
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, out []*columnar.Vector, from []uint16, skip int) (int, int, []uint16, error) {
		values := args[1:]
		for k, i := range sel {
			for r := skip; r < n; r++ {
				if len(from) == columnar.MaxRows {
					return k, r, from, nil
				}
				for c := range width {
					if at := r*width + c; at < len(values) {
						out[c].AppendFrom(values[at], int(i))
					} else {
						out[c].AppendNull()
					}
				}
				from = append(from, uint16(k))
			}
			skip = 0
		}
		return len(sel), 0, from, nil
	}
}
