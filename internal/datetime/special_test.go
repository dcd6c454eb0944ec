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
		"tomorrow UTC": "2024-03-01 2024-03-01 01:00:00 2024-03-01 00:00:00", "never": "", "now nowhere": "",
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
