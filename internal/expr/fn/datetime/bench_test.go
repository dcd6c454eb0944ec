package datetime_test

import (
	"math/rand/v2"
	"testing"

	"github.com/spatestream/spate/columnar"
	cal "github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/fn"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

const rows = 64 << 10

// stamps are batches of random timestamps of fifty years, and of the same as
// texts.
func stamps() []*columnar.Batch {
	r := rand.New(rand.NewPCG(1, 2))
	schema := sqltype.NewStruct(sqltype.F("t", sqltype.Timestamp), sqltype.F("s", sqltype.String))
	var list []*columnar.Batch
	for range rows / columnar.MaxRows {
		b := columnar.NewBatch(schema)
		for range columnar.MaxRows {
			t := r.Int64N(50 * 366 * cal.Day)
			columnar.AppendFixed(b.Cols[0], t)
			b.Cols[1].AppendText(cal.AppendTimestamp(nil, t-t%cal.Second, cal.UTC))
		}
		b.Len = columnar.MaxRows
		list = append(list, b)
	}
	return list
}

func BenchmarkFunctions(b *testing.B) {
	t, s := &expr.Column{Ordinal: 0, Name: "t", T: sqltype.Timestamp}, &expr.Column{Ordinal: 1, Name: "s", T: sqltype.String}
	text := func(x string) expr.Node { return expr.Lit(x, sqltype.String) }
	cases := []struct {
		name, function string
		args           []expr.Node
	}{
		{"year", "year", []expr.Node{t}},
		{"hour", "hour", []expr.Node{t}},
		{"date_trunc_hour", "date_trunc", []expr.Node{text("HOUR"), t}},
		{"date_trunc_month", "date_trunc", []expr.Node{text("MONTH"), t}},
		{"to_timestamp", "to_timestamp", []expr.Node{s}},
		{"to_timestamp_pattern", "to_timestamp", []expr.Node{s, text("yyyy-MM-dd HH:mm:ss")}},
		{"date_format", "date_format", []expr.Node{t, text("yyyy-MM-dd HH:mm")}},
	}
	batches := stamps()
	for _, zone := range []string{"UTC", "Europe/Paris"} {
		for _, c := range cases {
			b.Run(c.name+"/"+zone, func(b *testing.B) {
				f, _ := fn.Lookup(c.function)
				n, err := expr.NewCall(&expr.Session{ANSI: true, Zone: zone}, f.Scalar, c.args, sparkerr.Origin{})
				if err != nil {
					b.Fatal(err)
				}
				e, err := expr.Compile(n, &expr.Context{ANSI: true, Zone: zone})
				if err != nil {
					b.Fatal(err)
				}
				evaluate(b, e, batches)
			})
		}
	}
}

func evaluate(b *testing.B, e expr.Evaluator, batches []*columnar.Batch) {
	once := func() {
		for _, x := range batches {
			if _, err := e.Eval(x, nil); err != nil {
				b.Fatal(err)
			}
		}
	}
	once()
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		once()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/row")
}
