package parser

import (
	"strings"
	"testing"

	"github.com/spatestream/spate/sparkerr"
)

func TestUnclosedQuotes(t *testing.T) {
	for sql, want := range map[string]string{
		"SELECT 'abc FROM t":                   "The quote that is opened here is not closed: end it with '.",
		"SELECT `abc FROM t":                   "The quote that is opened here is not closed: end it with `.",
		"SELECT \"abc":                         "end it with \"",
		"SELECT 'abc FROM t\n WHERE x = 'y z'": "The quote ' at line 2, pos 15 is not closed.",
		"SELECT a b c":                         "",
		"SELECT /* it's */ a b c":              "",
	} {
		_, err := Statement(sql, Options{})
		e := sparkerr.As(err)
		if e == nil || e.Class != "PARSE_SYNTAX_ERROR" {
			t.Fatalf("%s: %v", sql, err)
		}
		if want == "" && strings.Contains(e.Message, "quote") || !strings.Contains(e.Message, want) {
			t.Errorf("%s: %s", sql, e.Message)
		}
	}
}
