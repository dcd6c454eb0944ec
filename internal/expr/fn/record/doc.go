// Package record is the functions between values and texts of JSON and CSV.
//
// What they read and write is what the sources and sinks of these formats do:
// the decoders are theirs. Schemas and options are constants.
package record

import (
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// All returns the scalar functions of the family.
func All() []*expr.Func {
	list := def.Funcs("json", paths()...)
	for _, f := range []*expr.Func{fromJSON(), toJSON(), schemaOfJSON()} {
		f.Group = "json"
		list = append(list, f)
	}
	for _, f := range []*expr.Func{fromCSV(), toCSV(), schemaOfCSV()} {
		f.Group = "csv"
		list = append(list, f)
	}
	return list
}

// Tables returns the table functions of the family.
func Tables() []*expr.TableFunc { return []*expr.TableFunc{jsonTuple()} }

// onlyFirst prints a call with its first operand alone, as Spark does.
func onlyFirst(name string) func([]expr.Node) string {
	return func(args []expr.Node) string { return expr.CallText(name, args[:1]) }
}

// textArg checks that operand 0 is a string.
func textArg(c *expr.Session, name string, args []expr.Arg, least, most int) error {
	if len(args) < least || len(args) > most {
		return expr.WrongNumArgs(name, def.Counts(least, most), len(args))
	}
	if k := args[0].Type.Kind(); k != sqltype.KindString && k != sqltype.KindNull {
		return expr.UnexpectedInput(name, args[:1], 0, `"STRING"`)
	}
	return nil
}

// options reads the operand at i, a constant map of strings, if it is there.
func options(args []expr.Arg, i int) (func(string) (string, bool), error) {
	set := map[string]string{}
	if i < len(args) {
		m, ok := args[i].Type.(*sqltype.Map)
		if !ok || !args[i].Const {
			return nil, sparkerr.New("INVALID_OPTIONS.NON_MAP_FUNCTION", "The options must be given by map() of constants.")
		}
		if m.Key.Kind() != sqltype.KindString || m.Value.Kind() != sqltype.KindString {
			return nil, sparkerr.New("INVALID_OPTIONS.NON_STRING_TYPE", "The options must be a map of strings to strings, not "+expr.SQLName(m)+".", "mapType", expr.SQLName(m))
		}
		entries, _ := args[i].Value.([]columnar.Entry)
		for _, e := range entries {
			k, _ := e.Key.(string)
			v, _ := e.Value.(string)
			set[strings.ToLower(k)] = v
		}
	}
	return func(name string) (string, bool) {
		v, ok := set[strings.ToLower(name)]
		return v, ok
	}, nil
}

// schema reads the operand at i, a constant text of a type or of columns.
func schema(args []expr.Arg, i int) (sqltype.Type, error) {
	text, ok := args[i].Value.(string)
	if !ok {
		return nil, sparkerr.New("INVALID_SCHEMA.NON_STRING_LITERAL", "The schema must be a constant text, not "+expr.Quoted(args[i].Node.String())+".",
			"inputSchema", expr.Quoted(args[i].Node.String()))
	}
	t, err := sqltype.ParseType(text)
	if err == nil {
		return nullable(t), nil
	}
	if s, ddl := sqltype.ParseDDL(text); ddl == nil {
		return nullable(s), nil
	}
	if t, notJSON := sqltype.ParseJSON(text); notJSON == nil {
		return nullable(t), nil
	}
	if first, rest, ok := strings.Cut(text, " "); ok { // Spark reads a type, which ends here
		word, _, _ := strings.Cut(rest, " ")
		return nil, sqltype.SyntaxError(text, len(first)+1, len(first)+1+len(word))
	}
	return nil, err
}

// nullable is the type with nulls allowed everywhere, as a text may lack
// anything.
func nullable(t sqltype.Type) sqltype.Type {
	switch x := t.(type) {
	case *sqltype.Array:
		return &sqltype.Array{Elem: nullable(x.Elem), ContainsNull: true}
	case *sqltype.Map:
		return &sqltype.Map{Key: nullable(x.Key), Value: nullable(x.Value), ValueContainsNull: true}
	case *sqltype.Struct:
		s := &sqltype.Struct{}
		for _, f := range x.Fields {
			f.Type, f.Nullable = nullable(f.Type), true
			s.Fields = append(s.Fields, f)
		}
		return s
	}
	return t
}

// zoneOf is the session's time zone.
func zoneOf(c *expr.Session) string {
	if c.Zone == "" {
		return "UTC"
	}
	return c.Zone
}

// setText sets row i of out to what f appends.
func setText(out *columnar.Vector, i int, f func(dst []byte) ([]byte, error)) error {
	at := len(out.Bytes)
	b, err := f(out.Bytes)
	if err != nil {
		return err
	}
	out.Bytes = b
	out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(len(b) - at)}
	return nil
}
