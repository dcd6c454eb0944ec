package json

import (
	"fmt"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

func TestValues(t *testing.T) {
	texts := []any{`{"a":1,"b":"x\n"}`, nil, " ", `{"a":"bad","b":"y"}`, `{"a":2`, `[{"a":3}]`, `{"b":"\u00e9"}`}
	in := columnar.New(sqltype.String)
	for _, x := range texts {
		in.AppendValue(x)
	}
	for _, c := range []struct{ typ, want string }{
		{"STRUCT<a:INT,b:STRING>", "[1 x\n] <nil> <nil> [<nil> y] [<nil> <nil>] [<nil> <nil>] [<nil> é]"},
		{"STRUCT<a:INT,_corrupt_record:STRING>", `[1 <nil>] <nil> <nil> [<nil> {"a":"bad","b":"y"}] [<nil> {"a":2] [<nil> [{"a":3}]] [<nil> <nil>]`},
		{"ARRAY<STRUCT<a:INT>>", "[[1]] <nil> <nil> [[<nil>]] <nil> [[3]] [[<nil>]]"},
		{"MAP<STRING,STRING>", "[{a 1} {b x\n}] <nil> <nil> [{a bad} {b y}] <nil> <nil> [{b é}]"},
	} {
		typ, err := sqltype.ParseType(c.typ)
		if err != nil {
			t.Fatal(err)
		}
		out := columnar.New(typ)
		if err := NewValues(typ, options(t)).Append(in, nil, in.Len, out); err != nil {
			t.Fatal(err)
		}
		got := ""
		for i := range out.Len {
			if i > 0 {
				got += " "
			}
			got += fmt.Sprint(out.Value(i))
		}
		if got != c.want || out.Len != in.Len {
			t.Errorf("%s\n got %q\nwant %q", c.typ, got, c.want)
		}
		if err := NewValues(typ, options(t, "mode", "FAILFAST")).Append(in, []uint16{0, 4}, 0, columnar.New(typ)); sparkerr.ClassOf(err) != "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION" {
			t.Error(err)
		}
	}
}
