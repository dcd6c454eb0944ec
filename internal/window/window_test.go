package window

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/spatestream/spate/eventtime"
)

// Spans are those of all multiples that hold the time, the latest first.
func TestSpans(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		every := 1 + r.Int64N(50)
		length := every + r.Int64N(200)
		s := Spec{Length: time.Duration(length) * time.Millisecond, Every: time.Duration(every) * time.Millisecond}
		at := r.Int64N(1000) - 500
		var want, got []Frame
		for start := 10 * every * (1000 / every); start > -2000; start -= every {
			if start <= at && at < start+length {
				want = append(want, Frame{start, start, start + length})
			}
		}
		for f := s.Latest(at); f.End > at; f = s.Before(f) {
			got = append(got, f)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%d in windows of %d every %d: %v, want %v", at, length, every, got, want)
		}
	}
}

// Windows by count end at multiples of the step, and look back at the last events.
func TestCounts(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	for range 500 {
		step := 1 + r.Int64N(6)
		s := Spec{Kind: Counts, Count: step + r.Int64N(10), Step: step}
		i := r.Int64N(40)
		var want, got []int64
		for end := step; end < 100; end += step {
			if end-s.Count <= i && i < end {
				want = append(want, end)
			}
		}
		for f := s.Next(i); f.End <= i+s.Count; f = s.Frame(f.End + s.Step) {
			got = append(got, f.End)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("event %d in windows of %d every %d: %v, want %v", i, s.Count, step, got, want)
		}
	}
}

// Sessions in whatever order events come are those of the events in order, and each
// has an ID of its own that lies within.
func TestSessions(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 4))
	for range 500 {
		gap := 1 + r.Int64N(20)
		var events []int64
		var all []Frame
		for range r.IntN(30) {
			at := r.Int64N(300) - 150
			events = append(events, at)
			now, met, rest := Extend(all, at, gap)
			if len(met)+len(rest) != len(all) || now.ID < now.Start || now.ID >= now.End {
				t.Fatalf("%d into %v: %v, met %v, rest %v", at, all, now, met, rest)
			}
			all = Insert(rest, now)
		}
		slices.Sort(events)
		var want []Frame
		for _, at := range events {
			if n := len(want); n > 0 && at < want[n-1].End {
				want[n-1].End = at + gap
				continue
			}
			want = append(want, Frame{Start: at, End: at + gap})
		}
		for i, f := range all {
			if Find(all, f.ID) != f || i < len(want) && (f.Start != want[i].Start || f.End != want[i].End) {
				t.Fatalf("gap %d: %v, want %v", gap, all, want)
			}
		}
		if len(all) != len(want) {
			t.Fatalf("gap %d: %v, want %v", gap, all, want)
		}
	}
}

// A window ends with its last millisecond, and is gone when its lateness is over.
func TestOver(t *testing.T) {
	s := Spec{Length: 10 * time.Millisecond, Every: 10 * time.Millisecond, Lateness: 5 * time.Millisecond}
	f := s.Latest(13) // [10,20)
	for _, c := range []struct {
		mark        eventtime.Watermark
		ended, gone bool
	}{{18, false, false}, {19, true, false}, {23, true, false}, {24, true, true}} {
		if s.Ended(f, c.mark) != c.ended || s.Gone(f, c.mark) != c.gone {
			t.Errorf("%v at %d: ended %v, gone %v", f, c.mark, s.Ended(f, c.mark), s.Gone(f, c.mark))
		}
	}
	if s.Clock = true; s.Ended(f, 100) || s.Gone(f, 100) {
		t.Error("a window by the clock ended by a watermark")
	}
}

// Appointments are kept in order, one for each window.
func TestProgress(t *testing.T) {
	var p Progress
	for i, at := range []int64{30, 10, 20, 10} {
		p.Appoint(Frame{ID: int64(i)}, at)
	}
	p.Appoint(Frame{ID: 0}, 5)
	p.Dismiss(Frame{ID: 2})
	if want := []Appointment{{0, 5}, {1, 10}, {3, 10}}; !slices.Equal(p.Open, want) {
		t.Errorf("%v, want %v", p.Open, want)
	}
	letter, id := OfTimer(Frame{ID: -7}.Timer("w"))
	if letter != "w" || id != -7 {
		t.Errorf("the timer is of %q %d", letter, id)
	}
}

func TestCheck(t *testing.T) {
	fixed := Spec{Length: time.Second, Every: time.Second}
	for name, c := range map[string]struct {
		change func(*Spec)
		right  bool
	}{
		"fixed":               {func(*Spec) {}, true},
		"no length":           {func(s *Spec) { s.Length, s.Every = 0, 0 }, false},
		"microseconds":        {func(s *Spec) { s.Every = time.Microsecond }, false},
		"gaps between":        {func(s *Spec) { s.Every = time.Minute }, false},
		"negative lateness":   {func(s *Spec) { s.Lateness = -1 }, false},
		"late by the clock":   {func(s *Spec) { s.Lateness, s.Clock = time.Second, true }, false},
		"empty count":         {func(s *Spec) { *s = Spec{Kind: Counts} }, false},
		"count":               {func(s *Spec) { *s = Spec{Kind: Counts, Count: 3, Step: 2} }, true},
		"count, early":        {func(s *Spec) { *s = Spec{Kind: Counts, Count: 3, Step: 2, EarlyCount: 1} }, false},
		"endless":             {func(s *Spec) { *s = Spec{Kind: Endless} }, true},
		"own mark":            {func(s *Spec) { s.OwnMark = true }, true},
		"own mark, instances": {func(s *Spec) { s.OwnMark, s.Instance = true, true }, false},
	} {
		s := fixed
		c.change(&s)
		if err := s.Check(); (err == nil) != c.right {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What windows hold can be gone on with as long as the same events are in them,
// and nothing is given twice.
func TestFollows(t *testing.T) {
	fixed := Spec{Length: 10 * time.Second, Every: 10 * time.Second}
	late := fixed
	late.Lateness = time.Minute
	for name, c := range map[string]struct {
		was    Spec
		change func(*Spec)
		why    string // "": it follows
	}{
		"the same":           {fixed, func(*Spec) {}, ""},
		"another length":     {fixed, func(s *Spec) { s.Length, s.Every = 20*time.Second, 20*time.Second }, "its windows were fixed, of 10s, and are fixed, of 20s"},
		"another slide":      {fixed, func(s *Spec) { s.Every = time.Second }, "its windows were fixed, of 10s, and are sliding, of 10s every 1s"},
		"another kind":       {fixed, func(s *Spec) { s.Kind = Sessions }, "its windows were fixed, of 10s, and are sessions with a gap of 10s"},
		"by count":           {Spec{Kind: Counts, Count: 3, Step: 3}, func(s *Spec) { s.Step = 1 }, "its windows were of 3 events, and are of 3 events every 1"},
		"by the clock":       {fixed, func(s *Spec) { s.Clock = true }, "its windows were fixed, of 10s, and are fixed, of 10s, by the clock"},
		"of instances":       {fixed, func(s *Spec) { s.Instance = true }, "its windows were fixed, of 10s, and are fixed, of 10s, of each instance"},
		"own watermarks":     {fixed, func(s *Spec) { s.OwnMark, s.Delay = true, time.Second }, "its windows were fixed, of 10s, and are fixed, of 10s, with a watermark of each key 1s behind it"},
		"more lateness":      {late, func(s *Spec) { s.Lateness++ }, "its windows had a Lateness of 1m0s, and have 1m0.000000001s: those that are gone would begin again with what is late alone"},
		"less lateness":      {late, func(s *Spec) { s.Lateness = time.Second }, ""},
		"early, not late":    {late, func(s *Spec) { s.Lateness, s.Early = 0, time.Second }, ""},
		"no lateness":        {late, func(s *Spec) { s.Lateness = 0 }, "its windows fired again, by Lateness or early, and now fire once: what they give would be numbered anew"},
		"early from now on":  {fixed, func(s *Spec) { s.EarlyCount, s.Discard = 5, true }, ""},
		"discarding":         {late, func(s *Spec) { s.Discard = true }, "its windows gave all they had, and give what was new (Discarding)"},
		"discarding nothing": {fixed, func(s *Spec) { s.Discard = true }, ""},
	} {
		s := c.was
		c.change(&s)
		why := ""
		if err := s.Follows(&c.was); err != nil {
			why = err.Error()
		}
		if why != c.why {
			t.Errorf("%s: %q, want %q", name, why, c.why)
		}
	}
}
