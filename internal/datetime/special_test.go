package datetime_test

import (
	"testing"

	"github.com/spatestream/spate/internal/datetime"
)

func TestSpecial(t *testing.T) {
	paris, err := datetime.LoadZone("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	now := int64(1709247600_000000) // 2024-02-29 23:00Z, March 1st in Paris
	for text, want := range map[string]string{
		"epoch": "1970-01-01 1970-01-01 01:00:00 1970-01-01 00:00:00", " NOW ": "2024-03-01 2024-03-01 00:00:00 2024-03-01 00:00:00",
		"today": "2024-03-01 2024-03-01 00:00:00 2024-03-01 00:00:00", "Yesterday": "2024-02-29 2024-02-29 00:00:00 2024-02-29 00:00:00",
		"tomorrow UTC": "2024-03-02 2024-03-02 00:00:00 2024-03-02 00:00:00", "never": "", "now nowhere": "",
	} {
		d, ok := datetime.SpecialDate([]byte(text), now, paris)
		i, ok2 := datetime.SpecialTimestamp([]byte(text), now, paris)
		l, ok3 := datetime.SpecialLocal([]byte(text), now, paris)
		got := ""
		if ok && ok2 && ok3 {
			got = string(datetime.AppendLocal(append(datetime.AppendTimestamp(append(datetime.AppendDate(nil, d), ' '), i, paris), ' '), l))
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestPeriod(t *testing.T) {
	for _, c := range []struct {
		from, to     string
		months, days int32
	}{
		{"2024-01-31", "2024-02-29", 0, 29}, {"2024-02-29", "2024-01-31", 0, -29}, {"2024-01-15", "2024-03-14", 1, 28},
		{"2024-03-14", "2024-01-15", -1, -30}, {"2023-02-28", "2024-02-29", 12, 1}, {"2024-01-01", "2024-01-01", 0, 0},
	} {
		from, _ := datetime.ParseDate([]byte(c.from))
		to, _ := datetime.ParseDate([]byte(c.to))
		if m, d := datetime.Period(from, to); m != c.months || d != c.days {
			t.Errorf("from %s to %s: %d months %d days, want %d and %d", c.from, c.to, m, d, c.months, c.days)
		}
	}
}
