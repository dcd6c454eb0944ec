package expr

import (
	"slices"
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/hashing"
	"github.com/spatestream/spate/sqltype"
)

// Type implements Node.
func (n *In) Type() sqltype.Type { return sqltype.Boolean }

// Nullable implements Node.
func (n *In) Nullable() bool {
	return slices.ContainsFunc(n.Children(), Node.Nullable)
}

// Children implements Node: the value, then the list.
func (n *In) Children() []Node { return append([]Node{n.Arg}, n.List...) }

// With implements Node.
func (n *In) With(c []Node) Node { return &In{Arg: c[0], List: c[1:]} }

func (n *In) String() string {
	parts := make([]string, len(n.List))
	for i, m := range n.List {
		parts[i] = m.String()
	}
	return "(" + n.Arg.String() + " IN (" + strings.Join(parts, ", ") + "))"
}

func (c *compiler) in(n *In) (Evaluator, error) {
	arg, err := c.compile(n.Arg)
	if err != nil {
		return nil, err
	}
	list, err := c.all(n.List)
	if err != nil {
		return nil, err
	}
	out := columnar.New(sqltype.Boolean)
	if s := newSet(n.Arg.Type(), list); s != nil {
		return &inSet{arg: arg, set: s, out: out}, nil
	}
	return &inList{arg: arg, list: list, out: out}, nil
}

// inList compares with one list element after the other, each over the rows
// no earlier one matched.
type inList struct {
	arg  Evaluator
	list []Evaluator
	out  *columnar.Vector
	rest []uint16
}

func (e *inList) Eval(b *columnar.Batch, sel []uint16) (*columnar.Vector, error) {
	v, err := e.arg.Eval(b, sel)
	if err != nil {
		return nil, err
	}
	e.out.Resize(b.Len)
	out := columnar.Slice[uint8](e.out)
	clear(out)
	rows := rowsOf(sel, b.Len)
	e.rest = room(e.rest, len(rows))[:0]
	for _, i := range rows {
		if v.IsNull(int(i)) {
			e.out.SetNull(int(i))
		} else {
			e.rest = append(e.rest, i)
		}
	}
	for _, item := range e.list {
		if len(e.rest) == 0 {
			break
		}
		w, err := item.Eval(b, e.rest)
		if err != nil {
			return nil, err
		}
		e.strike(v, w, out)
	}
	return e.out, nil
}

// strike takes the rows on which v equals w off the rest.
func (e *inList) strike(v, w *columnar.Vector, out []uint8) {
	k := 0
	for _, i := range e.rest {
		r := int(i)
		switch {
		case w.IsNull(r):
			e.out.SetNull(r)
		case Compare(v, r, w, r) == 0:
			out[i] = 1
			e.out.EnsureValid()
			e.out.Valid.Set(r)
			continue
		}
		e.rest[k] = i
		k++
	}
	e.rest = e.rest[:k]
}

// set is the values of an IN list of literals.
type set struct {
	ints  *intSet
	texts map[string]struct{}
	null  bool
}

// newSet returns nil if the list is not of literals or the type has no set.
func newSet(t sqltype.Type, list []Evaluator) *set {
	s := &set{}
	for _, e := range list {
		l, ok := e.(*literalEval)
		if !ok {
			return nil
		}
		if l.v.IsNull(0) {
			s.null = true
			continue
		}
		switch t.Kind() {
		case sqltype.KindString, sqltype.KindBinary:
			if s.texts == nil {
				s.texts = map[string]struct{}{}
			}
			s.texts[string(l.v.Text(0))] = struct{}{}
		default:
			if sqltype.Width(t) == 0 || sqltype.Width(t) > 8 {
				return nil
			}
			if s.ints == nil {
				s.ints = newIntSet(len(list))
			}
			s.ints.add(word(l.v, 0))
		}
	}
	return s
}

// word returns row i as an integer that is equal where the values are.
func word(v *columnar.Vector, i int) int64 {
	switch v.Type.Kind() {
	case sqltype.KindFloat:
		return int64(hashing.Bits32(columnar.At[float32](v, i)))
	case sqltype.KindDouble:
		return hashing.Bits64(columnar.At[float64](v, i))
	}
	switch sqltype.Width(v.Type) {
	case 1:
		return int64(columnar.At[int8](v, i))
	case 2:
		return int64(columnar.At[int16](v, i))
	case 4:
		return int64(columnar.At[int32](v, i))
	}
	return columnar.At[int64](v, i)
}

// inSet looks a value up in a set of literals; in a dictionary once an entry.
type inSet struct {
	arg  Evaluator
	set  *set
	out  *columnar.Vector
	hits []uint8 // by dictionary entry
}

func (e *inSet) Eval(b *columnar.Batch, sel []uint16) (*columnar.Vector, error) {
	v, err := e.arg.Eval(b, sel)
	if err != nil {
		return nil, err
	}
	n := b.Len
	if v.Const {
		n = min(n, 1)
		sel = nil
	}
	e.out.Resize(n)
	out := columnar.Slice[uint8](e.out)
	if v.Dict != nil {
		e.throughDict(v, sel, n, out)
	} else {
		e.set.test(v, sel, n, out)
	}
	e.nulls(v, sel, n, out)
	e.out.Const, e.out.Len = v.Const, b.Len
	return e.out, nil
}

func (e *inSet) throughDict(v *columnar.Vector, sel []uint16, n int, out []uint8) {
	if v.Dict.Len > n { // fewer rows than entries
		for _, i := range rowsOf(sel, n) {
			e.set.testRow(v.Dict, int(v.Codes[i]), &out[i])
		}
		return
	}
	e.hits = slices.Grow(e.hits[:0], v.Dict.Len)[:v.Dict.Len]
	e.set.test(v.Dict, nil, v.Dict.Len, e.hits)
	for _, i := range rowsOf(sel, n) {
		out[i] = e.hits[v.Codes[i]]
	}
}

// nulls nulls the rows whose value is null, and the misses if the list has a
// null.
func (e *inSet) nulls(v *columnar.Vector, sel []uint16, n int, out []uint8) {
	if !v.HasNulls() && !e.set.null {
		return
	}
	for _, i := range rowsOf(sel, n) {
		if v.IsNull(int(i)) || e.set.null && out[i] == 0 {
			e.out.SetNull(int(i))
		}
	}
}

// test sets out[i] to whether row i of the flat or constant v is in s.
func (s *set) test(v *columnar.Vector, sel []uint16, n int, out []uint8) {
	switch {
	case s.texts != nil:
		for _, i := range rowsOf(sel, n) {
			s.testRow(v, int(i), &out[i])
		}
	case s.ints == nil:
		clear(out[:n])
	case v.Type.Kind() == sqltype.KindInt || v.Type.Kind() == sqltype.KindDate:
		lookup(s.ints, columnar.Slice[int32](v), rowsOf(sel, n), out)
	case v.Type.Kind() == sqltype.KindLong || v.Type.Kind() == sqltype.KindTimestamp:
		lookup(s.ints, columnar.Slice[int64](v), rowsOf(sel, n), out)
	default:
		for _, i := range rowsOf(sel, n) {
			s.testRow(v, int(i), &out[i])
		}
	}
}

func lookup[T int32 | int64](s *intSet, data []T, sel []uint16, out []uint8) {
	for _, i := range sel {
		out[i] = s.has(int64(data[i]))
	}
}

func (s *set) testRow(v *columnar.Vector, i int, out *uint8) {
	*out = 0
	switch {
	case s.texts != nil:
		if _, ok := s.texts[string(v.Text(i))]; ok {
			*out = 1
		}
	case s.ints != nil:
		*out = s.ints.has(word(v, i))
	}
}

// intSet is a set of integers with linear probing, at most a quarter full.
type intSet struct {
	slots []int64
	used  []uint8
	shift uint
}

func newIntSet(n int) *intSet {
	shift := uint(61)
	for 1<<(64-shift) < 4*n {
		shift--
	}
	return &intSet{make([]int64, 1<<(64-shift)), make([]uint8, 1<<(64-shift)), shift}
}

// slot starts the probe sequence of x: Fibonacci hashing.
func (s *intSet) slot(x int64) uint64 { return uint64(x) * 0x9e3779b97f4a7c15 >> s.shift }

func (s *intSet) add(x int64) {
	i := s.slot(x)
	for s.used[i] != 0 && s.slots[i] != x {
		i = (i + 1) & uint64(len(s.slots)-1)
	}
	s.slots[i], s.used[i] = x, 1
}

func (s *intSet) has(x int64) uint8 {
	i := s.slot(x)
	for s.used[i] != 0 && s.slots[i] != x {
		i = (i + 1) & uint64(len(s.slots)-1)
	}
	return s.used[i]
}
