package datetime

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/spatestream/spate/sparkerr"
)

// testdata/spark.txt holds what the classes of Spark 4.3 answered on Java 17:
// kind, zone and arguments, tab-separated, and the answer last; "!" begins an
// error's condition. Each kind is one function here.
func TestGolden(t *testing.T) {
	data, err := os.ReadFile("testdata/spark.txt")
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]func(*testing.T, *Zone, []string) string{
		"cast": goldenCast, "local": goldenLocal, "fmt": goldenFormat, "parse": goldenParse,
		"iv": goldenInterval, "ivfmt": goldenIntervalText, "dt": goldenDayTime, "ym": goldenYearMonth,
		"dtp": goldenParseDayTime, "ymp": goldenParseYearMonth, "mb": goldenMonthsBetween,
		"diff": goldenBetween, "add": goldenAddUnits, "trunc": goldenTrunc, "civ": goldenAdd, "mul": goldenTimes,
	}
	for n, line := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
		f := strings.Split(line, "\t")
		z := UTC
		if f[1] != "-" {
			if z, err = LoadZone(f[1]); err != nil {
				t.Fatal(err)
			}
		}
		last := len(f) - 1
		if got := kinds[f[0]](t, z, f[2:last]); got != f[last] {
			t.Errorf("line %d: %s\n got %s", n+1, line, got)
		}
	}
}

func unescape(s string) []byte { return []byte(strings.NewReplacer(`\t`, "\t", `\n`, "\n").Replace(s)) }

func integer(t *testing.T, s string) int64 {
	t.Helper()
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func instant(t *testing.T, s string) int64 {
	t.Helper()
	v, ok := ParseTimestamp([]byte(s), UTC, 0)
	if !ok {
		t.Fatalf("no instant: %s", s)
	}
	return v
}

func orNull[T any](v T, ok bool) string {
	if !ok {
		return "null"
	}
	return fmt.Sprint(v)
}

// goldenCast: date, timestamp, local with and without zones allowed, time, and
// the timestamp as text again.
func goldenCast(t *testing.T, z *Zone, f []string) string {
	b := unescape(f[0])
	ts, ok := ParseTimestamp(b, z, 0)
	var out []string
	out = append(out, orNull(ParseDate(b)), orNull(ts, ok))
	if p, parsed := parseParts(b); parsed && p.timeOnly && ok {
		out[1] = "now"
	}
	out = append(out, orNull(ParseLocal(b, true)), orNull(ParseLocal(b, false)), orNull(ParseTime(b)))
	if ok && out[1] != "now" {
		out = append(out, string(AppendTimestamp(nil, ts, z)))
	}
	return strings.Join(out, "|")
}

func goldenLocal(t *testing.T, z *Zone, f []string) string {
	ts, _ := ParseTimestamp([]byte(f[0]), z, 0)
	day, _ := StartOfDay(DateOf(z.Local(ts)), z)
	return fmt.Sprintf("%d|%s|%d", ts, AppendTimestamp(nil, ts, z), day)
}

func goldenFormat(t *testing.T, z *Zone, f []string) string {
	p, err := CompileFormat(f[0])
	if err != nil {
		return "!" + sparkerr.ClassOf(err)
	}
	out, err := p.FormatTimestamp([]byte("="), instant(t, f[1]), z)
	if err != nil {
		return "!" + err.Error()
	}
	return string(out)
}

func goldenParse(t *testing.T, z *Zone, f []string) string {
	p, err := CompileParse(f[0])
	if err != nil {
		return "!" + sparkerr.ClassOf(err)
	}
	v, bad := p.ParseTimestamp([]byte(f[1]), z)
	return orNull(v, bad == OK)
}

func goldenInterval(t *testing.T, _ *Zone, f []string) string {
	v, err := ParseInterval(unescape(f[0]))
	if err != nil {
		return "!" + sparkerr.ClassOf(err)
	}
	return fmt.Sprintf("%d|%d|%d", v.Months, v.Days, v.Micros)
}

func goldenIntervalText(t *testing.T, _ *Zone, f []string) string {
	return string(AppendInterval(nil, Interval{int32(integer(t, f[0])), int32(integer(t, f[1])), integer(t, f[2])}))
}

func fields(t *testing.T, f []string, base Field) (from, to Field) {
	t.Helper()
	return base + Field(integer(t, f[0])), base + Field(integer(t, f[1]))
}

func goldenDayTime(t *testing.T, _ *Zone, f []string) string {
	from, to := fields(t, f[1:], FieldDay)
	v := integer(t, f[0])
	return string(AppendDayTimePlain(append(AppendDayTime(nil, v, from, to), '|'), v))
}

func goldenYearMonth(t *testing.T, _ *Zone, f []string) string {
	from, to := fields(t, f[1:], FieldYear)
	v := int32(integer(t, f[0]))
	return string(AppendYearMonthPlain(append(AppendYearMonth(nil, v, from, to), '|'), v))
}

func goldenParseDayTime(t *testing.T, _ *Zone, f []string) string {
	from, to := fields(t, f[1:], FieldDay)
	return orNull(ParseDayTime([]byte(f[0]), from, to))
}

func goldenParseYearMonth(t *testing.T, _ *Zone, f []string) string {
	from, to := fields(t, f[1:], FieldYear)
	return orNull(ParseYearMonth([]byte(f[0]), from, to))
}

func goldenMonthsBetween(t *testing.T, z *Zone, f []string) string {
	got := MonthsBetween(instant(t, f[0]), instant(t, f[1]), z, f[2] == "1")
	s := strconv.FormatFloat(got, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

func unit(t *testing.T, name string) Unit {
	t.Helper()
	u, ok := ParseUnit(name)
	if !ok {
		t.Fatal(name)
	}
	return u
}

func goldenBetween(t *testing.T, z *Zone, f []string) string {
	return fmt.Sprint(Between(instant(t, f[1]), instant(t, f[2]), unit(t, f[0]), z))
}

func goldenAddUnits(t *testing.T, z *Zone, f []string) string {
	return orNull(AddUnits(instant(t, f[1]), unit(t, f[0]), integer(t, f[2]), z))
}

func goldenTrunc(t *testing.T, z *Zone, f []string) string {
	return fmt.Sprint(Trunc(instant(t, f[1]), unit(t, f[0]), z))
}

func goldenAdd(t *testing.T, z *Zone, f []string) string {
	return orNull(Add(instant(t, f[0]), Interval{int32(integer(t, f[1])), int32(integer(t, f[2])), integer(t, f[3])}, z))
}

func goldenTimes(t *testing.T, _ *Zone, f []string) string {
	v := Interval{int32(integer(t, f[0])), int32(integer(t, f[1])), integer(t, f[2])}
	factor, err := strconv.ParseFloat(f[3], 64)
	if err != nil {
		t.Fatal(err)
	}
	text := func(v Interval, ok bool) string {
		if !ok {
			return "null"
		}
		return fmt.Sprintf("%d,%d,%d", v.Months, v.Days, v.Micros)
	}
	return text(v.Times(factor)) + "|" + text(v.Over(factor))
}
