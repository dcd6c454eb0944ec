package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
)

// step is one line of `spate sql --output steps`; expected lines add Ordered.
type step struct {
	Statement string      `json:"statement"`
	Schema    string      `json:"schema"`
	Rows      [][]*string `json:"rows"`
	Ordered   bool        `json:"ordered"`
	Error     *sparkErr   `json:"error"`
}

type sparkErr struct {
	ErrorClass *string        `json:"errorClass"`
	SQLState   *string        `json:"sqlState"`
	Parameters map[string]any `json:"messageParameters"`
}

func (e *sparkErr) String() string {
	text := "[" + deref(e.ErrorClass) + "] " + deref(e.SQLState)
	if len(e.Parameters) > 0 {
		text += fmt.Sprintf(" %.200v", e.Parameters)
	}
	return text
}

func deref(s *string) string {
	if s == nil {
		return "null"
	}
	return *s
}

// unnamed reports whether Spark gave the error no stable class: any error is as good.
func (e *sparkErr) unnamed() bool {
	return e.ErrorClass == nil || strings.HasPrefix(*e.ErrorClass, "_LEGACY_ERROR_TEMP_")
}

func (e *sparkErr) matches(got *sparkErr) bool {
	return e.unnamed() || deref(e.ErrorClass) == deref(got.ErrorClass) && deref(e.SQLState) == deref(got.SQLState)
}

// runSQL runs one case file in one process; every statement is a verdict.
func runSQL(env environment, name string) []verdict {
	want, err := readSteps(filepath.Join("sql", "expected", name+".jsonl"))
	if err != nil {
		return []verdict{{id: "sql/" + name + ".sql:1", reason: err.Error()}}
	}
	source, err := os.ReadFile(filepath.Join("sql", "cases", name+".sql"))
	if err != nil {
		return []verdict{{id: "sql/" + name + ".sql:1", reason: err.Error()}}
	}
	got, note := env.sql(string(source))
	found := make([]verdict, len(want))
	for i := range want {
		found[i].id = fmt.Sprintf("sql/%s.sql:%d", name, i+1)
		if i >= len(got) {
			found[i].reason = "no answer: " + note
		} else if why := compareStep(want[i], got[i]); why != "" {
			found[i].reason = fmt.Sprintf("%s\n  %s", want[i].Statement, why)
		}
	}
	return found
}

// sql runs the statements and gives their answers with this run's paths hidden again.
func (env environment) sql(source string) (got []step, note string) {
	tmp := filepath.Join(env.work, "tmp")
	warehouse := filepath.Join(env.work, "warehouse")
	file := filepath.Join(env.work, "case.sql")
	text := strings.NewReplacer("${data}", env.data, "${tmp}", tmp).Replace(source)
	if err := os.MkdirAll(tmp, 0o755); err != nil {
		return nil, err.Error()
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return nil, err.Error()
	}
	conf := settings(source)
	conf["spark.sql.warehouse.dir"] = warehouse
	out, note := env.execute(append([]string{"sql", "--output", "steps", "-f", file}, confFlags(conf)...)...)
	hidden := strings.NewReplacer(tmp, "${tmp}", env.data, "${data}", warehouse, "${warehouse}").Replace(string(out))
	got, err := parseSteps([]byte(hidden))
	if err != nil {
		note += " " + err.Error()
	}
	return got, note
}

// settings reads the --SET lines of a case file.
func settings(source string) map[string]string {
	conf := map[string]string{"spark.sql.session.timeZone": "America/Los_Angeles"}
	for line := range strings.Lines(source) {
		if rest, ok := strings.CutPrefix(line, "--SET "); ok {
			k, v, _ := strings.Cut(strings.TrimSpace(rest), "=")
			conf[strings.TrimSpace(k)] = strings.TrimSpace(v)
		}
	}
	return conf
}

func readSteps(file string) ([]step, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return parseSteps(text)
}

func parseSteps(text []byte) ([]step, error) {
	var steps []step
	for line := range bytes.Lines(text) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var s step
		if err := json.Unmarshal(line, &s); err != nil {
			return steps, fmt.Errorf("not a line of JSON: %.80q: %w", line, err)
		}
		steps = append(steps, s)
	}
	return steps, nil
}

// compareStep says how the answer differs from Spark's, or nothing.
func compareStep(want, got step) string {
	switch {
	case want.Error != nil && got.Error != nil:
		if !want.Error.matches(got.Error) {
			return fmt.Sprintf("error %v, Spark has %v", got.Error, want.Error)
		}
		return ""
	case want.Error != nil:
		return fmt.Sprintf("no error, Spark has %v", want.Error)
	case got.Error != nil:
		return fmt.Sprintf("error %v, Spark answers %s", got.Error, strings.Join(limit(lines(want.Rows, false)), " / "))
	case want.Schema != got.Schema:
		return fmt.Sprintf("schema %s\n  Spark  %s", got.Schema, want.Schema)
	}
	return compareRows(lines(want.Rows, !want.Ordered), lines(got.Rows, !want.Ordered))
}

// compareRows names the first row that differs, and of two rows only the cells that do.
func compareRows(want, got []string) string {
	if len(want) != len(got) {
		return fmt.Sprintf("%d rows %s\n  Spark %d %s", len(got), strings.Join(limit(got), " / "), len(want), strings.Join(limit(want), " / "))
	}
	for i := range want {
		if want[i] == got[i] {
			continue
		}
		w, g := strings.Split(want[i], cellEnd), strings.Split(got[i], cellEnd)
		if len(w) != len(g) {
			return fmt.Sprintf("row %d has %d cells, Spark has %d", i+1, len(g), len(w))
		}
		var cells []string
		for j := range w {
			if w[j] != g[j] {
				cells = append(cells, fmt.Sprintf("row %d column %d is %q, Spark has %q", i+1, j+1, g[j], w[j]))
			}
		}
		return strings.Join(limit(cells), "\n  ")
	}
	return ""
}

const cellEnd = "\x1f"

// lines spells each row as one string in which a null differs from every text.
func lines(rows [][]*string, sorted bool) []string {
	out := make([]string, len(rows))
	for i, row := range rows {
		cells := make([]string, len(row))
		for j, c := range row {
			if c == nil {
				cells[j] = "␀"
			} else {
				cells[j] = *c
			}
		}
		out[i] = strings.Join(cells, cellEnd)
	}
	if sorted {
		sort.Strings(out)
	}
	return out
}

func limit(rows []string) []string {
	if len(rows) > 6 {
		return append(slices.Clone(rows[:6]), fmt.Sprintf("… %d in all", len(rows)))
	}
	return rows
}

func TestCompareStep(t *testing.T) {
	const head = `{"statement":"SELECT 1","schema":"struct<a:int,b:string>",`
	const ordered = head + `"ordered":true,"rows":[["1",null],["2","x"]]}`
	const free = head + `"rows":[["1",null],["2","x"]]}`
	const failed = `{"statement":"SELECT 1/0","error":{"errorClass":"DIVIDE_BY_ZERO","sqlState":"22012"}}`
	const legacy = `{"statement":"SELECT x","error":{"errorClass":"_LEGACY_ERROR_TEMP_0029","sqlState":null}}`
	for _, c := range []struct {
		want, got string
		same      bool
	}{
		{free, head + `"rows":[["2","x"],["1",null]]}`, true},
		{ordered, head + `"rows":[["2","x"],["1",null]]}`, false},
		{free, head + `"rows":[["1","NULL"],["2","x"]]}`, false},
		{free, head + `"rows":[["1",null]]}`, false},
		{free, `{"schema":"struct<a:bigint,b:string>","rows":[["1",null],["2","x"]]}`, false},
		{free, failed, false},
		{failed, free, false},
		{failed, failed, true},
		{failed, legacy, false},
		{legacy, failed, true},
	} {
		want, err := parseSteps([]byte(c.want))
		if err != nil {
			t.Fatal(err)
		}
		got, err := parseSteps([]byte(c.got))
		if err != nil {
			t.Fatal(err)
		}
		if why := compareStep(want[0], got[0]); (why == "") != c.same {
			t.Errorf("want %s\ngot %s\nverdict %q, same should be %v", c.want, c.got, why, c.same)
		}
	}
}
