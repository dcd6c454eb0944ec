package functions_test

import (
	"strings"
	"testing"

	"github.com/spatestream/spate"
	fn "github.com/spatestream/spate/functions"
	"github.com/spatestream/spate/sparkerr"
)

// TestKindsOfParameters: a string is a column where a column belongs, and a
// text where a value does.
func TestKindsOfParameters(t *testing.T) {
	s := spate.NewSession(spate.Conf("spark.sql.session.timeZone", "UTC"))
	defer s.Stop(t.Context())
	d := s.SQL("SELECT 'a b' AS value, ' ' AS b, array(1, 2, 3) AS xs, map('k', 1) AS m, timestamp'2024-05-06 07:08:09' AS ts, 2.567D AS x, '{\"id\": 7}' AS j")
	for want, c := range map[string]fn.Column{
		"[a, b]":              fn.Split("value", " "),
		"2.57":                fn.Round("x", 2),
		"a-b":                 fn.Replace("value", " ", "-"),
		"[2, 3, 4]":           fn.Transform("xs", func(x fn.Column) fn.Column { return x.Plus(1) }),
		"[0, 2, 6]":           fn.Transform("xs", func(x, i fn.Column) fn.Column { return x.Times(i) }),
		"6":                   fn.Aggregate("xs", fn.Lit(0), func(acc, x fn.Column) fn.Column { return acc.Plus(x) }),
		"true":                fn.Exists("xs", func(x fn.Column) fn.Column { return x.Gt(2) }),
		"{K -> 1}":            fn.TransformKeys("m", func(k, v fn.Column) fn.Column { return fn.Upper(k) }),
		"2024-05-06 07:00:00": fn.DateTrunc("hour", "ts"),
		"2024-05-13":          fn.DateAdd("ts", 7),
		"a b, ":               fn.ConcatWS(", ", "value", fn.Lit("")),
		"{7}":                 fn.FromJSON("j", "id INT"),
		"{\"m\":{\"k\":1}}":   fn.ToJSON(fn.Struct("m")),
		"x":                   fn.When(fn.Col("x").Gt(2), "x").Otherwise("y"),
		"3":                   fn.ElementAt("xs", -1),
		"1.3":                 fn.Round(fn.Log("x", 2), 0).Plus(0.3),
		"10":                  fn.TimestampDiff("HOUR", fn.Expr("ts - INTERVAL '10' HOUR"), "ts"),
	} {
		row, _, err := d.Select(c.Cast("string")).First(t.Context())
		if err != nil {
			t.Errorf("%s: %v", want, err)
		} else if got := row.Get(0); got != want {
			t.Errorf("%v: got %v, want %s", c, got, want)
		}
	}
}

func TestMistakesPointAtTheUser(t *testing.T) {
	s := spate.NewSession()
	defer s.Stop(t.Context())
	for _, c := range []fn.Column{fn.Upper("nothing"), fn.Upper(1), fn.Round("id", "x"), fn.Transform("id", "no function")} {
		_, err := s.Range(0, 1).Select(c).Schema()
		if e := sparkerr.As(err); e == nil || !strings.HasSuffix(e.Origin.File, "use_test.go") {
			t.Errorf("%v does not point here", err)
		}
	}
}
