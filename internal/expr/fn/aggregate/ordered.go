package aggregate

import (
	"slices"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sqltype"
)

// tuples keeps rows of several values for each group, a list for each value,
// and gives them in an order of some of them.
type tuples struct {
	types  []sqltype.Type
	keys   []sortKey
	groups byGroup
	order  []int
}

// sortKey orders by value number at.
type sortKey struct {
	at               int
	desc, nullsFirst bool
}

// State implements expr.Aggregate.
func (a *tuples) State() *sqltype.Struct {
	s := &sqltype.Struct{}
	for i, t := range a.types {
		s.Fields = append(s.Fields, field("values"+string(rune('0'+i)), listOf(t)))
	}
	return s
}

// gather adds the rows for which keep holds.
func (a *tuples) gather(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16, keep func(i int) bool) {
	a.groups.visit(rows, func(k int, r uint32) {
		i := at(sel, k)
		if !keep(i) {
			return
		}
		for c := range a.types {
			grow(state[c]).add(r, args[c], i)
		}
	})
}

// Merge implements expr.Aggregate.
func (a *tuples) Merge(state []*columnar.Vector, rows []uint32, from []*columnar.Vector, sel []uint16) error {
	for c, v := range state {
		g := grow(v)
		for k, r := range rows {
			lo, hi := from[c].Span(at(sel, k))
			for j := lo; j < hi; j++ {
				g.add(r, from[c].Child[0], j)
			}
		}
		g.close()
	}
	return nil
}

// sorted returns the numbers of a group's rows within the group, in order; of
// equal ones as they came.
func (a *tuples) sorted(state []*columnar.Vector, r int) []int {
	lo, hi := state[0].Span(r)
	a.order = a.order[:0]
	for j := range hi - lo {
		a.order = append(a.order, j)
	}
	slices.SortStableFunc(a.order, func(x, y int) int {
		for _, k := range a.keys {
			if c := k.compare(state[k.at], r, x, y); c != 0 {
				return c
			}
		}
		return 0
	})
	return a.order
}

func (k sortKey) compare(list *columnar.Vector, r, x, y int) int {
	lo, _ := list.Span(r)
	v, i, j := list.Child[0], lo+x, lo+y
	switch {
	case v.IsNull(i) && v.IsNull(j):
		return 0
	case v.IsNull(i) || v.IsNull(j):
		if v.IsNull(i) == k.nullsFirst {
			return -1
		}
		return 1
	case k.desc:
		return expr.Compare(v, j, v, i)
	}
	return expr.Compare(v, i, v, j)
}

// keysOf are the sort keys of WITHIN GROUP, values from number first on.
func keysOf(by []expr.OrderArg, first int) []sortKey {
	out := make([]sortKey, len(by))
	for i, o := range by {
		out[i] = sortKey{first + i, o.Desc, o.NullsFirst}
	}
	return out
}

// byK is max_by and min_by with a number of rows; rows with a null key do not
// count.
type byK struct {
	tuples
	k int
}

func (a *byK) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	a.gather(state, rows, args, sel, func(i int) bool { return !args[1].IsNull(i) })
	return nil
}

func (a *byK) Result(state []*columnar.Vector, rows []uint32, out *columnar.Vector) error {
	for _, r := range rows {
		order := a.sorted(state, int(r))
		if len(order) == 0 {
			out.AppendNull()
			continue
		}
		lo, first := out.Child[0].Len, 0
		first, _ = state[0].Span(int(r))
		for _, i := range order[:min(a.k, len(order))] {
			out.Child[0].AppendFrom(state[0].Child[0], first+i)
		}
		out.AppendList(lo)
	}
	return nil
}

// orderedJoin is listagg in an order: value 0 are the texts, the rest keys.
type orderedJoin struct {
	tuples
	sep  []byte
	text []byte
	skip int // operands between the texts and the keys
}

func (a *orderedJoin) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	args = append([]*columnar.Vector{args[0]}, args[1+a.skip:]...)
	a.gather(state, rows, args, sel, func(i int) bool { return !args[0].IsNull(i) })
	return nil
}

func (a *orderedJoin) Result(state []*columnar.Vector, rows []uint32, out *columnar.Vector) error {
	for _, r := range rows {
		order := a.sorted(state, int(r))
		if len(order) == 0 {
			out.AppendNull()
			continue
		}
		first, _ := state[0].Span(int(r))
		a.text = a.text[:0]
		for n, i := range order {
			if n > 0 {
				a.text = append(a.text, a.sep...)
			}
			a.text = append(a.text, state[0].Child[0].Text(first+i)...)
		}
		out.AppendText(a.text)
	}
	return nil
}
