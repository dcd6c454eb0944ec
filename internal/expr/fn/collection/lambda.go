package collection

import (
	"slices"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// feeder hands elements of the rows of a batch to a lambda, many at a time.
type feeder struct {
	lambda *expr.BoundLambda
	params []*columnar.Vector
	outer  []uint16
	// take gets the results of n elements, which belong to the rows in outer.
	take func(result *columnar.Vector, outer []uint16, n int) error
}

func newFeeder(l *expr.BoundLambda) *feeder {
	f := &feeder{lambda: l}
	for _, t := range l.Types {
		f.params = append(f.params, columnar.New(t))
	}
	return f
}

// lists feeds the elements of the rows sel of an array, with their places if
// the lambda has one parameter more; or the entries of a map.
func (f *feeder) lists(v *columnar.Vector, sel []uint16) error {
	for _, i := range sel {
		first, hi := v.Span(int(i))
		for lo := first; lo < hi; {
			n := min(hi-lo, columnar.MaxRows-len(f.outer))
			for k, p := range f.params {
				if k < len(v.Child) {
					p.AppendRange(v.Child[k], lo, lo+n)
					continue
				}
				for r := lo; r < lo+n; r++ {
					columnar.AppendFixed(p, int32(r-first))
				}
			}
			lo += n
			if err := f.added(i, n); err != nil {
				return err
			}
		}
	}
	return f.flush()
}

// added says that the parameters have n more elements of a row.
func (f *feeder) added(row uint16, n int) error {
	for range n {
		f.outer = append(f.outer, row)
	}
	if len(f.outer) == columnar.MaxRows {
		return f.flush()
	}
	return nil
}

// flush evaluates what has been added.
func (f *feeder) flush() error {
	n := len(f.outer)
	if n == 0 {
		return nil
	}
	v, err := f.lambda.Eval(f.params, f.outer, n)
	if err == nil {
		err = f.take(v, f.outer, n)
	}
	f.outer = f.outer[:0]
	for _, p := range f.params {
		p.Resize(0)
	}
	return err
}

// isTrue reports whether a boolean is true: not false, not null.
func isTrue(v *columnar.Vector, i int) bool {
	return !v.IsNull(i) && v.Dict == nil && columnar.At[uint8](v, i) != 0
}

// higher is a higher-order function: the operands from at on are lambdas, the
// parameters of which params gives; sign makes the signature and check sees
// the operands first.
func higher(name, usage, example string, at int, params func(args []expr.Arg, i int) []expr.Param, sign func(c *expr.Session, args []expr.Arg) (expr.Signature, error)) *expr.Func {
	return &expr.Func{Name: name, Usage: usage, Example: example,
		Lambdas: func(args []expr.Arg, i int) []expr.Param {
			if i < at || len(args) == 0 {
				return nil
			}
			return params(args, i)
		},
		Resolve: sign}
}

// elementParams are an element and its place.
func elementParams(args []expr.Arg, _ int) []expr.Param {
	a, ok := args[0].Type.(*sqltype.Array)
	if !ok {
		return nil
	}
	return []expr.Param{{T: a.Elem, Null: a.ContainsNull}, {T: sqltype.Int}}
}

// entryParams are a key and a value.
func entryParams(args []expr.Arg, _ int) []expr.Param {
	m, ok := args[0].Type.(*sqltype.Map)
	if !ok {
		return nil
	}
	return []expr.Param{{T: m.Key}, {T: m.Value, Null: m.ValueContainsNull}}
}

// overArray checks the operands of (array, lambda).
func overArray(name string, args []expr.Arg, boolean bool) (*sqltype.Array, error) {
	if len(args) != 2 {
		return nil, expr.WrongNumArgs(name, "2", len(args))
	}
	a, ok := args[0].Type.(*sqltype.Array)
	if !ok {
		return nil, expr.UnexpectedInput(name, args, 0, `"ARRAY"`)
	}
	if boolean && args[1].Type.Kind() != sqltype.KindBoolean && args[1].Type.Kind() != sqltype.KindNull {
		return nil, expr.UnexpectedInput(name, args, 1, `"BOOLEAN"`)
	}
	return a, nil
}

func overMap(name string, args []expr.Arg) (*sqltype.Map, error) {
	if len(args) != 2 {
		return nil, expr.WrongNumArgs(name, "2", len(args))
	}
	m, ok := args[0].Type.(*sqltype.Map)
	if !ok {
		return nil, expr.UnexpectedInput(name, args, 0, `"MAP"`)
	}
	return m, nil
}

func higherOrder() []*expr.Func {
	return []*expr.Func{
		higher("transform", "the results of a function of each element, and of its place", "transform(array(1, 2), x -> x + 1)", 1, elementParams,
			func(_ *expr.Session, args []expr.Arg) (expr.Signature, error) {
				a, err := overArray("transform", args, false)
				if err != nil {
					return expr.Signature{}, err
				}
				return expr.Signature{Args: []sqltype.Type{a, nil}, Result: arrayOf(args[1].Type, args[1].Nullable), Nullable: args[0].Nullable, MakeHigher: transform}, nil
			}),
		higher("filter", "the elements for which a function is true", "filter(array(1, 2), x -> x > 1)", 1, elementParams,
			func(_ *expr.Session, args []expr.Arg) (expr.Signature, error) {
				a, err := overArray("filter", args, true)
				if err != nil {
					return expr.Signature{}, err
				}
				return expr.Signature{Args: []sqltype.Type{a, nil}, Result: a, Nullable: args[0].Nullable, MakeHigher: filter}, nil
			}),
		quantifier("exists", "whether a function is true of an element", true), quantifier("forall", "whether a function is true of all elements", false),
		fold("aggregate"), fold("reduce"),
		higher("zip_with", "the results of a function of the elements of two arrays at the same place", "zip_with(array(1), array(2), (x, y) -> x + y)", 2, zipParams, resolveZipWith),
		higher("map_filter", "the entries for which a function is true", "map_filter(map(1, 2), (k, v) -> k < v)", 1, entryParams,
			func(_ *expr.Session, args []expr.Arg) (expr.Signature, error) {
				m, err := overMap("map_filter", args)
				if err == nil && args[1].Type.Kind() != sqltype.KindBoolean {
					err = expr.UnexpectedInput("map_filter", args, 1, `"BOOLEAN"`)
				}
				if err != nil {
					return expr.Signature{}, err
				}
				return expr.Signature{Args: []sqltype.Type{m, nil}, Result: m, Nullable: args[0].Nullable, MakeHigher: filter}, nil
			}),
		higher("transform_values", "the map with the results of a function in place of its values", "transform_values(map(1, 2), (k, v) -> v + 1)", 1, entryParams,
			func(_ *expr.Session, args []expr.Arg) (expr.Signature, error) {
				m, err := overMap("transform_values", args)
				if err != nil {
					return expr.Signature{}, err
				}
				return expr.Signature{Args: []sqltype.Type{m, nil}, Result: &sqltype.Map{Key: m.Key, Value: args[1].Type, ValueContainsNull: args[1].Nullable},
					Nullable: args[0].Nullable, MakeHigher: transformValues}, nil
			}),
		higher("transform_keys", "the map with the results of a function in place of its keys", "transform_keys(map(1, 2), (k, v) -> k + 1)", 1, entryParams,
			func(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
				m, err := overMap("transform_keys", args)
				if err == nil && !def.Orderable(args[1].Type) {
					err = badKey("transform_keys", args, args[1].Type)
				}
				if err != nil {
					return expr.Signature{}, err
				}
				return expr.Signature{Args: []sqltype.Type{m, nil}, Result: &sqltype.Map{Key: args[1].Type, Value: m.Value, ValueContainsNull: m.ValueContainsNull},
					Nullable: args[0].Nullable, MakeHigher: transformKeys(c)}, nil
			}),
		higher("map_zip_with", "the map of the keys of two maps to the results of a function of key and both values", "map_zip_with(map(1, 2), map(1, 3), (k, a, b) -> a + b)", 2, mapZipParams, resolveMapZip),
		arraySort(),
	}
}

func transform(lambdas []*expr.BoundLambda) expr.Kernel {
	f := newFeeder(lambdas[1])
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		sel = def.RowsOf(sel, n)
		sameLengths(out, args[0], sel)
		f.take = func(v *columnar.Vector, _ []uint16, n int) error {
			out.Child[0].AppendRange(v, 0, n)
			return expr.Fits(out, len(sel))
		}
		return f.lists(args[0], sel)
	}
}

// sameLengths gives the rows sel of out as many elements as v has, one row
// behind the other.
func sameLengths(out, v *columnar.Vector, sel []uint16) {
	at := 0
	for _, i := range sel {
		lo, hi := v.Span(int(i))
		out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(hi - lo)}
		at += hi - lo
	}
}

// filter keeps elements of an array or entries of a map.
func filter(lambdas []*expr.BoundLambda) expr.Kernel {
	f := newFeeder(lambdas[1])
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		sel = def.RowsOf(sel, n)
		for _, i := range sel {
			out.Views[i] = columnar.View{}
		}
		// what the lambda does not take as a parameter is fed all the same
		for len(f.params) < len(out.Child) {
			f.params = append(f.params, columnar.New(out.Child[len(f.params)].Type))
		}
		f.take = func(v *columnar.Vector, outer []uint16, n int) error {
			for k := range n {
				if !isTrue(v, k) {
					continue
				}
				w := &out.Views[outer[k]]
				if w.Len == 0 {
					w.Off = uint32(out.Child[0].Len)
				}
				w.Len++
				for c, child := range out.Child {
					child.AppendFrom(f.params[c], k)
				}
			}
			return nil
		}
		return f.lists(args[0], sel)
	}
}

// quantifier is exists (stop is true) or forall (stop is false): the first
// element with that answer settles it; else a null makes it null.
func quantifier(name, usage string, stop bool) *expr.Func {
	return higher(name, usage, name+"(array(1, 2), x -> x > 1)", 1, elementParams, func(_ *expr.Session, args []expr.Arg) (expr.Signature, error) {
		a, err := overArray(name, args, true)
		if err != nil {
			return expr.Signature{}, err
		}
		return expr.Signature{Args: []sqltype.Type{a, nil}, Result: sqltype.Boolean, Nullable: args[0].Nullable || args[1].Nullable,
			MakeHigher: func(lambdas []*expr.BoundLambda) expr.Kernel { return quantify(lambdas[1], stop) }}, nil
	})
}

func quantify(l *expr.BoundLambda, stop bool) expr.Kernel {
	f := newFeeder(l)
	var null []bool
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		sel = def.RowsOf(sel, n)
		null = slices.Grow(null[:0], n)[:n]
		for _, i := range sel {
			setBool(out, int(i), !stop)
			null[i] = false
		}
		f.take = func(v *columnar.Vector, outer []uint16, n int) error {
			for k := range n {
				if v.IsNull(k) {
					null[outer[k]] = true
				} else if isTrue(v, k) == stop {
					setBool(out, int(outer[k]), stop)
				}
			}
			return nil
		}
		if err := f.lists(args[0], sel); err != nil {
			return err
		}
		dst := columnar.Slice[uint8](out)
		for _, i := range sel {
			if null[i] && (dst[i] != 0) != stop {
				out.SetNull(int(i))
			}
		}
		return nil
	}
}

func transformValues(lambdas []*expr.BoundLambda) expr.Kernel {
	f := newFeeder(lambdas[1])
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		sel = def.RowsOf(sel, n)
		sameLengths(out, args[0], sel)
		for _, i := range sel {
			lo, hi := args[0].Span(int(i))
			out.Child[0].AppendRange(args[0].Child[0], lo, hi)
		}
		f.take = func(v *columnar.Vector, _ []uint16, n int) error {
			out.Child[1].AppendRange(v, 0, n)
			return expr.Fits(out, len(sel))
		}
		return f.lists(args[0], sel)
	}
}

func transformKeys(c *expr.Session) func([]*expr.BoundLambda) expr.Kernel {
	return func(lambdas []*expr.BoundLambda) expr.Kernel {
		f, b, keys := newFeeder(lambdas[1]), newBuilder(c), columnar.New(lambdas[1].Result)
		return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
			sel = def.RowsOf(sel, n)
			keys.Resize(0)
			f.take = func(v *columnar.Vector, _ []uint16, n int) error {
				keys.AppendRange(v, 0, n)
				return expr.Fits(keys, len(sel))
			}
			if err := f.lists(args[0], sel); err != nil {
				return err
			}
			k := 0
			for _, i := range sel {
				b.begin(out)
				for r, hi := args[0].Span(int(i)); r < hi; r++ {
					if err := b.put(keys, k, args[0].Child[1], r); err != nil {
						return err
					}
					k++
				}
				b.end(int(i))
			}
			return nil
		}
	}
}

func zipParams(args []expr.Arg, _ int) []expr.Param {
	if len(args) < 2 {
		return nil
	}
	a, ok1 := args[0].Type.(*sqltype.Array)
	b, ok2 := args[1].Type.(*sqltype.Array)
	if !ok1 || !ok2 {
		return nil
	}
	return []expr.Param{{T: a.Elem, Null: true}, {T: b.Elem, Null: true}}
}

func resolveZipWith(_ *expr.Session, args []expr.Arg) (expr.Signature, error) {
	if len(args) != 3 {
		return expr.Signature{}, expr.WrongNumArgs("zip_with", "3", len(args))
	}
	for i := range 2 {
		if args[i].Type.Kind() != sqltype.KindArray {
			return expr.Signature{}, expr.UnexpectedInput("zip_with", args, i, `"ARRAY"`)
		}
	}
	return expr.Signature{Args: []sqltype.Type{args[0].Type, args[1].Type, nil}, Result: arrayOf(args[2].Type, args[2].Nullable), Nullable: args[0].Nullable || args[1].Nullable,
		MakeHigher: zipWith}, nil
}

func zipWith(lambdas []*expr.BoundLambda) expr.Kernel {
	f := newFeeder(lambdas[2])
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		sel = def.RowsOf(sel, n)
		f.take = func(v *columnar.Vector, _ []uint16, n int) error {
			out.Child[0].AppendRange(v, 0, n)
			return expr.Fits(out, len(sel))
		}
		at := 0
		for _, i := range sel {
			lo, hi := args[0].Span(int(i))
			from, to := args[1].Span(int(i))
			most := max(hi-lo, to-from)
			out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(most)}
			at += most
			for k := range most {
				for p, v := range f.params {
					appendOr(v, args[p].Child[0], []int{lo, from}[p]+k, []int{hi, to}[p])
				}
				if err := f.added(i, 1); err != nil {
					return err
				}
			}
		}
		return f.flush()
	}
}

// appendOr appends element r of v, or null from the end on.
func appendOr(dst, v *columnar.Vector, r, end int) {
	if r < end {
		dst.AppendFrom(v, r)
	} else {
		dst.AppendNull()
	}
}

func mapZipParams(args []expr.Arg, _ int) []expr.Param {
	if len(args) < 2 {
		return nil
	}
	a, ok1 := args[0].Type.(*sqltype.Map)
	b, ok2 := args[1].Type.(*sqltype.Map)
	if !ok1 || !ok2 {
		return nil
	}
	k, ok := expr.TightestType(a.Key, b.Key, true)
	if !ok {
		return nil
	}
	return []expr.Param{{T: k}, {T: a.Value, Null: true}, {T: b.Value, Null: true}}
}

func resolveMapZip(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
	if len(args) != 3 {
		return expr.Signature{}, expr.WrongNumArgs("map_zip_with", "3", len(args))
	}
	for i := range 2 {
		if args[i].Type.Kind() != sqltype.KindMap {
			return expr.Signature{}, expr.UnexpectedInput("map_zip_with", args, i, `"MAP"`)
		}
	}
	a, b := mapOf(args[0].Type), mapOf(args[1].Type)
	k, ok := expr.TightestType(a.Key, b.Key, c.ANSI)
	if !ok {
		return expr.Signature{}, expr.Mismatch("MAP_ZIP_WITH_DIFF_TYPES", "map_zip_with", args, "the maps have keys of unlike types. Cast one.",
			"functionName", "`map_zip_with`", "leftType", expr.SQLName(a.Key), "rightType", expr.SQLName(b.Key))
	}
	return expr.Signature{Args: []sqltype.Type{&sqltype.Map{Key: k, Value: a.Value, ValueContainsNull: a.ValueContainsNull}, &sqltype.Map{Key: k, Value: b.Value, ValueContainsNull: b.ValueContainsNull}, nil},
		Result: &sqltype.Map{Key: k, Value: args[2].Type, ValueContainsNull: args[2].Nullable}, Nullable: args[0].Nullable || args[1].Nullable, MakeHigher: mapZip}, nil
}

func mapZip(lambdas []*expr.BoundLambda) expr.Kernel {
	f := newFeeder(lambdas[2])
	var x index
	var places [][2]int // of the values of each key, -1 if there is none
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		sel = def.RowsOf(sel, n)
		f.take = func(v *columnar.Vector, _ []uint16, n int) error {
			out.Child[1].AppendRange(v, 0, n)
			return expr.Fits(out, len(sel))
		}
		keys := out.Child[0]
		for _, i := range sel {
			at := keys.Len
			x.clear()
			places = places[:0]
			for side := range 2 {
				for r, hi := args[side].Span(int(i)); r < hi; r++ {
					k := x.add(keys, args[side].Child[0], r)
					if k < 0 {
						keys.AppendFrom(args[side].Child[0], r)
						k = keys.Len - 1
						places = append(places, [2]int{-1, -1})
					}
					places[k-at][side] = r
				}
			}
			out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(keys.Len - at)}
			for k, p := range places {
				f.params[0].AppendFrom(keys, at+k)
				for side := range 2 {
					if p[side] < 0 {
						f.params[1+side].AppendNull()
					} else {
						f.params[1+side].AppendFrom(args[side].Child[1], p[side])
					}
				}
				if err := f.added(i, 1); err != nil {
					return err
				}
			}
		}
		return f.flush()
	}
}

const comparator = "lambdafunction((IF(((namedlambdavariable() IS NULL) AND (namedlambdavariable() IS NULL)), 0, (IF((namedlambdavariable() IS NULL), 1, (IF((namedlambdavariable() IS NULL), -1, (IF((namedlambdavariable() < namedlambdavariable()), -1, (IF((namedlambdavariable() > namedlambdavariable()), 1, 0)))))))))), namedlambdavariable(), namedlambdavariable())"

// arraySort sorts in the natural order, nulls last, or by a comparator, which
// is called for one pair at a time.
func arraySort() *expr.Func {
	f := higher("array_sort", "the elements in order, nulls last; or in the order of a function of two elements", "array_sort(array(3, 1, 2))", 1,
		func(args []expr.Arg, i int) []expr.Param {
			p := elementParams(args, i)
			if p == nil {
				return nil
			}
			return []expr.Param{p[0], p[0]}
		},
		func(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
			if len(args) < 1 || len(args) > 2 {
				return expr.Signature{}, expr.WrongNumArgs("array_sort", "[1, 2]", len(args))
			}
			a, ok := args[0].Type.(*sqltype.Array)
			if !ok {
				return expr.Signature{}, expr.UnexpectedInput("array_sort", args, 0, `"ARRAY"`)
			}
			sig := expr.Signature{Args: []sqltype.Type{a, nil}[:len(args)], Result: a, Nullable: args[0].Nullable, Make: sortNatural, MakeHigher: sortBy}
			if len(args) == 1 {
				return sig, orderedElements("array_sort")(c, args, []sqltype.Type{a})
			}
			if args[1].Type.Kind() != sqltype.KindInt {
				return sig, expr.Mismatch("UNEXPECTED_RETURN_TYPE", "array_sort", args, "the comparator must return an INT, not "+expr.SQLName(args[1].Type)+".",
					"functionName", "`lambdafunction`", "expectedType", `"INT"`, "actualType", expr.SQLName(args[1].Type))
			}
			return sig, nil
		})
	f.Print = func(args []expr.Node) string {
		text := expr.CallText("array_sort", args)
		if len(args) == 1 {
			text = text[:len(text)-1] + ", " + comparator + ")"
		}
		return text
	}
	return f
}

func sortNatural() expr.Kernel {
	var order []int32
	return rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
		order = sorted(order, args[0], i, func(v *columnar.Vector, a, b int) int { return compareNulls(v, a, b, 1) })
		appendOrder(out, i, args[0].Child[0], order)
	})()
}

func sortBy(lambdas []*expr.BoundLambda) expr.Kernel {
	l := lambdas[1]
	params := newFeeder(l).params
	var order []int32
	return def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
		var err error
		outer := []uint16{uint16(i)}
		order = sorted(order, args[0], i, func(v *columnar.Vector, a, b int) int {
			for k, p := range params {
				p.Resize(0)
				p.AppendFrom(v, []int{a, b}[k])
			}
			r, e := l.Eval(params, outer, 1)
			switch {
			case e != nil:
				err = e
			case r.IsNull(0):
				err = sparkerr.Data("COMPARATOR_RETURNS_NULL", "The comparator of array_sort returned NULL for "+text(v, a)+" and "+text(v, b)+".",
					"firstValue", text(v, a), "secondValue", text(v, b))
			default:
				return int(columnar.At[int32](r, 0))
			}
			return 0
		})
		if err == nil {
			appendOrder(out, i, args[0].Child[0], order)
		}
		return err
	})()
}
