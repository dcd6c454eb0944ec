package parser

import (
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sparkerr"
)

// TestDeepTexts: what nests without end is refused, not a stack overflow, and
// in time that grows with the text, not with its powers.
func TestDeepTexts(t *testing.T) {
	deep := func(open, middle, shut string, n int) string {
		return strings.Repeat(open, n) + middle + strings.Repeat(shut, n)
	}
	for name, sql := range map[string]string{
		"parentheses": "SELECT " + deep("(", "1", ")", 20000),
		"open":        "SELECT " + strings.Repeat("(", 20000),
		"not":         "SELECT " + strings.Repeat("NOT ", 20000) + "a",
		"minus":       "SELECT " + strings.Repeat("- ", 20000) + "a",
		"calls":       "SELECT " + deep("f(", "a", ")", 20000),
		"forms":       "SELECT " + deep("substring(", "a", ")", 20000),
		"trims":       "SELECT " + deep("trim(", "a", ")", 20000),
		"case":        "SELECT " + deep("CASE WHEN ", "a", " THEN 1 END", 20000),
		"queries":     deep("(", "SELECT 1", ")", 20000),
		"subqueries":  deep("SELECT (", "SELECT 1", ")", 20000),
		"relations":   "SELECT * FROM " + deep("(", "t", ")", 20000),
		"from":        deep("SELECT * FROM (", "t", ")", 20000),
		"types":       "SELECT CAST(a AS " + deep("ARRAY<", "INT", ">", 20000) + ")",
		"sets":        "SELECT a FROM t GROUP BY GROUPING SETS (" + deep("GROUPING SETS (", "a", ")", 20000) + ")",
		"explain":     strings.Repeat("EXPLAIN ", 20000) + "SELECT 1",
		"plus":        "SELECT 1" + strings.Repeat(" + 1", 20000),
		"unions":      "SELECT 1" + strings.Repeat(" UNION SELECT 1", 20000),
		"joins":       "SELECT * FROM t" + strings.Repeat(" JOIN t", 20000),
		"commas":      "SELECT * FROM t" + strings.Repeat(", t", 20000),
		"fields":      "SELECT f(x)" + strings.Repeat(".a", 20000),
		"casts":       "SELECT a" + strings.Repeat("::int", 20000),
		"pipes":       "TABLE t" + strings.Repeat(" |> WHERE a", 20000),
		"lambdas":     "SELECT " + strings.Repeat("x -> ", 20000) + "x",
		"views":       "SELECT * FROM t" + strings.Repeat(" LATERAL VIEW f(x) u", 20000),
		"with":        strings.Repeat("WITH a AS (", 20000),
		"pivots":      "SELECT * FROM t" + strings.Repeat(" PIVOT (f(a) FOR b IN (1))", 20000),
		"cases":       "SELECT " + deep("CASE ", "a", " WHEN 1 THEN 2 WHEN 3 THEN 4 END", 300),
		"likes":       "SELECT " + deep("(", "a", ") LIKE ANY ('x', 'y', 'z')", 300),
		"named":       "SELECT f(" + strings.Repeat("a => ", 20000) + "1)",
	} {
		begin := time.Now()
		_, err := Statement(sql, Options{})
		if class := sparkerr.ClassOf(err); class != "FAILED_TO_PARSE_TOO_COMPLEX" && class != "PARSE_SYNTAX_ERROR" {
			t.Errorf("%s: %.200v", name, err)
		}
		if d := time.Since(begin); d > 5*time.Second {
			t.Errorf("%s took %v", name, d)
		}
	}
}

// TestWideTexts: what is only long is fine.
func TestWideTexts(t *testing.T) {
	for name, sql := range map[string]string{
		"or":     "SELECT a = 1" + strings.Repeat(" OR a = 2", 50000),
		"in":     "SELECT a IN (1" + strings.Repeat(", 2", 50000) + ")",
		"values": "VALUES (1)" + strings.Repeat(", (2)", 50000),
		"list":   "SELECT a" + strings.Repeat(", b", 50000),
		"nested": "SELECT " + strings.Repeat("(", 100) + "1" + strings.Repeat(")", 100),
	} {
		s, err := Statement(sql, Options{})
		if err != nil {
			t.Errorf("%s: %.200v", name, err)
			continue
		}
		plan.Dump(s)
	}
}
