package datetime

import (
	"math/rand/v2"
	"testing"
	"time"
)

// The calendar agrees with Go's for every day of 1600 to 2400 and for random
// days in the range of timestamps.
func TestCivilAgainstTime(t *testing.T) {
	check := func(d int64) {
		g := time.Unix(d*86400, 0).UTC()
		y, m, day := Civil(d)
		if y != g.Year() || m != int(g.Month()) || day != g.Day() {
			t.Fatalf("day %d is %d-%d-%d, want %v", d, y, m, day, g)
		}
		if back := Days(y, m, day); back != d {
			t.Fatalf("%d-%d-%d is day %d, want %d", y, m, day, back, d)
		}
		date := int32(d)
		iy, iw := g.ISOWeek()
		gy, gw := ISOWeek(date)
		if gy != iy || gw != iw || DayOfYear(date) != g.YearDay() || DayOfWeek(date) != int(g.Weekday())+1 {
			t.Fatalf("day %d: week %d-%d, day %d of the year, %d of the week; want %v", d, gy, gw, DayOfYear(date), DayOfWeek(date), g)
		}
	}
	for d := Days(1600, 1, 1); d < Days(2400, 1, 1); d++ {
		check(d)
	}
	r := rand.New(rand.NewPCG(1, 1))
	for range 20000 {
		check(int64(r.IntN(2*107_000_000) - 107_000_000))
	}
}

func TestMakeDate(t *testing.T) {
	for _, c := range []struct {
		y, m, d int
		ok      bool
	}{{2024, 2, 29, true}, {2023, 2, 29, false}, {1900, 2, 29, false}, {2000, 2, 29, true}, {2023, 13, 1, false},
		{2023, 0, 1, false}, {2023, 4, 31, false}, {2023, 4, 0, false}, {5881580, 7, 11, true}, {5881580, 7, 12, false},
		{-5877641, 6, 23, true}, {-5877641, 6, 22, false}} {
		if _, ok := MakeDate(c.y, c.m, c.d); ok != c.ok {
			t.Errorf("%d-%d-%d: %v", c.y, c.m, c.d, ok)
		}
	}
}

// A zone's offsets agree with Go's, and local times go back to where they came
// from unless they occur twice.
func TestZoneAgainstTime(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 1))
	for _, id := range []string{"America/New_York", "Europe/Paris", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Tokyo", "America/Sao_Paulo", "Pacific/Apia"} {
		z, err := LoadZone(id)
		if err != nil {
			t.Fatal(err)
		}
		loc, err := time.LoadLocation(id)
		if err != nil {
			t.Fatal(err)
		}
		utc := make([]int64, 4000)
		for i := range utc {
			utc[i] = (r.Int64N(20000*366*86400) - 1900*365*86400) * Second
			if i%2 == 0 {
				utc[i] = r.Int64N(300*366*86400)*Second - 150*365*Day
			}
		}
		local, back := make([]int64, len(utc)), make([]int64, len(utc))
		z.Locals(local, utc)
		z.Instants(back, local)
		for i, u := range utc {
			_, want := time.UnixMicro(u).In(loc).Zone()
			if got := z.Offset(u); got != int64(want)*Second || local[i] != u+got {
				t.Fatalf("%s: offset at %d is %d, want %d s", id, u, got, want)
			}
			if back[i] != z.Instant(local[i]) || z.Local(back[i]) != local[i] || back[i] > u {
				t.Fatalf("%s: %d is local %d, back %d", id, u, local[i], back[i])
			}
		}
	}
}

// Around each transition of a year, gaps move on by their length and overlaps
// are the earlier instant.
func TestTransitions(t *testing.T) {
	ny, err := LoadZone("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ local, utc string }{
		{"2026-03-08 01:59:59", "2026-03-08 06:59:59"}, {"2026-03-08 02:30:00", "2026-03-08 07:30:00"}, {"2026-03-08 03:00:00", "2026-03-08 07:00:00"},
		{"2026-11-01 00:59:59", "2026-11-01 04:59:59"}, {"2026-11-01 01:30:00", "2026-11-01 05:30:00"}, {"2026-11-01 02:00:00", "2026-11-01 07:00:00"},
		{"2126-03-10 02:30:00", "2126-03-10 07:30:00"}, {"2126-11-03 01:30:00", "2126-11-03 05:30:00"}, {"1883-11-18 12:03:00", "1883-11-18 16:59:02"},
		{"2099-12-31 23:59:59", "2100-01-01 04:59:59"}, {"2100-01-01 00:00:00", "2100-01-01 05:00:00"}, {"2400-12-31 12:00:00", "2400-12-31 17:00:00"},
	} {
		u, ok := ParseTimestamp([]byte(c.local), ny, 0)
		if got := string(AppendTimestamp(nil, u, UTC)); !ok || got != c.utc {
			t.Errorf("%s is %s, want %s", c.local, got, c.utc)
		}
	}
}

func TestZoneIDs(t *testing.T) {
	for id, want := range map[string]string{"Z": "Z", "UTC": "UTC", "+8": "+08:00", "+08": "+08:00", "-0730": "-07:30", "+8:00": "+08:00",
		"+08:5": "+08:05", "+01:02:03": "+01:02:03", "GMT+1": "GMT+01:00", "UT-03:30": "UT-03:30", "UTC+0": "UTC", "GMT0": "GMT0",
		"PST": "America/Los_Angeles", "EST": "-05:00", "Europe/Paris": "Europe/Paris", "+18:00": "+18:00", "+00:00": "Z"} {
		z, err := LoadZone(id)
		if err != nil || z.ID() != want {
			t.Errorf("%s: %v %v, want %s", id, z, err, want)
		}
	}
	for _, id := range []string{"", "Local", "+", "+19", "+18:01", "+1:2:3:4", "+123", "UTC+", "Mars/Base", "../etc/passwd", "+08:60", "utc+1", "europe/pariss", "ROC"} {
		if z, err := LoadZone(id); err == nil {
			t.Errorf("%q is %v", id, z)
		}
	}
}
