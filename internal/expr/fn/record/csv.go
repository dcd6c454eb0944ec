package record

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decode/csv"
	"github.com/spatestream/spate/internal/decode/field"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

func fromCSV() *expr.Func {
	return &expr.Func{Name: "from_csv", Usage: "the struct of a CSV record", Example: "from_csv('1,0.8', 'a INT, b DOUBLE')", Print: onlyFirst("from_csv"),
		Resolve: func(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
			if err := textArg(c, "from_csv", args, 2, 3); err != nil {
				return expr.Signature{}, err
			}
			t, err := schema(args, 1)
			if err != nil {
				return expr.Signature{}, err
			}
			s, ok := t.(*sqltype.Struct)
			if !ok {
				return expr.Signature{}, sparkerr.New("INVALID_SCHEMA.NON_STRUCT_TYPE", "The schema of a CSV record must be a struct, not "+expr.SQLName(t)+".",
					"inputSchema", expr.Quoted(args[1].Node.String()), "dataType", expr.SQLName(t))
			}
			get, err := options(args, 2)
			if err != nil {
				return expr.Signature{}, err
			}
			o, err := csv.ParseOptions(get, zoneOf(c))
			if err != nil {
				return expr.Signature{}, err
			}
			if o.Mode == field.Drop {
				return expr.Signature{}, badMode("from_csv")
			}
			return expr.Signature{Args: types(args), Result: s, Nullable: true, Make: func() expr.Kernel { return readCSV(s, o) }}, nil
		}}
}

func readCSV(s *sqltype.Struct, o *csv.Options) expr.Kernel {
	d, b := csv.NewDecoder(s, nil, o), columnar.NewBatch(s)
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		if err := d.Begin(b, args[0].Bytes); err != nil {
			return err
		}
		for _, i := range def.RowsOf(sel, n) {
			at := int(i)
			d.Fill(at)
			w := args[0].Views[args[0].Row(at)]
			if _, err := d.Record(int(w.Off), int(w.Off+w.Len)); err != nil {
				return err
			}
			if d.Rows() == at { // blank
				d.Fill(at + 1)
				for _, c := range b.Cols {
					c.SetNull(at)
				}
			}
		}
		d.Fill(n)
		d.Finish()
		copy(out.Child, b.Cols)
		return nil
	}
}

func toCSV() *expr.Func {
	return &expr.Func{Name: "to_csv", Usage: "a struct as a CSV record", Example: "to_csv(named_struct('a', 1))", Print: onlyFirst("to_csv"),
		Resolve: func(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
			if len(args) < 1 || len(args) > 2 {
				return expr.Signature{}, expr.WrongNumArgs("to_csv", "[1, 2]", len(args))
			}
			if args[0].Type.Kind() != sqltype.KindStruct {
				return expr.Signature{}, expr.UnexpectedInput("to_csv", args[:1], 0, `"STRUCT"`)
			}
			get, err := options(args, 1)
			if err != nil {
				return expr.Signature{}, err
			}
			o, err := csv.ParseOptions(get, zoneOf(c))
			if err != nil {
				return expr.Signature{}, err
			}
			sig := expr.Signature{Result: sqltype.String, Nullable: args[0].Nullable, Make: func() expr.Kernel {
				e := csv.NewEncoder(o)
				return def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
					return setText(out, i, func(dst []byte) ([]byte, error) { return e.AppendRow(dst, args[0].Child, args[0].Row(i)) })
				})()
			}}
			for _, a := range args {
				sig.Args = append(sig.Args, a.Type)
			}
			return sig, nil
		}}
}

func schemaOfCSV() *expr.Func {
	return &expr.Func{Name: "schema_of_csv", Usage: "the type of a constant CSV record", Example: "schema_of_csv('1,abc')", Print: onlyFirst("schema_of_csv"),
		Resolve: func(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
			if err := textArg(c, "schema_of_csv", args, 1, 2); err != nil {
				return expr.Signature{}, err
			}
			text, err := constant("schema_of_csv", "csv", args)
			if err != nil {
				return expr.Signature{}, err
			}
			get, err := options(args, 1)
			if err != nil {
				return expr.Signature{}, err
			}
			o, err := csv.ParseOptions(func(name string) (string, bool) {
				switch name {
				case "inferSchema":
					return "true", true
				case "header":
					return "false", true
				}
				return get(name)
			}, zoneOf(c))
			if err != nil {
				return expr.Signature{}, err
			}
			f := csv.NewInferrer(o)
			f.Record([]byte(text), 0, len(text), true)
			s := f.Schema()
			if s == nil {
				s = &sqltype.Struct{}
			}
			return said(args, sqltype.SQL(s)), nil
		}}
}
