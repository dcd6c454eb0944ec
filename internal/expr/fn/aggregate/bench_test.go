package aggregate_test

import (
	"math/rand/v2"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/fn/aggregate"
	"github.com/spatestream/spate/sqltype"
)

// BenchmarkUpdate updates 1000 groups, 16 batches of 4096 random rows in turn.
func BenchmarkUpdate(b *testing.B) {
	for _, f := range aggregate.All() {
		switch f.Name {
		case "count", "sum", "avg", "min", "max", "stddev", "approx_count_distinct", "collect_list":
			b.Run(f.Name+" long", func(b *testing.B) { benchUpdate(b, f, sqltype.Long) })
			b.Run(f.Name+" double", func(b *testing.B) { benchUpdate(b, f, sqltype.Double) })
		}
	}
}

func benchUpdate(b *testing.B, f *expr.AggregateFunc, t sqltype.Type) {
	const rows, groups = 4096, 1000
	r := rand.New(rand.NewPCG(1, 2))
	col := &expr.Column{Name: "x", T: t}
	s := &expr.Session{ANSI: true, Zone: "UTC"}
	sig, err := f.Resolve(s, expr.ArgsOf([]expr.Node{col}))
	if err != nil {
		b.Fatal(err)
	}
	agg, err := sig.Make(&expr.Context{})
	if err != nil {
		b.Fatal(err)
	}
	var batches []*columnar.Vector
	var ids [][]uint32
	for range 16 {
		v := columnar.New(sig.Args[0])
		id := make([]uint32, rows)
		for k := range rows {
			if sig.Args[0].Kind() == sqltype.KindDouble {
				columnar.AppendFixed(v, r.Float64())
			} else {
				columnar.AppendFixed(v, r.Int64N(1<<20))
			}
			id[k] = uint32(r.IntN(groups))
		}
		batches, ids = append(batches, v), append(ids, id)
	}
	var state []*columnar.Vector
	for _, field := range agg.State().Fields {
		v := columnar.New(field.Type)
		for range groups {
			v.AppendZero()
		}
		state = append(state, v)
	}
	b.ReportAllocs()
	k := 0
	args := make([]*columnar.Vector, 1)
	for b.Loop() {
		args[0] = batches[k%16]
		if err := agg.Update(state, ids[k%16], args, nil); err != nil {
			b.Fatal(err)
		}
		k++
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
}
