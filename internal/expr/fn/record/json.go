package record

import (
	"bytes"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decode/field"
	"github.com/spatestream/spate/internal/decode/json"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

func fromJSON() *expr.Func {
	return &expr.Func{Name: "from_json", Usage: "the value of a JSON text of the type given", Example: `from_json('{"a":1}', 'a INT')`,
		Print: func(args []expr.Node) string {
			if len(args) > 1 {
				if t, err := schema(expr.ArgsOf(args), 1); err == nil && t.Kind() == sqltype.KindMap {
					return "entries" // as Spark calls it
				}
			}
			return onlyFirst("from_json")(args)
		},
		Resolve: func(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
			if err := textArg(c, "from_json", args, 2, 3); err != nil {
				return expr.Signature{}, err
			}
			t, err := schema(args, 1)
			if err != nil {
				return expr.Signature{}, err
			}
			get, err := options(args, 2)
			if err != nil {
				return expr.Signature{}, err
			}
			o, err := json.ParseOptions(get, zoneOf(c))
			if err != nil {
				return expr.Signature{}, err
			}
			if o.Mode == field.Drop {
				return expr.Signature{}, badMode("from_json")
			}
			sig := expr.Signature{Args: types(args), Result: t, Nullable: true, Make: func() expr.Kernel { return readStructs(t.(*sqltype.Struct), o) }}
			if t.Kind() != sqltype.KindStruct {
				sig.Make = func() expr.Kernel { return readValues(t, o) }
			}
			return sig, nil
		}}
}

// types are the operands' types, the first a string.
func types(args []expr.Arg) []sqltype.Type {
	list := make([]sqltype.Type, len(args))
	for i, a := range args {
		list[i] = a.Type
	}
	list[0] = sqltype.String
	return list
}

func badMode(name string) error {
	return sparkerr.New("PARSE_MODE_UNSUPPORTED", name+" knows the modes PERMISSIVE and FAILFAST only.", "funcName", "`"+name+"`", "mode", "DROPMALFORMED")
}

// readStructs decodes each text as a record; of an array of records the first
// one counts, a blank text is null. The columns of the result are those that
// the decoder fills: rows that nobody asked for have values without meaning.
func readStructs(s *sqltype.Struct, o *json.Options) expr.Kernel {
	d, b := json.NewDecoder(s, nil, o), columnar.NewBatch(s)
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		d.Begin(b, args[0].Bytes)
		for _, i := range def.RowsOf(sel, n) {
			at := int(i)
			d.Fill(at)
			w := args[0].Views[args[0].Row(at)]
			more, err := d.Record(int(w.Off), int(w.Off+w.Len))
			if err != nil {
				return err
			}
			switch {
			case d.Rows() == at:
				out.SetNull(at)
			case more || d.Rows() > at+1:
				d.Keep(at + 1)
			}
		}
		d.Fill(n)
		d.Finish()
		copy(out.Child, b.Cols)
		return nil
	}
}

// readValues decodes each text as the only field of a record. A record where
// an array of records is wanted is one of one record.
func readValues(t sqltype.Type, o *json.Options) expr.Kernel {
	s := sqltype.NewStruct(sqltype.F("v", t))
	d, b := json.NewDecoder(s, nil, o), columnar.NewBatch(s)
	var block []byte
	var ends []int
	records := false
	if a, ok := t.(*sqltype.Array); ok {
		records = a.Elem.Kind() == sqltype.KindStruct
	}
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		sel = def.RowsOf(sel, n)
		block, ends = block[:0], ends[:0]
		for _, i := range sel {
			text := bytes.TrimSpace(args[0].Text(int(i)))
			before, after := `{"v":`, `}`
			if records && len(text) > 0 && text[0] == '{' {
				before, after = `{"v":[`, `]}`
			}
			if len(text) > 0 {
				block = append(append(append(block, before...), text...), after...)
			}
			ends = append(ends, len(block))
		}
		d.Begin(b, block)
		lo := 0
		for k, i := range sel {
			at := d.Rows()
			if _, err := d.Record(lo, ends[k]); err != nil {
				return err
			}
			lo = ends[k]
			if d.Rows() == at {
				out.SetNull(int(i))
			}
		}
		d.Finish()
		r := 0
		lo = 0
		for k, i := range sel {
			if ends[k] == lo {
				continue
			}
			lo = ends[k]
			if b.Cols[0].IsNull(r) {
				out.SetNull(int(i))
			} else {
				out.SetFrom(int(i), b.Cols[0], r)
			}
			r++
		}
		return nil
	}
}

func toJSON() *expr.Func {
	return &expr.Func{Name: "to_json", Usage: "a struct, array or map as JSON", Example: "to_json(named_struct('a', 1))", Print: onlyFirst("to_json"),
		Resolve: func(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
			if len(args) < 1 || len(args) > 2 {
				return expr.Signature{}, expr.WrongNumArgs("to_json", "[1, 2]", len(args))
			}
			if k := args[0].Type.Kind(); k != sqltype.KindStruct && k != sqltype.KindArray && k != sqltype.KindMap && k != sqltype.KindNull {
				return expr.Signature{}, expr.Mismatch("INVALID_JSON_SCHEMA", "to_json", args[:1], "a value of the type "+expr.SQLName(args[0].Type)+" is no JSON record. Put it into a struct.",
					"schema", expr.SQLName(args[0].Type))
			}
			get, err := options(args, 1)
			if err != nil {
				return expr.Signature{}, err
			}
			o, err := json.ParseOptions(get, zoneOf(c))
			if err != nil {
				return expr.Signature{}, err
			}
			sig := expr.Signature{Result: sqltype.String, Nullable: args[0].Nullable, Make: def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
				return setText(out, i, func(dst []byte) ([]byte, error) { return json.Append(dst, args[0], i, o) })
			})}
			for _, a := range args {
				sig.Args = append(sig.Args, a.Type)
			}
			return sig, nil
		}}
}

func schemaOfJSON() *expr.Func {
	return &expr.Func{Name: "schema_of_json", Usage: "the type of a constant JSON text", Example: `schema_of_json('[{"a":1}]')`, Print: onlyFirst("schema_of_json"),
		Resolve: func(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
			if err := textArg(c, "schema_of_json", args, 1, 2); err != nil {
				return expr.Signature{}, err
			}
			text, err := constant("schema_of_json", "json", args)
			if err != nil {
				return expr.Signature{}, err
			}
			get, err := options(args, 1)
			if err != nil {
				return expr.Signature{}, err
			}
			o, err := json.ParseOptions(get, zoneOf(c))
			if err != nil {
				return expr.Signature{}, err
			}
			f := json.NewInferrer(o)
			block := []byte(`{"v":` + text + `}`)
			if err := f.Record(block, 0, len(block)); err != nil {
				return expr.Signature{}, err
			}
			s, err := f.Schema()
			if err != nil {
				return expr.Signature{}, err
			}
			var t sqltype.Type = sqltype.String
			if k := s.Index("v"); k >= 0 {
				t = s.Fields[k].Type
			}
			return said(args, sqltype.SQL(t)), nil
		}}
}

// constant is the text of a constant operand that is not null.
func constant(name, param string, args []expr.Arg) (string, error) {
	if text, ok := args[0].Value.(string); ok {
		return text, nil
	}
	if args[0].Const {
		return "", expr.Mismatch("UNEXPECTED_NULL", name, args[:1], "the text is null.", "exprName", "`"+param+"`")
	}
	return "", expr.Mismatch("NON_FOLDABLE_INPUT", name, args[:1], "the text must be a constant.", "inputName", "`"+param+"`", "inputType", `"STRING"`,
		"inputExpr", expr.Quoted(args[0].Node.String()))
}

// said is a function whose result is known.
func said(args []expr.Arg, text string) expr.Signature {
	return expr.Signature{Args: types(args), Result: sqltype.String, Make: def.Rows(func(_ []*columnar.Vector, i int, out *columnar.Vector) error {
		out.SetText(i, []byte(text))
		return nil
	})}
}
