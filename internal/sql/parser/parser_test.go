package parser

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sparkerr"
)

var update = flag.Bool("update", false, "rewrite the expected plans in testdata")

// TestPlans reads testdata/*.txt: statements, each with its plan or error
// below it, divided by lines of dashes.
func TestPlans(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no testdata", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { checkPlans(t, file) })
	}
}

const divider = "\n----\n"

func checkPlans(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cases := strings.Split(strings.TrimSuffix(string(text), divider), divider)
	for i, c := range cases {
		sql, want, _ := strings.Cut(c, "\n=>\n")
		sql = strings.TrimSuffix(sql, "\n=>") // a new case, before -update
		got := strings.TrimRight(outcome(sql), "\n")
		if got != strings.TrimRight(want, "\n") && !*update {
			t.Errorf("%s\n got\n%s\nwant\n%s", sql, got, want)
		}
		cases[i] = sql + "\n=>\n" + got
	}
	if *update {
		if err := os.WriteFile(file, []byte(strings.Join(cases, divider)+divider), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// outcome is the plan, or class, place and parameters of the error.
func outcome(sql string) string {
	s, err := Statement(sql, Options{})
	if err == nil {
		return plan.Dump(s)
	}
	e := sparkerr.As(err)
	out := "ERROR " + e.Class + " at " + e.Origin.String()
	for _, n := range e.ParamNames() {
		out += " " + n + "=" + e.Params[n]
	}
	return out
}
