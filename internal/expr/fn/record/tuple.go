package record

import (
	"strconv"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sqltype"
)

// jsonTuple makes a row of the fields of a JSON object as texts.
func jsonTuple() *expr.TableFunc {
	return &expr.TableFunc{Name: "json_tuple", Group: "json", Usage: "the fields of a JSON object as text columns", Example: `json_tuple('{"a":1}', 'a')`,
		Resolve: func(_ *expr.Session, args []expr.Arg) (expr.TableSignature, error) {
			if len(args) < 2 {
				return expr.TableSignature{}, expr.WrongNumArgs("json_tuple", "> 1", len(args))
			}
			sig := expr.TableSignature{Out: &sqltype.Struct{}, Make: tuples}
			for i, a := range args {
				if k := a.Type.Kind(); k != sqltype.KindString && k != sqltype.KindNull {
					return sig, expr.Mismatch("NON_STRING_TYPE", "json_tuple", args, "all operands must be strings.", "funcName", "`json_tuple`")
				}
				sig.Args = append(sig.Args, sqltype.String)
				if i > 0 {
					sig.Out.Fields = append(sig.Out.Fields, sqltype.F("c"+strconv.Itoa(i-1), sqltype.String))
				}
			}
			return sig, nil
		}}
}

func tuples() expr.Generator {
	var text []byte
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, out []*columnar.Vector, from []uint16, _ int) (int, int, []uint16, error) {
		for k, i := range sel {
			at := out[0].Len
			for _, c := range out {
				c.AppendNull()
			}
			from = append(from, uint16(k))
			if args[0].IsNull(int(i)) {
				continue
			}
			v, _, ok := scan(args[0].Text(int(i)), 0)
			if !ok || v.kind != '{' {
				continue
			}
			v.members(func(name []byte, m value) {
				text = appendString(text[:0], name)
				for f, c := range out {
					if args[f+1].IsNull(int(i)) || string(text) != args[f+1].Str(int(i)) || m.kind == 'n' {
						continue
					}
					c.SetValid(at)
					c.SetText(at, appendFound(nil, []value{m}, false))
				}
			})
		}
		return len(sel), 0, from, nil
	}
}
