package parser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sparkerr"
)

// FuzzStatement: any text ends in a plan or in an error with a class and a
// place, and a plan can be printed.
func FuzzStatement(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txt")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, c := range strings.Split(string(text), divider) {
			sql, _, _ := strings.Cut(c, "\n=>\n")
			f.Add(sql)
		}
	}
	f.Fuzz(func(t *testing.T, sql string) {
		s, err := Statement(sql, Options{})
		if err == nil {
			plan.Dump(s)
			return
		}
		if e := sparkerr.As(err); e == nil || e.Class == "" || e.Kind == sparkerr.Internal {
			t.Fatalf("%q: %v", sql, err)
		}
		_ = err.Error()
	})
}

// FuzzSplit: spans ascend, do not overlap, and hold no blanks at their ends.
func FuzzSplit(f *testing.F) {
	f.Add("SELECT 1; SELECT ';' -- ;\n; BEGIN SELECT 1; END; x")
	f.Add("l: BEGIN IF a THEN b; END IF; END; /* ; */ y")
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, s := range SplitStatements(text) {
			if s.Start < end || s.Stop <= s.Start || s.Stop > len(text) {
				t.Fatalf("%q: span %+v after %d", text, s, end)
			}
			end = s.Stop
		}
	})
}
