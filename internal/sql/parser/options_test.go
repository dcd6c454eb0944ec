package parser

import (
	"strings"
	"testing"

	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sparkerr"
)

func TestOptions(t *testing.T) {
	for _, c := range []struct {
		expr string
		o    Options
		want string
	}{
		{`"a b"`, Options{}, `"a b"`},
		{`"a b".c`, Options{DoubleQuotedIdentifiers: true}, "`a b`.c"},
		{"CAST(a AS timestamp)", Options{}, "cast(a as timestamp)"},
		{"CAST(a AS timestamp)", Options{NTZ: true}, "cast(a as timestamp_ntz)"},
		{"TIMESTAMP '2020-01-01'", Options{NTZ: true}, `timestamp_ntz"2020-01-01"`},
		{"TIMESTAMP_LTZ '2020-01-01'", Options{NTZ: true}, `timestamp"2020-01-01"`},
		{"INTERVAL 1 MONTH 2 DAYS", Options{LegacyInterval: true}, "{1 2 0}:interval"},
		{"INTERVAL '1 02' DAY TO HOUR", Options{LegacyInterval: true}, "{0 1 7200000000}:interval"},
		{"`a.*`", Options{RegexColumns: true}, `ColRegex{Pattern="a.*"}`},
		{"user", Options{}, "user"},
	} {
		e, err := Expr(c.expr, c.o)
		if err != nil || plan.ExprString(e) != c.want {
			t.Errorf("%s %+v: got %s, %v, want %s", c.expr, c.o, plan.ExprString(e), err, c.want)
		}
	}
	for _, sql := range []string{"SELECT user FROM t", "SELECT 1 AS where", "SELECT a FROM t full"} {
		if _, err := Statement(sql, Options{Reserved: true}); sparkerr.ClassOf(err) != "PARSE_SYNTAX_ERROR" {
			t.Errorf("%s with reserved words: %v", sql, err)
		}
	}
}

func TestName(t *testing.T) {
	for text, want := range map[string]string{"a": "a", "a . `b.c` .d": "a|b.c|d", "1a.b": "1a|b", "select.from": "select|from"} {
		if got, err := Name(text); err != nil || strings.Join(got, "|") != want {
			t.Errorf("%q: got %q, %v", text, got, err)
		}
	}
	for text, class := range map[string]string{"": "PARSE_SYNTAX_ERROR", "a.": "PARSE_SYNTAX_ERROR", "a b": "PARSE_SYNTAX_ERROR", "a-b": "INVALID_IDENTIFIER"} {
		if got, err := Name(text); sparkerr.ClassOf(err) != class {
			t.Errorf("%q: got %q, %v, want %s", text, got, err, class)
		}
	}
}

func TestSortKeys(t *testing.T) {
	keys, err := SortKeys("a DESC, b + 1 NULLS LAST", Options{})
	if err != nil || len(keys) != 2 || keys[0].String() != "a DESC" || keys[1].String() != "+(b, 1) NULLS LAST" {
		t.Errorf("got %v, %v", keys, err)
	}
}

// TestOrigins: a node covers the text the user wrote for it.
func TestOrigins(t *testing.T) {
	sql := "SELECT a + b * 2 AS c, f( x ).y FROM s.t u WHERE a IS NOT NULL"
	s, err := Statement(sql, Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := s.(*plan.Query).Relation.(*plan.Project)
	sum := p.Exprs[0].(*plan.Alias)
	filter := p.Child.(*plan.Filter)
	for _, c := range []struct {
		o    sparkerr.Origin
		want string
	}{
		{s.Where(), sql},
		{sum.Where(), "a + b * 2 AS c"},
		{sum.Child.Where(), "a + b * 2"},
		{sum.Child.(*plan.Call).Args[1].Where(), "b * 2"},
		{p.Exprs[1].Where(), "f( x ).y"},
		{filter.Cond.Where(), "a IS NOT NULL"},
		{filter.Child.Where(), "s.t u"},
		{filter.Child.(*plan.Aliased).Child.Where(), "s.t"},
	} {
		if got := c.o.Fragment(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
