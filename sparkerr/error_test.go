package sparkerr

import "testing"

func TestErrorShowsThePlaceInSQL(t *testing.T) {
	e := New("PARSE_SYNTAX_ERROR", "Syntax error at or near 'FROM'.").At(Origin{SQL: "SELECT a,\n  FROM t", Start: 12, Stop: 16})
	want := "[PARSE_SYNTAX_ERROR] Syntax error at or near 'FROM'. SQLSTATE: 42601 (line 2, pos 2)\n\n== SQL ==\nSELECT a,\n  FROM t\n--^^^^\n"
	if got := e.Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestExcerptAtTheEnd(t *testing.T) {
	o := Origin{SQL: "SELECT", Start: 6, Stop: 7}
	if got, want := o.Excerpt(), "== SQL ==\nSELECT\n------^^^\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestErrorShowsThePlaceInGo(t *testing.T) {
	e := New("DIVIDE_BY_ZERO", "Division by zero.").At(Origin{File: "main.go", Line: 7})
	if got, want := e.Error(), "[DIVIDE_BY_ZERO] Division by zero. SQLSTATE: 22012; main.go:7"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
