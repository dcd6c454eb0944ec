package store

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Text and lists that are replaced for ever do not pile up.
func TestGarbageIsCompacted(t *testing.T) {
	s := New(Groups{}, nil)
	k := longBatches(1000, 1)[0]
	k.N = 1000
	table, _ := s.Table(Spec{Name: "t", Key: longKey, Value: valueSchema})
	ids := make([]RowID, k.N)
	table.Upsert(k, ids, nil)
	for i := range 200 {
		table.Touch(ids)
		for _, id := range ids {
			table.Column(1).SetText(int(id), bytes.Repeat([]byte{'a' + byte(i%26)}, 40))
			at := table.Column(2).GrowList(int(id), 1)
			columnar.Slice[int32](table.Column(2).Child[0])[at] = int32(i)
			if i%10 == 0 {
				table.Column(2).SetZero(int(id))
			}
		}
		save(t, s, &discard{})
	}
	if n := table.held(); n > 2<<20 {
		t.Fatalf("%d bytes held for %d rows", n, table.Rows())
	}
	if got := table.Column(1).Str(int(ids[7])); got != strings.Repeat(string(rune('a'+199%26)), 40) {
		t.Fatal(got)
	}
}

// Entries of rows that are gone or moved do not pile up either.
func TestCalendarIsTidied(t *testing.T) {
	s := New(Groups{}, nil)
	k := seeded(1, 1<<40, 1)[0]
	for range k.N {
		k.Due = append(k.Due, 1<<50)
	}
	table, _ := s.Table(Spec{Name: "t", Key: longKey, Expiry: OfRow})
	ids := make([]RowID, k.N)
	table.Upsert(k, ids, nil)
	due := make([]eventtime.Time, k.N)
	r := rand.New(rand.NewPCG(1, 1))
	for i := range 100 {
		first := eventtime.Max
		for j := range due {
			due[j] = eventtime.Time(1<<50 - int64(i)*1000 - r.Int64N(1000))
			first = min(first, due[j])
		}
		table.SetExpiry(ids, due)
		save(t, s, &discard{})
		if got := table.NextExpiry(); got != first {
			t.Fatalf("next %d, want %d", got, first)
		}
	}
	if n := table.calendar.entries; n > 4*k.N {
		t.Fatalf("%d entries for %d rows", n, k.N)
	}
	n := 0
	table.Expire(eventtime.End, func(ids []RowID) error { n += len(ids); return nil })
	if n != k.N || table.NextExpiry() != eventtime.Max {
		t.Fatalf("%d expired", n)
	}
}

// A save in slices sees the sealed epoch though every row changes meanwhile.
func TestPreImagesOfManyRows(t *testing.T) {
	s := New(Groups{}, nil)
	table := filled(t, s, Spec{Name: "t", Key: longKey, Value: countCol}, seeded(1, 1<<40, 4))
	var all []RowID
	table.All(func(ids []RowID) error { all = append(all, ids...); return nil })
	log := changeLog{t: t, table: table}
	s.Seal(1)
	told := 0
	for i := 0; ; i++ {
		done, err := s.Save(&log, 500)
		if err != nil {
			t.Fatal(err)
		}
		if n := log.rows(); n-told > 500 {
			t.Fatalf("a slice of %d rows", n-told)
		} else {
			told = n
		}
		if done {
			break
		}
		part := all[i*300%len(all):][:300]
		table.Touch(part)
		for _, id := range part {
			columnar.Slice[int64](table.Column(0))[id] = 99
		}
	}
	n := 0
	for _, c := range log.entries {
		for _, x := range columnar.Slice[int64](c.batch.Cols[1]) {
			if x != 1 {
				t.Fatalf("count %d", x)
			}
			n++
		}
	}
	if n != len(all) {
		t.Fatalf("%d rows of %d", n, len(all))
	}
}

func TestSealBeforeSavePanics(t *testing.T) {
	s := New(Groups{}, nil)
	filled(t, s, Spec{Name: "t", Key: longKey, Value: countCol}, seeded(1, 10, 1))
	s.Seal(1)
	defer func() {
		if recover() == nil {
			t.Fatal("no panic")
		}
	}()
	s.Seal(2)
}

func TestMemoryIsAccounted(t *testing.T) {
	b := memory.NewBudget(0)
	s := New(Groups{}, b.Account("task", 4<<20))
	table, _ := s.Table(Spec{Name: "counts", Key: longKey, Value: countCol})
	ids := make([]RowID, columnar.MaxRows)
	var err error
	for i := range 100 {
		if _, err = table.Upsert(seeded(uint64(i), 1<<40, 1)[0], ids, nil); err != nil {
			break
		}
		if table.held() > b.Used() {
			t.Fatalf("%d held, %d accounted", table.held(), b.Used())
		}
	}
	var e *sparkerr.Error
	if !errors.As(err, &e) || e.Class != "UNABLE_TO_ACQUIRE_MEMORY" || !strings.Contains(err.Error(), "counts") {
		t.Fatal(err)
	}
	s.Close()
	if b.Used() != 0 {
		t.Fatalf("%d bytes left", b.Used())
	}
}

func TestLoadRefusesOtherForms(t *testing.T) {
	s := New(Groups{}, nil)
	s.Table(Spec{Name: "t", Key: longKey, Value: countCol})
	b := columnar.NewBatch(sqltype.NewStruct(sqltype.F("k", sqltype.String), sqltype.F("count", sqltype.Long)))
	for _, err := range []error{s.Load("t", b, false), s.Load("t", b, true), s.Load("u", b, false), s.Drop("u", 1)} {
		var e *sparkerr.Error
		if !errors.As(err, &e) {
			t.Error(err)
		}
	}
	if _, err := s.Table(Spec{Name: "t", Key: longKey}); err == nil {
		t.Error("two tables of one name")
	}
}

// In the steady state nothing allocates.
func TestUpsertAllocatesNothing(t *testing.T) {
	for _, e := range []Expiry{Never, InKey, OfRow} {
		batches := seeded(1, 1000, 4)
		for i := range batches {
			for j := range batches[i].N {
				batches[i].Due = append(batches[i].Due, eventtime.Time(columnar.Slice[int64](batches[i].Cols[0])[j]%7*1000))
			}
		}
		s := New(Groups{}, nil)
		table := filled(t, s, Spec{Name: "t", Key: longKey, Value: countCol, Expiry: e}, batches)
		ids, fresh := make([]RowID, columnar.MaxRows), make([]RowID, 0, columnar.MaxRows)
		if n := testing.AllocsPerRun(10, func() { count(t, table, batches[0], ids, fresh) }); n > 0 {
			t.Errorf("expiry %d: %v allocations a batch", e, n)
		}
	}
}
