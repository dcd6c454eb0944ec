package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/spatestream/spate/internal/expr/fn"
	"github.com/spatestream/spate/internal/session"
)

// TestReference: docs/configuration.md and docs/functions.md say what the
// program knows. go test ./cmd/spate -run Reference -update writes them.
func TestReference(t *testing.T) {
	for name, text := range map[string]string{"configuration.md": configuration(), "functions.md": functionReference()} {
		file := filepath.Join("..", "..", "docs", name)
		if *update {
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		old, err := os.ReadFile(file)
		if err != nil || string(old) != text {
			t.Errorf("docs/%s is stale: go test ./cmd/spate -run Reference -update (%v)", name, err)
		}
	}
}

const generated = "<!-- written by go test ./cmd/spate -run Reference -update -->\n\n"

func configuration() string {
	var b, inert strings.Builder
	b.WriteString("# Configuration\n\n" + generated)
	b.WriteString("Keys keep Spark's names; those of Spate begin with `spate.`. They are set with\n" +
		"`--conf key=value`, in SQL with `SET key = value` and in Go with `NewSession` or\n" +
		"`Conf().Set`. An unknown key that begins with `spate.` is refused, and the nearest\n" +
		"one is named; other unknown keys are kept, and a note says that they have no effect.\n" +
		"A streaming query takes the configuration as it is when it starts; what its\n" +
		"checkpoint pins is marked so below.\n\n" +
		"| key | default | meaning |\n|---|---|---|\n")
	inert.WriteString("\n## Accepted without effect\n\nPrograms written for Spark set these; here they change nothing, and a note says so once.\n\n| key | default |\n|---|---|\n")
	for _, k := range session.Keys() {
		def := "(empty)"
		if k.Default != "" {
			def = "`" + k.Default + "`"
		}
		if !k.Effect {
			fmt.Fprintf(&inert, "| `%s` | %s |\n", k.Name, def)
			continue
		}
		doc := k.Doc
		if k.Static {
			doc += "; fixed when the session is made"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", k.Name, def, doc)
	}
	return b.String() + inert.String()
}

// entry is one function of the reference.
type entry struct{ name, group, usage, example string }

func functionReference() string {
	groups := map[string][]entry{}
	for _, f := range fn.All() {
		e := describe(f)
		groups[e.group] = append(groups[e.group], e)
	}
	names := make([]string, 0, len(groups))
	count := 0
	for n, list := range groups {
		names = append(names, n)
		count += len(list)
	}
	sort.Strings(names)
	var b strings.Builder
	fmt.Fprintf(&b, "# Functions\n\n%s", generated)
	fmt.Fprintf(&b, "The %d built-in functions, under Spark's names. Operators (`a + b`) are functions\ntoo. `DESCRIBE FUNCTION name` shows the same; `SHOW FUNCTIONS` lists them. Other names\nof a function stand in brackets. Results are what the program answers,\nof aggregates over rows (x, y) of (1, 10), (2, 30), (2, 20), or x of true, false.\n", count)
	for _, n := range names {
		title := n
		if title == "" {
			title = "others"
		}
		fmt.Fprintf(&b, "\n## %s\n\n| function | meaning | example | result |\n|---|---|---|---|\n", title)
		for _, e := range groups[n] {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", e.name, cell(e.usage), code(e.example), code(result(e.example)))
		}
	}
	return b.String()
}

func describe(f fn.Function) entry {
	var e entry
	var alias []string
	switch {
	case f.Scalar != nil:
		e, alias = entry{f.Scalar.Name, f.Scalar.Group, f.Scalar.Usage, f.Scalar.Example}, f.Scalar.Alias
	case f.Aggregate != nil:
		e, alias = entry{f.Aggregate.Name, f.Aggregate.Group, f.Aggregate.Usage, f.Aggregate.Example}, f.Aggregate.Alias
	default:
		e = entry{f.Table.Name, f.Table.Group, f.Table.Usage, f.Table.Example}
	}
	e.name = code(e.name)
	if len(alias) > 0 {
		e.name += " (" + strings.Join(alias, ", ") + ")"
	}
	return e
}

// cell keeps a text from ending a cell of a table.
func cell(text string) string {
	return strings.NewReplacer("|", "\\|", "\n", " ").Replace(text)
}

func code(text string) string {
	if text = cell(text); text == "" {
		return ""
	}
	if strings.Contains(text, "`") {
		return "`` " + text + " ``"
	}
	return "`" + text + "`"
}

// changing are parts of the examples whose result differs from run to run.
var changing = []string{"rand", "uuid", "current_", "curdate", "now()", "shuffle", "localtimestamp", "monotonically", "input_file", "session_user", "user()", "unix_timestamp()", "version()", "spark_partition_id"}

// result answers an example that needs no input and is always the same.
func result(example string) string {
	if example == "" {
		return ""
	}
	for _, c := range changing {
		if strings.Contains(strings.ToLower(example), c) {
			return ""
		}
	}
	for _, from := range []string{"", " FROM VALUES (1, 10), (2, 30), (2, 20) AS t(x, y)", " FROM VALUES (true), (false) AS t(x)"} {
		var out, errOut bytes.Buffer
		if run(context.Background(), []string{"sql", "--conf", "spark.sql.session.timeZone=UTC", "--conf", "spate.parallelism=1", "--output", "tsv", "-e", "SELECT " + example + from}, nil, &out, &errOut) == 0 {
			return strings.ReplaceAll(strings.TrimSuffix(out.String(), "\n"), "\n", " / ")
		}
	}
	return ""
}
