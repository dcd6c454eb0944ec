package sortkey

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sqltype"
)

func TestNumbersAndText(t *testing.T) {
	d := columnar.New(sqltype.Double)
	for _, f := range []float64{math.Inf(-1), -1e300, -1, 0, 1e-300, 1, math.Inf(1), math.NaN()} {
		columnar.AppendFixed(d, f)
	}
	s := columnar.New(sqltype.String)
	for _, x := range []string{"", "\x00", "\x00a", "a", "a\x00", "a\x00b", "ab", "b"} {
		s.AppendText([]byte(x))
	}
	for _, v := range []*columnar.Vector{d, s} {
		for i := range v.Len {
			for j := range v.Len {
				for _, o := range []Order{{}, {Desc: true}} {
					a := string(AppendRow(nil, []*columnar.Vector{v}, []Order{o}, i))
					b := string(AppendRow(nil, []*columnar.Vector{v}, []Order{o}, j))
					want := i - j
					if o.Desc {
						want = j - i
					}
					if got := strings.Compare(a, b); sign(got) != sign(want) {
						t.Errorf("%s rows %d and %d, %+v: %d", v.Type, i, j, o, got)
					}
				}
			}
		}
	}
	zeros := columnar.New(sqltype.Double)
	columnar.AppendFixed(zeros, 0.0)
	columnar.AppendFixed(zeros, math.Copysign(0, -1))
	cols, by := []*columnar.Vector{zeros}, []Order{{}}
	if string(AppendRow(nil, cols, by, 0)) != string(AppendRow(nil, cols, by, 1)) {
		t.Error("-0.0 and 0.0 must be equal")
	}
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

// Order agrees with a stable sort by comparison, at every size and mix of
// columns.
func TestOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for _, n := range []int{0, 1, 2, 100, 300, 5000} {
		for range 4 {
			a, b := columnar.New(sqltype.Long), columnar.New(sqltype.String)
			for range n {
				if r.IntN(9) == 0 {
					a.AppendNull()
				} else {
					columnar.AppendFixed(a, int64(r.IntN(50)-25))
				}
				b.AppendText([]byte(strings.Repeat("k", r.IntN(12)) + string(rune('a'+r.IntN(3)))))
			}
			cols := []*columnar.Vector{a, b}[:1+r.IntN(2)]
			by := []Order{{r.IntN(2) == 0, r.IntN(2) == 0}, {r.IntN(2) == 0, r.IntN(2) == 0}}[:len(cols)]
			var k Keys
			k.Append(cols, by, nil, n)
			got := k.Order(nil)
			want := make([]uint32, n)
			for i := range want {
				want[i] = uint32(i)
			}
			slices.SortStableFunc(want, func(i, j uint32) int { return compare(cols, by, int(i), int(j)) })
			if !slices.Equal(got, want) {
				t.Fatalf("n=%d %+v: wrong order", n, by)
			}
		}
	}
}

// compare is the slow twin: values and nulls compared as ORDER BY says.
func compare(cols []*columnar.Vector, by []Order, i, j int) int {
	for k, c := range cols {
		x, y := c.Value(i), c.Value(j)
		if x == nil || y == nil {
			if x == y {
				continue
			}
			if (x == nil) == by[k].NullsFirst {
				return -1
			}
			return 1
		}
		d := 0
		switch x := x.(type) {
		case int64:
			d = sign(int(x - y.(int64)))
		case string:
			d = strings.Compare(x, y.(string))
		}
		if by[k].Desc {
			d = -d
		}
		if d != 0 {
			return d
		}
	}
	return 0
}

func BenchmarkOrder(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	v := columnar.New(sqltype.Long)
	for range 1 << 18 {
		columnar.AppendFixed(v, int64(r.Uint64()))
	}
	var k Keys
	var out []uint32
	cols, by := []*columnar.Vector{v}, []Order{{}}
	b.ReportAllocs()
	for b.Loop() {
		k.Reset()
		k.Append(cols, by, nil, v.Len)
		out = k.Order(out[:0])
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*v.Len), "ns/row")
}
