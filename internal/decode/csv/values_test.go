package csv

import (
	"fmt"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

func TestValues(t *testing.T) {
	in := columnar.New(sqltype.String)
	for _, x := range []any{`1,"a\"b"`, nil, "", "x,y", "2", `3,"",z`} {
		in.AppendValue(x)
	}
	for _, c := range []struct{ typ, want string }{
		{"a INT, b STRING", "[1 a\"b] <nil> [<nil> <nil>] [<nil> y] [2 <nil>] [3 <nil>]"},
		{"a INT, _corrupt_record STRING, b STRING", `[1 <nil> a"b] <nil> [<nil>  <nil>] [<nil> x,y y] [2 2 <nil>] [3 3,"",z <nil>]`},
	} {
		s, err := sqltype.ParseDDL(c.typ)
		if err != nil {
			t.Fatal(err)
		}
		out := columnar.New(s)
		if err := NewValues(s, options(t)).Append(in, nil, in.Len, out); err != nil {
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
		if err := NewValues(s, options(t, "mode", "FAILFAST")).Append(in, []uint16{0, 3}, 0, columnar.New(s)); sparkerr.ClassOf(err) != "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION" {
			t.Error(err)
		}
	}
}
