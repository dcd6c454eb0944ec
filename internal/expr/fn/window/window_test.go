package window

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sqltype"
)

// The worked examples W1 to W3: times in seconds.
func TestNewest(t *testing.T) {
	const s = 1_000_000
	for _, c := range []struct {
		name             string
		spec             Spec
		ts, start, count int64
	}{
		{"W1 newest of 10 min by 5 min at 12:07", Spec{600 * s, 300 * s, 0}, 43620, 43500, 2},
		{"W2 1 h from :15 at 12:10", Spec{3600 * s, 3600 * s, 900 * s}, 43800, 40500, 1},
		{"W3 10 s by 3 s at 10", Spec{10 * s, 3 * s, 0}, 10, 9, 4},
		{"before the epoch", Spec{10 * s, 10 * s, 0}, -1, -10, 1},
	} {
		if got := c.spec.newest(c.ts * s); got != c.start*s {
			t.Errorf("%s: starts at %d s, want %d", c.name, got/s, c.start)
		}
		if got := (c.spec.Size + c.spec.Slide - 1) / c.spec.Slide; got != c.count {
			t.Errorf("%s: %d candidates, want %d", c.name, got, c.count)
		}
	}
}

// Batches are assigned as rows are, whether their rows lie in one window or in
// many, with nulls and selections.
func TestAssignAgreesWithNewest(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 500 {
		s := Spec{Slide: 1 + r.Int64N(50)}
		s.Size, s.Start = s.Slide*(1+r.Int64N(3)), r.Int64N(s.Slide)
		k := r.IntN(int(s.Size / s.Slide))
		e, err := expr.Compile(Assign(&expr.Column{T: sqltype.Timestamp, Null: true}, s, k), &expr.Context{})
		if err != nil {
			t.Fatal(err)
		}
		b := columnar.NewBatch(sqltype.NewStruct(sqltype.F("t", sqltype.Timestamp)))
		b.Len = 1 + r.IntN(30)
		spread := 1 + r.Int64N(100)
		nulls := r.IntN(2) == 0
		for i := range b.Len {
			columnar.AppendFixed(b.Cols[0], r.Int64N(spread)-50)
			if nulls && r.IntN(4) == 0 {
				b.Cols[0].SetNull(i)
			}
			if r.IntN(3) > 0 {
				b.Sel = append(b.Sel, uint16(i))
			}
		}
		v, err := e.Eval(b, b.Sel)
		if err != nil {
			t.Fatal(err)
		}
		for n := range b.Rows() {
			i := b.RowAt(n)
			var want any
			if !b.Cols[0].IsNull(i) {
				start := s.newest(columnar.At[int64](b.Cols[0], i)) - int64(k)*s.Slide
				want = columnar.Row{eventtime.Time(start), eventtime.Time(start + s.Size)}
			}
			if got := v.Value(i); !reflect.DeepEqual(got, want) {
				t.Fatalf("%+v, window %d of %v: %v, want %v", s, k, b.Cols[0].Value(i), got, want)
			}
		}
	}
}

func BenchmarkAssign(b *testing.B) {
	for name, span := range map[string]int64{"one": 1000, "many": 1 << 40} {
		b.Run(name, func(b *testing.B) {
			e, err := expr.Compile(Assign(&expr.Column{T: sqltype.Timestamp}, Spec{Size: 1e7, Slide: 1e7}, 0), &expr.Context{})
			if err != nil {
				b.Fatal(err)
			}
			r := rand.New(rand.NewPCG(1, 1))
			var batches []*columnar.Batch
			for range 8 {
				c := columnar.NewBatch(sqltype.NewStruct(sqltype.F("t", sqltype.Timestamp)))
				for c.Len = range columnar.MaxRows {
					columnar.AppendFixed(c.Cols[0], 1e16+r.Int64N(span))
				}
				c.Len = columnar.MaxRows
				batches = append(batches, c)
			}
			b.ReportAllocs()
			for i := range b.N {
				if _, err := e.Eval(batches[i%8], nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/columnar.MaxRows, "ns/row")
		})
	}
}
