package collection

import (
	"bytes"
	"regexp"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

func mapOf(t sqltype.Type) *sqltype.Map { return t.(*sqltype.Map) }

func entryOf(m *sqltype.Map) *sqltype.Struct {
	return sqltype.NewStruct(sqltype.Field{Name: "key", Type: m.Key}, sqltype.Field{Name: "value", Type: m.Value, Nullable: m.ValueContainsNull})
}

func maps() []def.Spec {
	side := func(k int) func() expr.Kernel {
		return rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
			lo, hi := args[0].Span(i)
			listed(out, i, func(elems *columnar.Vector) { elems.AppendRange(args[0].Child[k], lo, hi) })
		})
	}
	return []def.Spec{
		{Name: "map_keys", Usage: "the keys of a map", Example: "map_keys(map(1, 'a'))", Args: def.Args(voidMap), Kernel: side(0),
			ResultOf: func(t []sqltype.Type) sqltype.Type { return arrayOf(mapOf(t[0]).Key, false) }},
		{Name: "map_values", Usage: "the values of a map", Example: "map_values(map(1, 'a'))", Args: def.Args(voidMap), Kernel: side(1),
			ResultOf: func(t []sqltype.Type) sqltype.Type { return arrayOf(mapOf(t[0]).Value, mapOf(t[0]).ValueContainsNull) }},
		{Name: "map_entries", Usage: "the entries of a map as structs", Example: "map_entries(map(1, 'a'))", Args: def.Args(voidMap),
			ResultOf: func(t []sqltype.Type) sqltype.Type { return arrayOf(entryOf(mapOf(t[0])), false) },
			Kernel: rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
				lo, hi := args[0].Span(i)
				listed(out, i, func(elems *columnar.Vector) {
					for k, c := range elems.Child {
						c.AppendRange(args[0].Child[k], lo, hi)
					}
					elems.Len += hi - lo
				})
			})},
	}
}

// mapMakers make maps of collections.
func mapMakers() []*expr.Func {
	return []*expr.Func{
		{Name: "map_contains_key", Usage: "whether the map has the key", Example: "map_contains_key(map(1, 'a'), 1)", Resolve: resolveHasKey},
		{Name: "map_from_arrays", Usage: "a map of an array of keys and one of values", Example: "map_from_arrays(array(1, 2), array('a', 'b'))", Resolve: resolveFromArrays},
		{Name: "map_from_entries", Usage: "a map of an array of structs of key and value; null if one is null", Example: "map_from_entries(array(struct(1, 'a')))", Resolve: resolveFromEntries},
		{Name: "map_concat", Usage: "the entries of all maps", Example: "map_concat(map(1, 'a'), map(2, 'b'))", Resolve: resolveMapConcat},
		{Name: "str_to_map", Usage: "the map of a text cut into pairs and these into key and value by regular expressions", Example: "str_to_map('a:1,b:2')", Resolve: resolveStrToMap, Print: func(args []expr.Node) string {
			text := expr.CallText("str_to_map", args)
			for _, d := range []string{",", ":"}[max(min(len(args)-1, 2), 0):] {
				text = text[:len(text)-1] + ", " + d + ")"
			}
			return text
		}},
	}
}

func resolveHasKey(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
	if len(args) != 2 {
		return expr.Signature{}, expr.WrongNumArgs("map_contains_key", "2", len(args))
	}
	m, ok := args[0].Type.(*sqltype.Map)
	if !ok {
		return expr.Signature{}, expr.UnexpectedInput("map_contains_key", args, 0, `"MAP"`)
	}
	if args[1].Type.Kind() == sqltype.KindNull {
		return expr.Signature{}, nullType("map_contains_key", args)
	}
	k, ok := expr.TightestType(m.Key, args[1].Type, c.ANSI)
	if !ok {
		return expr.Signature{}, expr.Mismatch("MAP_FUNCTION_DIFF_TYPES", "map_contains_key", args, "the map has keys of another type. Cast the key.",
			"functionName", "`map_contains_key`", "dataType", `"MAP"`, "leftType", expr.SQLName(m), "rightType", expr.SQLName(args[1].Type))
	}
	t := &sqltype.Map{Key: k, Value: m.Value, ValueContainsNull: m.ValueContainsNull}
	return expr.Signature{Args: []sqltype.Type{t, k}, Result: sqltype.Boolean, Nullable: expr.Nullable(args), Make: rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
		hit := false
		for r, hi := args[0].Span(i); r < hi && !hit; r++ {
			hit = expr.Compare(args[0].Child[0], r, args[1], i) == 0
		}
		setBool(out, i, hit)
	})}, nil
}

func resolveFromArrays(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
	if len(args) != 2 {
		return expr.Signature{}, expr.WrongNumArgs("map_from_arrays", "2", len(args))
	}
	k, ok1 := args[0].Type.(*sqltype.Array)
	v, ok2 := args[1].Type.(*sqltype.Array)
	switch {
	case !ok1:
		return expr.Signature{}, expr.UnexpectedInput("map_from_arrays", args, 0, `"ARRAY"`)
	case !ok2:
		return expr.Signature{}, expr.UnexpectedInput("map_from_arrays", args, 1, `"ARRAY"`)
	case !def.Orderable(k.Elem):
		return expr.Signature{}, badKey("map_from_arrays", args, k.Elem)
	}
	return expr.Signature{Args: []sqltype.Type{k, v}, Result: &sqltype.Map{Key: k.Elem, Value: v.Elem, ValueContainsNull: v.ContainsNull}, Nullable: expr.Nullable(args),
		Make: built(c, func(b *builder, args []*columnar.Vector, i int) error {
			lo, hi := args[0].Span(i)
			from, to := args[1].Span(i)
			if hi-lo != to-from {
				return sparkerr.Data("_LEGACY_ERROR_TEMP_2128", "map_from_arrays got arrays of different length. Give each key a value.")
			}
			for r := lo; r < hi; r++ {
				if err := b.put(args[0].Child[0], r, args[1].Child[0], from+r-lo); err != nil {
					return err
				}
			}
			return nil
		})}, nil
}

// built is a kernel in which f puts the entries of row i.
func built(c *expr.Session, f func(b *builder, args []*columnar.Vector, i int) error) func() expr.Kernel {
	return func() expr.Kernel {
		b := newBuilder(c)
		return def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
			b.begin(out)
			if err := f(b, args, i); err != nil {
				return err
			}
			b.end(i)
			return nil
		})()
	}
}

func resolveFromEntries(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
	if len(args) != 1 {
		return expr.Signature{}, expr.WrongNumArgs("map_from_entries", "1", len(args))
	}
	a, ok := args[0].Type.(*sqltype.Array)
	var s *sqltype.Struct
	if ok {
		s, ok = a.Elem.(*sqltype.Struct)
	}
	if !ok || len(s.Fields) != 2 {
		return expr.Signature{}, expr.UnexpectedInput("map_from_entries", args, 0, `"ARRAY" of pair "STRUCT"`)
	}
	if !def.Orderable(s.Fields[0].Type) {
		return expr.Signature{}, badKey("map_from_entries", args, s.Fields[0].Type)
	}
	put := built(c, func(b *builder, args []*columnar.Vector, i int) error {
		v := args[0].Child[0]
		for r, hi := args[0].Span(i); r < hi; r++ {
			if err := b.put(v.Child[0], v.Row(r), v.Child[1], v.Row(r)); err != nil {
				return err
			}
		}
		return nil
	})
	return expr.Signature{Args: []sqltype.Type{a}, Nullable: args[0].Nullable || a.ContainsNull,
		Result: &sqltype.Map{Key: s.Fields[0].Type, Value: s.Fields[1].Type, ValueContainsNull: s.Fields[1].Nullable},
		Make: func() expr.Kernel {
			entries := put()
			var rest []uint16
			return func(c *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
				rest = rest[:0]
				for _, i := range def.RowsOf(sel, n) {
					if anyNull(args[0], int(i)) {
						out.SetNull(int(i))
					} else {
						rest = append(rest, i)
					}
				}
				return entries(c, args, rest, n, out)
			}
		}}, nil
}

// anyNull reports whether row i of an array has a null element.
func anyNull(v *columnar.Vector, i int) bool {
	for r, hi := v.Span(i); r < hi; r++ {
		if v.Child[0].IsNull(r) {
			return true
		}
	}
	return false
}

func resolveMapConcat(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
	t := sqltype.Type(&sqltype.Map{Key: sqltype.String, Value: sqltype.String})
	for i, a := range args {
		if a.Type.Kind() != sqltype.KindMap {
			return expr.Signature{}, expr.Mismatch("MAP_CONCAT_DIFF_TYPES", "map_concat", args, "all operands must be maps of one type.",
				"functionName", "`map_concat`", "dataType", expr.SQLName(a.Type))
		}
		u, ok := a.Type, true
		if i > 0 {
			u, ok = expr.CommonType(t, a.Type, c.ANSI)
		}
		if !ok {
			return expr.Signature{}, expr.Mismatch("DATA_DIFF_TYPES", "map_concat", args, "the maps have no type in common. Cast them.",
				"functionName", "`map_concat`", "dataType", expr.SQLName(a.Type))
		}
		t = u
	}
	sig := expr.Signature{Result: t, Nullable: expr.Nullable(args), Make: built(c, func(b *builder, args []*columnar.Vector, i int) error {
		for _, a := range args {
			for r, hi := a.Span(i); r < hi; r++ {
				if err := b.put(a.Child[0], r, a.Child[1], r); err != nil {
					return err
				}
			}
		}
		return nil
	})}
	for range args {
		sig.Args = append(sig.Args, t)
	}
	return sig, nil
}

func resolveStrToMap(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
	spec := def.Spec{Name: "str_to_map", Args: def.Args(def.String, def.String, def.String), Optional: 2}
	types, err := spec.Types(c, args)
	if err != nil {
		return expr.Signature{}, err
	}
	return expr.Signature{Args: types, Result: &sqltype.Map{Key: sqltype.String, Value: sqltype.String, ValueContainsNull: true}, Nullable: expr.Nullable(args),
		Make: func() expr.Kernel {
			var pairs, parts delimiter
			key, value := columnar.New(sqltype.String), columnar.New(sqltype.String)
			return built(c, func(b *builder, args []*columnar.Vector, i int) error {
				pair, part := []byte(","), []byte(":")
				if len(args) > 1 {
					pair = args[1].Text(i)
				}
				if len(args) > 2 {
					part = args[2].Text(i)
				}
				for s, more := args[0].Text(i), true; more; {
					var entry []byte
					var err error
					if entry, s, more, err = pairs.cut(s, pair); err != nil {
						return err
					}
					k, v, has, err := parts.cut(entry, part)
					if err != nil {
						return err
					}
					key.Resize(0)
					key.AppendText(k)
					value.Resize(0)
					value.AppendText(v)
					if !has {
						value.SetNull(0)
					}
					if err := b.put(key, 0, value, 0); err != nil {
						return err
					}
				}
				return nil
			})()
		}}, nil
}

// delimiter cuts texts at a regular expression, compiled when it changes.
type delimiter struct {
	pattern []byte
	re      *regexp.Regexp
}

// cut returns what is before and behind the first match.
func (d *delimiter) cut(s, pattern []byte) (before, after []byte, found bool, err error) {
	if len(pattern) == 1 && regexp.QuoteMeta(string(pattern)) == string(pattern) {
		before, after, found = bytes.Cut(s, pattern)
		return before, after, found, nil
	}
	if d.re == nil || !bytes.Equal(d.pattern, pattern) {
		d.pattern = append(d.pattern[:0], pattern...)
		if d.re, err = regexp.Compile(string(pattern)); err != nil {
			return nil, nil, false, sparkerr.Data("INVALID_PARAMETER_VALUE.PATTERN", "The delimiter "+string(pattern)+" of str_to_map is no valid regular expression.",
				"parameter", "`regexp`", "functionName", "`str_to_map`", "value", "'"+string(pattern)+"'")
		}
	}
	m := d.re.FindIndex(s)
	if m == nil {
		return s, nil, false, nil
	}
	return s[:m[0]], s[m[1]:], true, nil
}
