package plan

import (
	"strings"
	"testing"

	"github.com/spatestream/spate/sparkerr"
)

func TestParseAttribute(t *testing.T) {
	for name, want := range map[string]string{
		"a": "a", "a.b.c": "a|b|c", "my col": "my col", "`a.b`.c": "a.b|c", "a.`b``c`": "a|b`c", "": "", "a-b(1)": "a-b(1)", "``": "",
	} {
		got, err := ParseAttribute(name)
		if err != nil || strings.Join(got, "|") != want {
			t.Errorf("%q: got %q, %v", name, got, err)
		}
	}
	for _, name := range []string{"a.", "a`b", "`a", "`a`b", "`a`.", "a.`b", "`a``"} {
		if got, err := ParseAttribute(name); sparkerr.ClassOf(err) != "INVALID_ATTRIBUTE_NAME_SYNTAX" {
			t.Errorf("%q: got %q, %v", name, got, err)
		}
	}
}

func TestColumn(t *testing.T) {
	for name, want := range map[string]string{"*": "*#7", "t.*": "t.*#7", "a.b": "a.b#7"} {
		got, err := Column(sparkerr.Origin{}, name, 7)
		if err != nil || ExprString(got) != want {
			t.Errorf("%q: got %v, %v", name, got, err)
		}
	}
}
