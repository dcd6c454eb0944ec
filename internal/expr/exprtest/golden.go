package exprtest

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Golden compares with answers of Apache Spark. A line of the file is ansi
// mode, expression, then type and value as JSON text, or "!" and the error
// condition; fields are cut by tabs. known names expressions that differ, with
// the reason. Lines that call a function the registry has not are counted in
// the log.
func Golden(t *testing.T, path, zone string, known map[string]string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	missing := 0
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		f := strings.Split(line, "\t")
		want := f[2]
		if len(f) > 3 && !strings.HasPrefix(want, "!") {
			want += " " + f[3]
		}
		got := answer(f[1], &expr.Session{ANSI: f[0] == "true", Zone: zone})
		if got == "!"+errNoFunction.Error() {
			missing++
		} else if got != want && known[f[1]] == "" {
			t.Errorf("%d: ansi %s: %s\n got %s\nwant %s", i+1, f[0], f[1], got, want)
		}
	}
	t.Logf("%d lines call functions that are missing", missing)
}

// answer evaluates an expression without columns and prints it as the file
// does.
func answer(text string, s *expr.Session) string {
	p := &parser{s: text, session: s}
	n, a, err := p.parse()
	if err != nil {
		return "!" + condition(err)
	}
	if a != nil {
		return "!aggregate"
	}
	e, err := expr.Compile(n, &expr.Context{ANSI: s.ANSI, Zone: s.Zone})
	if err != nil {
		return "!" + condition(err)
	}
	v, err := e.Eval(&columnar.Batch{Len: 1, Schema: &sqltype.Struct{}}, nil)
	if err != nil {
		return "!" + condition(err)
	}
	if v.IsNull(0) {
		return n.Type().String() + " null"
	}
	var out strings.Builder
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	pr := printer(s)
	_ = enc.Encode(string(pr.Append(nil, v, 0)))
	return n.Type().String() + " " + strings.TrimSpace(out.String())
}

func condition(err error) string {
	if c := sparkerr.ClassOf(err); c != "" {
		return c
	}
	return err.Error()
}

// TypeMatrix compares result types and refusals with those of Apache Spark.
// The head of the file names the columns: a line is ansi mode, an expression
// over columns A and B, the column A stands for, then for each column as B the
// type or "!" and the condition (within DATATYPE_MISMATCH without that); where
// A is "-" the columns stand for A. A "?" is not compared, and operands that
// do not go together may be refused as unlike or as wrong.
func TypeMatrix(t *testing.T, path string, columns map[string]sqltype.Type) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	names := strings.Split(lines[0], "\t")[3:]
	var cols []*expr.Column
	for i, n := range names {
		cols = append(cols, &expr.Column{Ordinal: i, Name: n, T: columns[n], Null: true})
	}
	for _, line := range lines[1:] {
		f := strings.Split(line, "\t")
		for i, want := range f[3:] {
			e := strings.NewReplacer("A", f[2], "B", names[i]).Replace(f[1])
			if f[2] == "-" {
				e = strings.ReplaceAll(f[1], "A", names[i])
			}
			got := typeOf(e, &expr.Session{ANSI: f[0] == "true", Zone: "UTC"}, cols)
			if want != "?" && got != want && got != "!"+errNoFunction.Error() && !bothRefuse(got, want) {
				t.Errorf("ansi %s: %s is %s, want %s", f[0], e, got, want)
			}
		}
	}
}

func bothRefuse(a, b string) bool {
	return strings.HasPrefix(a, "!BINARY_OP_") && strings.HasPrefix(b, "!BINARY_OP_")
}

func typeOf(text string, s *expr.Session, columns []*expr.Column) string {
	n, a, err := (&parser{s: text, session: s, columns: columns}).parse()
	if err == nil && a != nil {
		sig, err := a.f.Resolve(s, expr.ArgsOf(a.args))
		if err == nil {
			return sig.Result.String()
		}
		return "!" + strings.TrimPrefix(condition(err), "DATATYPE_MISMATCH.")
	}
	if err != nil {
		return "!" + strings.TrimPrefix(condition(err), "DATATYPE_MISMATCH.")
	}
	return n.Type().String()
}

// Names compares how expressions print with the names Apache Spark gives
// unaliased columns: lines of expression and name, cut by a tab.
func Names(t *testing.T, path, zone string, known map[string]string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		e, want, _ := strings.Cut(line, "\t")
		n, _, err := (&parser{s: e, session: &expr.Session{ANSI: true, Zone: zone}}).parse()
		if err == nil && n != nil && n.String() != want && known[e] == "" {
			t.Errorf("%s\n got %s\nwant %s", e, n, want)
		}
	}
}
