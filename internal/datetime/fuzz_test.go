package datetime

import "testing"

// What is read can be written and read again; nothing panics.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"2026-01-02T03:04:05.678Z", "+12026-1-2 3:4:5 Europe/Paris", "T12:30", "-0001-02-29", "12:30:15.123456789", "2020-01-01 1:2:3+08:30:15"} {
		f.Add([]byte(s))
	}
	ny, err := LoadZone("America/New_York")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if d, ok := ParseDate(b); ok {
			if again, ok := ParseDate(AppendDate(nil, d)); !ok || again != d {
				t.Fatalf("%q: date %d, again %d %v", b, d, again, ok)
			}
		}
		fast, ok := ParseTimestamp(b, ny, 0)
		if p, slow := slowParts(b); ok && !slow {
			t.Fatalf("%q: slow form %+v %v, fast %d %v", b, p, slow, fast, ok)
		}
		if v, ok := ParseLocal(b, true); ok && v > -1<<62 && v < 1<<62 {
			if again, ok := ParseLocal(AppendLocal(nil, v), false); !ok || again != v {
				t.Fatalf("%q: local %d, again %d %v", b, v, again, ok)
			}
			p, _ := slowParts(b)
			if local, _ := join(p.days, p.ofDay); local != v {
				t.Fatalf("%q: %d, slowly %d", b, v, local)
			}
		}
		ParseTime(b)
	})
}

func FuzzPattern(f *testing.F) {
	f.Add("yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX]", []byte("2026-01-02T03:04:05.678+01:00"))
	f.Add("yyyy-MM-dd HH:mm:ss", []byte("2026-01-02 03:04:05"))
	f.Add("yyyy-MM-dd", []byte("2026-01-02"))
	f.Add("G y D hh a VV z O ''", []byte("AD 2026 1 12 PM Europe/Paris PST GMT+1 '"))
	f.Fuzz(func(t *testing.T, pattern string, b []byte) {
		if p, err := CompileFormat(pattern); err == nil {
			_, _ = p.FormatTimestamp(nil, 1767323045678000, UTC)
			_, _ = p.FormatDate(nil, 20000)
		}
		p, err := CompileParse(pattern)
		if err != nil {
			return
		}
		v, bad := p.ParseTimestamp(b, UTC)
		if bad < OK || bad > len(b) || bad != OK && v != 0 {
			t.Fatalf("%q by %q: %d at %d", b, pattern, v, bad)
		}
		if p.form == generalForm {
			return
		}
		general := Pattern{items: p.items}
		if w, bad2 := general.ParseTimestamp(b, UTC); v != w || bad != bad2 {
			t.Fatalf("%q: fast %d %d, general %d %d", b, v, bad, w, bad2)
		}
		d, badDate := p.ParseDate(b)
		if w, bad2 := general.ParseDate(b); d != w || badDate != bad2 {
			t.Fatalf("%q: fast date %d %d, general %d %d", b, d, badDate, w, bad2)
		}
		if bad != OK {
			return
		}
		fast, _ := p.FormatTimestamp(nil, v, UTC)
		if slow, _ := general.FormatTimestamp(nil, v, UTC); string(fast) != string(slow) {
			t.Fatalf("%d: fast %s, general %s", v, fast, slow)
		}
	})
}

func FuzzInterval(f *testing.F) {
	for _, s := range []string{"interval 1 day -2 hours 3.5 seconds", "1 02:03:04.5", "INTERVAL -'1-2' YEAR TO MONTH", "5 years 13 months"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if v, err := ParseInterval(b); err == nil {
			if again, err := ParseInterval(AppendInterval(nil, v)); err != nil || again != v {
				t.Fatalf("%q: %v, again %v %v", b, v, again, err)
			}
		}
		for from := FieldDay; from <= FieldSecond; from++ {
			if v, ok := ParseDayTime(b, from, FieldSecond); ok {
				if again, ok := ParseDayTime(AppendDayTime(nil, v, from, FieldSecond), from, FieldSecond); !ok || again != v {
					t.Fatalf("%q: %d, again %d %v", b, v, again, ok)
				}
			}
		}
		if v, ok := ParseYearMonth(b, FieldYear, FieldMonth); ok {
			if again, ok := ParseYearMonth(AppendYearMonth(nil, v, FieldYear, FieldMonth), FieldYear, FieldMonth); !ok || again != v {
				t.Fatalf("%q: %d, again %d %v", b, v, again, ok)
			}
		}
	})
}
