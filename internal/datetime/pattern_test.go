package datetime

import (
	"math/rand/v2"
	"testing"

	"github.com/spatestream/spate/sparkerr"
)

// The fast paths write and read what the items do, for any instant and for
// texts with one byte changed.
func TestFormsAgreeWithItems(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 1))
	ny, err := LoadZone("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for pattern := range forms {
		p, err := CompileParse(pattern)
		if err != nil {
			t.Fatal(err)
		}
		w, err := CompileFormat(pattern)
		if err != nil {
			t.Fatal(err)
		}
		slow, slowWrite := Pattern{items: p.items}, Pattern{items: w.items}
		for range 20000 {
			v := r.Int64N(6_000_000*Day) - 2_000_000*Day // years -3500 to 12900
			b, _ := w.FormatTimestamp(nil, v, ny)
			if c, _ := slowWrite.FormatTimestamp(nil, v, ny); string(b) != string(c) {
				t.Fatalf("%s: %d is %s, by items %s", pattern, v, b, c)
			}
			d, _ := w.FormatDate(nil, DateOf(v))
			if c, _ := slowWrite.FormatDate(nil, DateOf(v)); string(d) != string(c) {
				t.Fatalf("%s: date %d is %s, by items %s", pattern, v, d, c)
			}
			if r.IntN(2) == 0 {
				b[r.IntN(len(b))] = "0123456789-:.TZ+ x"[r.IntN(18)]
			}
			x, bad := p.ParseTimestamp(b, ny)
			if y, bad2 := slow.ParseTimestamp(b, ny); x != y || bad != bad2 {
				t.Fatalf("%s: %s is %d %d, by items %d %d", pattern, b, x, bad, y, bad2)
			}
			e, bad := p.ParseDate(b)
			if y, bad2 := slow.ParseDate(b); e != y || bad != bad2 {
				t.Fatalf("%s: %s is date %d %d, by items %d %d", pattern, b, e, bad, y, bad2)
			}
		}
	}
}

// A local timestamp has no zone to write and a date no clock, except where the
// section is optional.
func TestMissingFields(t *testing.T) {
	for _, c := range []struct{ pattern, local, date string }{
		{"yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX]", "2026-01-02T03:04:05.678", ""}, {"d.M.y", "2.1.2026", "2.1.2026"},
		{"y[ HH][ VV]", "2026 03", "2026"}, {"y z", "", ""}, {"y O", "", ""},
	} {
		p, err := CompileFormat(c.pattern)
		if err != nil {
			t.Fatal(err)
		}
		local, errLocal := p.FormatLocal(nil, 1767323045678000)
		if string(local) != c.local || (errLocal != nil) != (c.local == "") {
			t.Errorf("%s: local %q %v, want %q", c.pattern, local, errLocal, c.local)
		}
		date, errDate := p.FormatDate(nil, 20455)
		if string(date) != c.date || (errDate != nil) != (c.date == "") {
			t.Errorf("%s: date %q %v, want %q", c.pattern, date, errDate, c.date)
		}
	}
}

// Trouble is located.
func TestParsePositions(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		bad           int
	}{{"yyyy-MM-dd", "2026-1-02", 5}, {"yyyy-MM-dd", "2026-01-02x", 10}, {"yyyy-MM-dd", "2026-02-30", 10}, {"MMM y", "Foo 2026", 0}, {"y VV", "2026 Mars", 5}} {
		p, err := CompileParse(c.pattern)
		if err != nil {
			t.Fatal(err)
		}
		if _, bad := p.ParseDate([]byte(c.text)); bad != c.bad {
			t.Errorf("%s of %s: trouble at %d, want %d", c.text, c.pattern, bad, c.bad)
		}
	}
}

func TestParsingRefusesWhatOnlyFormats(t *testing.T) {
	for _, pattern := range []string{"E y", "Q y", "q y", "F y"} {
		if _, err := CompileFormat(pattern); err != nil {
			t.Errorf("%s: %v", pattern, err)
		}
		if _, err := CompileParse(pattern); sparkerr.ClassOf(err) == "" {
			t.Errorf("%s can be read", pattern)
		}
	}
}

func TestDelay(t *testing.T) {
	for text, want := range map[string]int64{"10 seconds": 10 * Second, "1 month": 31 * Day, "1 year 1 day": 373 * Day, "-1 hour": -Hour, "250 milliseconds": 250 * Milli} {
		if got, err := ParseDelay(text); err != nil || got != want {
			t.Errorf("%s: %d %v, want %d", text, got, err, want)
		}
	}
	if _, err := ParseDelay("178956970 years"); sparkerr.ClassOf(err) != "INTERVAL_ARITHMETIC_OVERFLOW" {
		t.Errorf("too long: %v", err)
	}
}

func TestNothingAllocates(t *testing.T) {
	ny, err := LoadZone("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	p, err := CompileParse("dd/MMM/yyyy HH:mm:ss.SSS VV")
	if err != nil {
		t.Fatal(err)
	}
	var buf [128]byte
	text := []byte("02/Jan/2026 03:04:05.678 Europe/Paris")
	cast := []byte("2026-01-02 03:04:05.678 Europe/Paris")
	if n := testing.AllocsPerRun(100, func() {
		v, bad := p.ParseTimestamp(text, ny)
		if bad != OK {
			t.Fatal(bad)
		}
		ParseTimestamp(cast, ny, 0)
		_, _ = p.FormatTimestamp(buf[:0], v, ny)
		AppendInterval(buf[:0], Interval{1, 2, v})
		AppendDayTime(buf[:0], v, FieldDay, FieldSecond)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
