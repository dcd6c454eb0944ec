package cells

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/hashing"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/sqltype"
)

func (s *Store) on(key string) { s.Focus(hashing.Bytes([]byte(key), 42), []byte(key)) }

func lasting(state string) Name { return Name{State: state, Type: sqltype.Binary} }
func mortal(state string) Name  { return Name{State: state, Type: sqltype.Binary, End: ByEvent} }

// nowhere takes changes and forgets them.
type nowhere struct{}

func (nowhere) Rows(string, *columnar.Batch, bool) error { return nil }
func (nowhere) Drop(string, eventtime.Watermark) error   { return nil }

// Cells, lists, maps and timers behave as Go's, over random calls.
func TestAsGoMaps(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	s := New(store.Groups{})
	cell, list, m, timers := s.Cell(lasting("cell")), s.List(lasting("list")), s.Map(lasting("map")), s.Timers("timers")
	type all struct {
		cell   *string
		list   []string
		m      map[string]string
		timers map[string]eventtime.Time
	}
	model := map[string]*all{}
	for i := range 20000 {
		key, entry, value := fmt.Sprint("key", r.IntN(40)), fmt.Sprint("e", r.IntN(6)), fmt.Sprint("value", i)
		s.on(key)
		x := model[key]
		if x == nil {
			x = &all{m: map[string]string{}, timers: map[string]eventtime.Time{}}
			model[key] = x
		}
		switch r.IntN(9) {
		case 0:
			cell.Set([]byte(value))
			x.cell = &value
		case 1:
			cell.Clear()
			x.cell = nil
		case 2:
			list.Add([]byte(value))
			x.list = append(x.list, value)
		case 3:
			if r.IntN(5) == 0 {
				list.Clear()
				x.list = nil
			}
		case 4:
			m.Set([]byte(entry), []byte(value))
			x.m[entry] = value
		case 5:
			if m.Delete([]byte(entry)); i%7 == 0 {
				m.Clear()
				clear(x.m)
			}
			delete(x.m, entry)
		case 6:
			due := eventtime.Time(1000 * r.IntN(1e6))
			timers.Set([]byte(entry), due)
			x.timers[entry] = due
		case 7:
			timers.Clear([]byte(entry))
			delete(x.timers, entry)
		case 8:
			if i%500 == 0 {
				s.rows.Seal(store.Epoch(i / 500))
				if done, err := s.rows.Save(nowhere{}, 1<<30); !done || err != nil {
					t.Fatal(done, err)
				}
			}
		}
		got, ok := cell.Get()
		if ok != (x.cell != nil) || ok && string(got) != *x.cell {
			t.Fatalf("step %d: cell %q %v", i, got, ok)
		}
		var values []string
		list.All(func(v []byte) bool { values = append(values, string(v)); return true })
		if !slices.Equal(values, x.list) {
			t.Fatalf("step %d: list %v, want %v", i, values, x.list)
		}
		n := 0
		m.All(func(e, v []byte) bool {
			if x.m[string(e)] != string(v) {
				t.Fatalf("step %d: entry %s is %s", i, e, v)
			}
			n++
			return true
		})
		if n != len(x.m) || s.Err() != nil {
			t.Fatal(i, n, len(x.m), s.Err())
		}
	}
	last, fired := eventtime.Time(0), 0
	if err := timers.Fire(eventtime.End, func(name []byte, due eventtime.Time) error {
		x := model[string(s.Key())]
		if x.timers[string(name)] != due || due < last {
			t.Errorf("timer %s of %s at %d", name, s.Key(), due)
		}
		delete(x.timers, string(name))
		last = due
		fired++
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for key, x := range model {
		if len(x.timers) > 0 {
			t.Error(key, x.timers)
		}
	}
	if fired == 0 {
		t.Error("no timer fired")
	}
}

func TestTimersThatSetTimers(t *testing.T) {
	s := New(store.Groups{})
	timers := s.Timers("timers")
	s.on("a")
	timers.Set([]byte("x"), 1000)
	var got []eventtime.Time
	err := timers.Fire(5, func(name []byte, due eventtime.Time) error {
		got = append(got, due)
		timers.Set(name, due+1000)
		return nil
	})
	if want := []eventtime.Time{1000, 2000, 3000, 4000, 5000}; err != nil || !slices.Equal(got, want) || timers.Next() != 6000 {
		t.Error(got, err, timers.Next())
	}
}

func TestPartsOfAKey(t *testing.T) {
	s := New(store.Groups{})
	c := s.PartCell(lasting("c"))
	s.on("a")
	c.Set([]byte("whole"))
	for _, part := range []string{"1", "2"} {
		s.Within([]byte(part))
		c.Set([]byte("part " + part))
		if string(s.Key()) != "a" {
			t.Errorf("the key is %q", s.Key())
		}
	}
	s.Within([]byte("1"))
	if got, _ := c.Get(); string(got) != "part 1" {
		t.Errorf("%q", got)
	}
	s.Whole()
	if got, _ := c.Get(); string(got) != "whole" {
		t.Errorf("%q", got)
	}
}

// Mortal cells, lists and maps behave as Go's that note an end of every value,
// however far their removal lags behind the time.
func TestWhatIsMortalEnds(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 3))
		s := New(store.Groups{})
		cell, list, m := s.Cell(mortal("cell")), s.List(mortal("list")), s.Map(mortal("map"))
		type value struct {
			text string
			due  eventtime.Time
		}
		cells, lists, maps := map[string]value{}, map[string][]value{}, map[string]value{}
		now, ttl := eventtime.Time(0), eventtime.Time(20_000)
		for i := range 3000 {
			now += eventtime.Time(r.IntN(1000))
			key, entry, text := fmt.Sprint(r.IntN(5)), fmt.Sprint(r.IntN(6)), fmt.Sprint(i)
			s.on(key)
			cell.Live(now, now+ttl)
			list.Live(now, now+ttl)
			m.Live(now, now+ttl)
			switch r.IntN(9) {
			case 0:
				cell.Set([]byte(text))
				cells[key] = value{text, now + ttl}
			case 1:
				cell.Keep()
				if v := cells[key]; v.due > now {
					cells[key] = value{v.text, now + ttl}
				}
			case 2:
				list.Add([]byte(text))
				lists[key] = append(lists[key], value{text, now + ttl})
			case 3:
				if r.IntN(10) == 0 {
					list.Keep()
					for i, v := range lists[key] {
						if v.due > now {
							lists[key][i].due = now + ttl
						}
					}
				}
			case 4, 5:
				m.Set([]byte(entry), []byte(text))
				maps[key+entry] = value{text, now + ttl}
			case 6:
				m.Keep([]byte(entry))
				if v := maps[key+entry]; v.due > now {
					maps[key+entry] = value{v.text, now + ttl}
				}
			case 7:
				m.Delete([]byte(entry))
				delete(maps, key+entry)
			case 8:
				w := eventtime.Watermark((now - eventtime.Time(r.IntN(30_000))).Millis())
				cell.Expire(w)
				list.Expire(w)
				m.Expire(w)
			}
			got, ok := cell.Get()
			if v := cells[key]; ok != (v.due > now) || ok && string(got) != v.text {
				t.Fatalf("seed %d, step %d: cell %q %v, want %v at %d", seed, i, got, ok, v, now)
			}
			var listed, want []string
			list.All(func(v []byte) bool { listed = append(listed, string(v)); return true })
			for _, v := range lists[key] {
				if v.due > now {
					want = append(want, v.text)
				}
			}
			if !slices.Equal(listed, want) {
				t.Fatalf("seed %d, step %d: list %v, want %v", seed, i, listed, want)
			}
			n := 0
			m.All(func(e, v []byte) bool {
				if w := maps[key+string(e)]; w.text != string(v) || w.due <= now {
					t.Fatalf("seed %d, step %d: entry %s is %s, want %v", seed, i, e, v, w)
				}
				n++
				return true
			})
			for e, v := range maps {
				if e[:1] == key && v.due > now {
					n--
				}
			}
			if n != 0 || s.Err() != nil {
				t.Fatalf("seed %d, step %d: %d entries too many, %v", seed, i, n, s.Err())
			}
		}
		end := eventtime.Watermark((now + ttl).Millis() + 1)
		cell.Expire(end)
		list.Expire(end)
		m.Expire(end)
		for _, tab := range s.rows.Tables() {
			if tab.Rows() != 0 {
				t.Errorf("seed %d: %d rows of %s are left", seed, tab.Rows(), tab.Spec().Name)
			}
		}
	}
}

func BenchmarkCount(b *testing.B) {
	for _, keys := range []int{1000, 1 << 20} {
		b.Run(fmt.Sprint(keys), func(b *testing.B) {
			s := New(store.Groups{})
			c := s.Cell(lasting("count"))
			r := rand.New(rand.NewPCG(1, 2))
			names := make([][]byte, keys)
			for i := range names {
				names[i] = fmt.Append(nil, "key number ", i)
			}
			b.ReportAllocs()
			for b.Loop() {
				k := names[r.IntN(keys)]
				s.Focus(hashing.Bytes(k, 42), k)
				var n [8]byte
				if old, ok := c.Get(); ok {
					copy(n[:], old)
				}
				n[0]++
				c.Set(n[:])
			}
		})
	}
}

func TestNamesOfStates(t *testing.T) {
	for _, n := range []Name{lasting("a"), mortal("a"), {"b", sqltype.Long, true, Never}, {"b", sqltype.Long, true, ByClock}} {
		if got, err := ParseName(n.String()); err != nil || got.String() != n.String() || got.Life() != n.Life() || got.State != n.State {
			t.Errorf("%+v is %+v, %v", n, got, err)
		}
	}
	if _, err := ParseName("timers"); err == nil {
		t.Error("timers have a type")
	}
	if CheckState("two words") == nil || CheckState("~") == nil || CheckState("") == nil || CheckState("word") != nil {
		t.Error("words are states, and nothing else")
	}
}
