package operator

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

// nowhere is an Out that counts.
type nowhere struct{ rows int }

func (o *nowhere) Emit(b *columnar.Batch) error { o.rows += b.Rows(); return nil }
func (*nowhere) Late(*columnar.Batch) error     { return nil }

// BenchmarkJoinProbe joins random numbers with a table of texts by a BIGINT:
// every row has one partner, or two.
func BenchmarkJoinProbe(b *testing.B) {
	for _, built := range []int{1000, 1 << 18} {
		for _, each := range []int{1, 2} {
			b.Run(fmt.Sprintf("built=%d/partners=%d", built, each), func(b *testing.B) { probeBench(b, built, each) })
		}
	}
}

func probeBench(b *testing.B, built, each int) {
	dim := sqltype.NewStruct(sqltype.F("n", sqltype.Long), sqltype.F("text", sqltype.String))
	fact := sqltype.NewStruct(sqltype.F("k", sqltype.Long), sqltype.F("t", sqltype.Timestamp))
	j := &Join{Type: Inner, Left: fact, Right: dim, LeftKeys: cols(fact, 1), RightKeys: cols(dim, 1)}
	var params task.Params
	if err := j.Open(&task.Context{Params: &params, Memory: memory.NewBudget(0).Account("bench", 0), Stats: &task.Stats{}}); err != nil {
		b.Fatal(err)
	}
	var out nowhere
	side := columnar.NewBatch(dim)
	for i := range built * each {
		columnar.AppendFixed(side.Cols[0], int64(i%built))
		side.Cols[1].AppendText(fmt.Appendf(nil, "campaign-%027d", i))
		if side.Len++; side.Len == columnar.MaxRows || i == built*each-1 {
			if err := j.Push(0, side, &out); err != nil {
				b.Fatal(err)
			}
			side.Reset()
		}
	}
	r := rand.New(rand.NewPCG(1, 1))
	batches := make([]*columnar.Batch, 16)
	for k := range batches {
		batches[k] = columnar.NewBatch(fact)
		for range columnar.MaxRows {
			columnar.AppendFixed(batches[k].Cols[0], r.Int64N(int64(built)))
			columnar.AppendFixed(batches[k].Cols[1], r.Int64())
			batches[k].Len++
		}
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		if err := j.Push(1, batches[i%16], &out); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/columnar.MaxRows, "ns/row")
}
