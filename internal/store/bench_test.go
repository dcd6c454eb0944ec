package store

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/hashing"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/sqltype"
)

var (
	longKey  = sqltype.NewStruct(sqltype.F("k", sqltype.Long))
	textKey  = sqltype.NewStruct(sqltype.F("k", sqltype.String))
	countCol = sqltype.NewStruct(sqltype.F("count", sqltype.Long))
)

// longBatches returns batches of random keys below n, hashed as an exchange
// does.
func longBatches(n, batches int) []Keys { return seeded(2, n, batches) }

func seeded(seed uint64, n, batches int) []Keys {
	r := rand.New(rand.NewPCG(1, seed))
	out := make([]Keys, batches)
	for i := range out {
		v := columnar.New(sqltype.Long)
		v.Extend(columnar.MaxRows)
		s := columnar.Slice[int64](v)
		for j := range s {
			s[j] = r.Int64N(int64(n))
		}
		h := make([]uint32, len(s))
		hashing.Fill(h)
		hashing.Int64s(h, s)
		out[i] = Keys{Hash: h, Cols: []*columnar.Vector{v}, N: len(s)}
	}
	return out
}

func textBatches(n, batches int) []Keys {
	out := longBatches(n, batches)
	for i, k := range out {
		v := columnar.New(sqltype.String)
		for j, x := range columnar.Slice[int64](k.Cols[0]) {
			v.AppendText(fmt.Appendf(nil, "customer-%09d", x))
			k.Hash[j] = hashing.Bytes(v.Text(j), hashing.Seed)
		}
		out[i].Cols = []*columnar.Vector{v}
	}
	return out
}

// count is what an aggregate does with a batch.
func count(b testing.TB, t *Table, k Keys, ids, fresh []RowID) {
	if _, err := t.Upsert(k, ids, fresh[:0]); err != nil {
		b.Fatal(err)
	}
	t.Touch(ids)
	n := columnar.Slice[int64](t.Column(0))
	for _, id := range ids {
		n[id]++
	}
}

func filled(b testing.TB, s *Store, spec Spec, batches []Keys) *Table {
	t, err := s.Table(spec)
	if err != nil {
		b.Fatal(err)
	}
	ids, fresh := make([]RowID, columnar.MaxRows), make([]RowID, 0, columnar.MaxRows)
	for _, k := range batches {
		count(b, t, k, ids, fresh)
	}
	return t
}

func benchmarkCount(b *testing.B, spec Spec, batches []Keys) {
	s := New(Groups{}, nil)
	t := filled(b, s, spec, batches)
	ids, fresh := make([]RowID, columnar.MaxRows), make([]RowID, 0, columnar.MaxRows)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		count(b, t, batches[i%len(batches)], ids, fresh)
		i++
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(i*columnar.MaxRows), "ns/row")
	b.ReportMetric(float64(t.held())/float64(t.Rows()), "B/key")
}

func BenchmarkCountLong(b *testing.B) {
	for _, n := range []int{1_000, 100_000, 1_000_000, 10_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			benchmarkCount(b, Spec{Name: "t", Key: longKey, Value: countCol}, longBatches(n, max(32, 2*n/columnar.MaxRows)))
		})
	}
}

func BenchmarkCountText(b *testing.B) {
	for _, n := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			benchmarkCount(b, Spec{Name: "t", Key: textKey, Value: countCol}, textBatches(n, max(32, 2*n/columnar.MaxRows)))
		})
	}
}

// BenchmarkInsert makes rows only.
func BenchmarkInsert(b *testing.B) {
	batches := longBatches(1<<40, 128)
	ids, fresh := make([]RowID, columnar.MaxRows), make([]RowID, 0, columnar.MaxRows)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		t, _ := New(Groups{}, nil).Table(Spec{Name: "t", Key: longKey, Value: countCol})
		for _, k := range batches {
			count(b, t, k, ids, fresh)
			n += columnar.MaxRows
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/row")
}

// BenchmarkExpire makes and expires a window of rows, among a million others.
func BenchmarkExpire(b *testing.B) {
	for _, e := range []Expiry{InKey, OfRow} {
		b.Run(fmt.Sprintf("expiry=%d", e), func(b *testing.B) {
			batches := longBatches(1<<40, 128)
			due := make([]eventtime.Time, columnar.MaxRows)
			for i := range due {
				due[i] = eventtime.Max
			}
			for i := range batches {
				batches[i].Due = due
			}
			s := New(Groups{}, nil)
			t := filled(b, s, Spec{Name: "t", Key: longKey, Value: countCol, Expiry: e}, batches)
			window := seeded(3, 1<<40, 8)
			ids, fresh := make([]RowID, columnar.MaxRows), make([]RowID, 0, columnar.MaxRows)
			b.ReportAllocs()
			w, n := eventtime.Watermark(1_700_000_000_000), 0
			for b.Loop() {
				w += 10_000
				for i := range due {
					due[i] = w.Time()
				}
				for _, k := range window {
					k.Due = due
					t.Upsert(k, ids, fresh[:0])
				}
				t.Expire(w, func(ids []RowID) error { n += len(ids); return nil })
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/row")
		})
	}
}

type discard struct{ rows int }

func (d *discard) Rows(_ string, b *columnar.Batch, _ bool) error { d.rows += b.Len; return nil }
func (d *discard) Drop(string, eventtime.Watermark) error         { return nil }

// BenchmarkSave seals and saves a million keys, of which a share is dirty.
func BenchmarkSave(b *testing.B) {
	for _, percent := range []int{1, 100} {
		b.Run(fmt.Sprintf("dirty=%d%%", percent), func(b *testing.B) {
			benchmarkSave(b, percent, longKey, longBatches(1<<40, 128))
		})
		b.Run(fmt.Sprintf("text/dirty=%d%%", percent), func(b *testing.B) {
			benchmarkSave(b, percent, textKey, textBatches(1e9, 128))
		})
	}
}

func benchmarkSave(b *testing.B, percent int, key *sqltype.Struct, batches []Keys) {
	s := New(Groups{}, nil)
	t := filled(b, s, Spec{Name: "t", Key: key, Value: countCol}, batches)
	save(b, s, &discard{})
	var touched []RowID
	for id := 0; id < t.Rows(); id += 100 / percent {
		touched = append(touched, RowID(id))
	}
	b.ReportAllocs()
	d := &discard{}
	for b.Loop() {
		t.Touch(touched)
		save(b, s, d)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(d.rows), "ns/row")
}

func save(b testing.TB, s *Store, to Changes) {
	s.Seal(0)
	for {
		done, err := s.Save(to, 4096)
		if err != nil {
			b.Fatal(err)
		}
		if done {
			return
		}
	}
}

// BenchmarkLoad restores a million rows in order of hash.
func BenchmarkLoad(b *testing.B) {
	s := New(Groups{}, nil)
	spec := Spec{Name: "t", Key: longKey, Value: countCol}
	filled(b, s, spec, longBatches(1<<40, 128))
	var log changeLog
	log.t = &testing.T{}
	log.table = s.find("t")
	save(b, s, &log)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		s := New(Groups{}, nil)
		s.Table(spec)
		for _, c := range log.entries {
			if err := s.Load("t", c.batch, false); err != nil {
				b.Fatal(err)
			}
			n += c.batch.Len
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/row")
}

// BenchmarkAppendOne is a call a row, as sessions need.
func BenchmarkAppendOne(b *testing.B) {
	s := New(Groups{}, memory.NewBudget(0).Account("t", 0))
	t, _ := s.Table(Spec{Name: "t", Key: longKey, Value: countCol, Multi: true})
	k := longBatches(1000, 1)[0]
	var ids [1]RowID
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		one := k
		one.Sel = columnar.All(i%columnar.MaxRows + 1)[i%columnar.MaxRows:]
		t.Find(one, ids[:])
		t.Append(one, ids[:])
		i++
	}
}
