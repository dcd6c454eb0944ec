package sqltest

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/spatestream/spate/sparkerr"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Golden shows each query of testdata/*.txt and compares. A query stands
// behind "-- " at the start of a line, what show makes of it below. A file has
// a world of its own.
func Golden(t *testing.T, show func(w *World, sql string) string) {
	files, _ := filepath.Glob("testdata/*.txt")
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) { golden(t, f, show) })
	}
}

func golden(t *testing.T, file string, show func(w *World, sql string) string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	w := New()
	var out strings.Builder
	for _, block := range strings.Split("\n"+string(text), "\n-- ")[1:] {
		sql, want, _ := strings.Cut(block, "\n")
		got := show(w, sql)
		out.WriteString("-- " + sql + "\n" + got + "\n")
		if strings.TrimSpace(want) != strings.TrimSpace(got) && !*update {
			t.Errorf("%s\n--- got\n%s--- want\n%s", sql, got, want)
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(strings.TrimSpace(out.String())+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// Refusal is an error's condition and first line, without the SQL text.
func Refusal(err error) string {
	e := sparkerr.As(err)
	if e == nil {
		return "! " + err.Error() + "\n"
	}
	first, _, _ := strings.Cut(e.Message, "\n")
	return "! " + e.Class + ": " + first + "\n"
}

var attrID = regexp.MustCompile(`#\d+`)

// Numbered gives attributes numbers in the order in which they appear.
func Numbered(plan string) string {
	seen := map[string]string{}
	return attrID.ReplaceAllStringFunc(plan, func(s string) string {
		if seen[s] == "" {
			seen[s] = "#" + strconv.Itoa(len(seen)+1)
		}
		return seen[s]
	})
}
