package expr_test

import (
	"reflect"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sqltype"
)

// TestField takes members of structs and of arrays of structs, null where the
// struct is.
func TestField(t *testing.T) {
	s := sqltype.NewStruct(sqltype.F("a", sqltype.Int), sqltype.F("b", sqltype.String))
	list := &sqltype.Array{Elem: s, ContainsNull: true}
	structs, lists := columnar.New(s), columnar.New(list)
	for _, x := range []any{columnar.Row{int32(1), "x"}, nil, columnar.Row{nil, "z"}} {
		structs.AppendValue(x)
		lists.AppendValue([]any{x, columnar.Row{int32(7), "y"}})
	}
	for _, c := range []struct {
		col     *columnar.Vector
		ordinal int
		want    []any
	}{
		{structs, 0, []any{int32(1), nil, nil}},
		{structs, 1, []any{"x", nil, "z"}},
		{lists, 0, []any{[]any{int32(1), int32(7)}, []any{nil, int32(7)}, []any{nil, int32(7)}}},
		{lists, 1, []any{[]any{"x", "y"}, []any{nil, "y"}, []any{"z", "y"}}},
	} {
		n := &expr.Field{Arg: &expr.Column{Name: "s", T: c.col.Type, Null: true}, Ordinal: c.ordinal, Name: s.Fields[c.ordinal].Name}
		e, err := expr.Compile(n, ctx)
		if err != nil {
			t.Fatal(err)
		}
		forms := []*columnar.Batch{{Len: 3, Cols: []*columnar.Vector{c.col}}}
		for i := range 3 {
			forms = append(forms, &columnar.Batch{Len: 2, Cols: []*columnar.Vector{columnar.NewConst(c.col, i, 2)}})
		}
		for k, b := range forms {
			v, err := e.Eval(b, nil)
			if err != nil {
				t.Fatal(err)
			}
			for i := range b.Len {
				want := c.want[i]
				if k > 0 {
					want = c.want[k-1]
				}
				if got := v.Value(i); !reflect.DeepEqual(got, want) {
					t.Errorf("%s of %s, form %d, row %d: %v, want %v", n, c.col.Type, k, i, got, want)
				}
			}
		}
	}
}

// TestFold keeps what fails and what may differ, and folds the rest.
func TestFold(t *testing.T) {
	one, zero := expr.Lit(int32(1), sqltype.Int), expr.Lit(int32(0), sqltype.Int)
	for _, c := range []struct {
		n    expr.Node
		want string
	}{
		{call(t, "+", one, call(t, "*", one, one)), "2"},
		{call(t, "div", one, zero), "(1 div 0)"},
		{call(t, "rand", one), "rand(1)"},
		{&expr.Case{Whens: []expr.Node{expr.True}, Thens: []expr.Node{one}, Else: call(t, "+", zero, zero)}, "1"},
		{&expr.In{Arg: one, List: []expr.Node{zero, one}}, "true"},
	} {
		if got := expr.Fold(c.n, ctx).String(); got != c.want {
			t.Errorf("%s folds to %s, want %s", c.n, got, c.want)
		}
	}
}
