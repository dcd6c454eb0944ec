package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"
)

// streamCase is a parsed streaming/cases file.
type streamCase struct {
	mode     string
	ordered  bool
	conf     map[string]string
	dedup    []string // further flags: --dedup k,ts or --dedup-within-watermark k
	sections []section
}

// section is a file to write, a new script (query.sql), or a run of the query.
type section struct{ name, text string }

// batch is one line of `spate run --output batches`; expected lines add Run.
type batch struct {
	Run       int               `json:"run"`
	BatchID   int64             `json:"batchId"`
	Rows      []json.RawMessage `json:"rows"`
	Watermark *string           `json:"watermark"`
	StateRows int64             `json:"stateRows"`
	Dropped   int64             `json:"droppedByWatermark"`
	Error     *sparkErr         `json:"error"`
}

var marker = regexp.MustCompile(`(?m)^-- (.+) --\n`)

// firstMtime is the modification time of a case's first file; each further file
// is ten seconds younger, so that sources take them in the order of the case.
var firstMtime = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func parseCase(text string) (streamCase, error) {
	c := streamCase{mode: "append", conf: map[string]string{"spark.sql.session.timeZone": "UTC"}}
	at := marker.FindAllStringSubmatchIndex(text, -1)
	head := text
	if len(at) > 0 {
		head = text[:at[0][0]]
	}
	for line := range strings.Lines(head) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case word == "" || strings.HasPrefix(word, "#"):
		case word == "mode":
			c.mode = strings.TrimSpace(rest)
		case word == "ordered":
			c.ordered = true
		case word == "dedup" || word == "dedup-within-watermark":
			c.dedup = []string{"--" + word, strings.TrimSpace(rest)}
		case word == "conf":
			k, v, _ := strings.Cut(rest, "=")
			c.conf[strings.TrimSpace(k)] = strings.TrimSpace(v)
		default:
			return c, fmt.Errorf("unknown header line %q", line)
		}
	}
	runs := false
	for i, m := range at {
		end := len(text)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		s := section{name: text[m[2]:m[3]], text: text[m[1]:end]}
		runs = runs || s.isRun()
		c.sections = append(c.sections, s)
	}
	if !runs {
		c.sections = append(c.sections, section{name: "run"})
	}
	return c, nil
}

func (s section) isRun() bool { return s.name == "run" || strings.HasPrefix(s.name, "run ") }

// options are the words k=v after "run".
func (s section) options() map[string]string {
	found := map[string]string{}
	for _, word := range strings.Fields(s.name)[1:] {
		k, v, _ := strings.Cut(word, "=")
		found[k] = v
	}
	return found
}

// runStreaming plays one case; the whole case is one verdict.
func runStreaming(env environment, name string) []verdict {
	v := verdict{id: "streaming/" + name}
	if err := playCase(env, name); err != nil {
		v.reason = err.Error()
	}
	return []verdict{v}
}

func playCase(env environment, name string) error {
	source, err := os.ReadFile(filepath.Join("streaming", "cases", name+".txt"))
	if err != nil {
		return err
	}
	c, err := parseCase(string(source))
	if err != nil {
		return err
	}
	want, err := readBatches(filepath.Join("streaming", "expected", name+".jsonl"))
	if err != nil {
		return err
	}
	var script string
	mtime, run := firstMtime, 0
	for _, s := range c.sections {
		switch {
		case s.name == "query.sql":
			script = s.text
		case s.isRun():
			run++
			got, note := env.stream(c, script, s.options())
			if err := compareRun(c, script, ofRun(want, run), got); err != nil {
				return fmt.Errorf("run %d: %w %s", run, err, note)
			}
		default:
			if err := env.put(s, mtime); err != nil {
				return err
			}
			mtime = mtime.Add(10 * time.Second)
		}
	}
	return nil
}

func (env environment) put(s section, mtime time.Time) error {
	file := filepath.Join(env.work, filepath.FromSlash(s.name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(file, []byte(s.text), 0o644); err != nil {
		return err
	}
	return os.Chtimes(file, mtime, mtime)
}

// stream runs the query over the files that are there, until they are used up.
func (env environment) stream(c streamCase, script string, options map[string]string) (got []batch, note string) {
	file := filepath.Join(env.work, "query.sql")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(script, "${in}", env.work)), 0o644); err != nil {
		return nil, err.Error()
	}
	mode := c.mode
	if m, ok := options["mode"]; ok {
		mode = m
	}
	args := []string{"run", "--output", "batches", "--available-now",
		"--checkpoint", filepath.Join(env.work, "checkpoint"), "--output-mode", mode}
	args = append(args, c.dedup...)
	if n, ok := options["max-batches"]; ok {
		args = append(args, "--max-batches", n)
	}
	conf := map[string]string{"spark.sql.warehouse.dir": filepath.Join(env.work, "warehouse")}
	for k, v := range c.conf {
		conf[k] = v
	}
	for k, v := range options {
		if strings.HasPrefix(k, "spark.") {
			conf[k] = v
		}
	}
	out, note := env.execute(append(append(args, confFlags(conf)...), file)...)
	got, err := parseBatches(out)
	if err != nil {
		note += " " + err.Error()
	}
	return got, note
}

func ofRun(all []batch, run int) []batch {
	var found []batch
	for _, b := range all {
		if b.Run == run {
			found = append(found, b)
		}
	}
	return found
}

func readBatches(file string) ([]batch, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return parseBatches(text)
}

func parseBatches(text []byte) ([]batch, error) {
	var all []batch
	for line := range bytes.Lines(text) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var b batch
		if err := json.Unmarshal(line, &b); err != nil {
			return all, fmt.Errorf("not a line of JSON: %.80q: %w", line, err)
		}
		all = append(all, b)
	}
	return all, nil
}

// compareRun says how one run's batches differ from Spark's.
func compareRun(c streamCase, script string, want, got []batch) error {
	counts := exactCounts(script)
	for i := range want {
		if i >= len(got) {
			return fmt.Errorf("%d batches or errors, Spark has %d", len(got), len(want))
		}
		if err := compareBatch(want[i], got[i], c.ordered, counts); err != nil {
			return err
		}
	}
	if len(got) > len(want) {
		return fmt.Errorf("%d batches or errors, Spark has %d", len(got), len(want))
	}
	return nil
}

func compareBatch(want, got batch, ordered, exact bool) error {
	switch {
	case want.Error != nil && got.Error != nil:
		if !want.Error.matches(got.Error) {
			return fmt.Errorf("error %v, Spark has %v", got.Error, want.Error)
		}
		return nil
	case want.Error != nil:
		return fmt.Errorf("no error, Spark has %v", want.Error)
	case got.Error != nil:
		return fmt.Errorf("error %v, Spark runs batch %d", got.Error, want.BatchID)
	case want.BatchID != got.BatchID:
		return fmt.Errorf("batch %d, Spark runs %d", got.BatchID, want.BatchID)
	}
	w, g := canonical(want.Rows, ordered), canonical(got.Rows, ordered)
	dropped := want.Dropped == got.Dropped || !exact && want.Dropped > 0 && got.Dropped > 0
	switch {
	case !slices.Equal(w, g):
		return fmt.Errorf("batch %d\n  rows  %s\n  Spark %s", want.BatchID, strings.Join(g, " "), strings.Join(w, " "))
	case deref(want.Watermark) != deref(got.Watermark):
		return fmt.Errorf("batch %d: watermark %s, Spark has %s", want.BatchID, deref(got.Watermark), deref(want.Watermark))
	case want.StateRows != got.StateRows:
		return fmt.Errorf("batch %d: %d state rows, Spark has %d", want.BatchID, got.StateRows, want.StateRows)
	case !dropped:
		return fmt.Errorf("batch %d: %d rows dropped by the watermark, Spark has %d", want.BatchID, got.Dropped, want.Dropped)
	}
	return nil
}

var aggregates = regexp.MustCompile(`(?i)\bGROUP\s+BY\b|\bDISTINCT\b`)

// exactCounts reports whether late rows are counted one by one: before an
// aggregate Spark counts them after partial aggregation.
func exactCounts(script string) bool { return !aggregates.MatchString(script) }

// canonical spells rows alike however they are spaced and escaped.
func canonical(rows []json.RawMessage, ordered bool) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		d := json.NewDecoder(bytes.NewReader(r))
		d.UseNumber()
		var v any
		if err := d.Decode(&v); err != nil {
			out[i] = strconv.Quote(string(r))
			continue
		}
		text, err := json.Marshal(v)
		if err != nil {
			text = r
		}
		out[i] = string(text)
	}
	if !ordered {
		sort.Strings(out)
	}
	return out
}

func TestCompareBatch(t *testing.T) {
	const base = `{"batchId":1,"rows":[{"a":1},{"b":2}],"watermark":null,"stateRows":2,"droppedByWatermark":3}`
	for _, c := range []struct {
		got     string
		ordered bool
		exact   bool
		same    bool
	}{
		{`{"batchId":1,"rows":[{"b": 2}, {"a": 1}],"stateRows":2,"droppedByWatermark":3}`, false, true, true},
		{`{"batchId":1,"rows":[{"b":2},{"a":1}],"stateRows":2,"droppedByWatermark":3}`, true, true, false},
		{`{"batchId":1,"rows":[{"a":1.0},{"b":2}],"stateRows":2,"droppedByWatermark":3}`, false, true, false},
		{`{"batchId":1,"rows":[{"a":1},{"b":2}],"stateRows":2,"droppedByWatermark":1}`, false, true, false},
		{`{"batchId":1,"rows":[{"a":1},{"b":2}],"stateRows":2,"droppedByWatermark":1}`, false, false, true},
		{`{"batchId":1,"rows":[{"a":1},{"b":2}],"stateRows":2,"droppedByWatermark":0}`, false, false, false},
		{`{"batchId":1,"rows":[{"a":1},{"b":2}],"stateRows":1,"droppedByWatermark":3}`, false, true, false},
		{`{"batchId":2,"rows":[{"a":1},{"b":2}],"stateRows":2,"droppedByWatermark":3}`, false, true, false},
		{`{"batchId":1,"rows":[{"a":1},{"b":2}],"watermark":"1970-01-01T00:00:00.000Z","stateRows":2,"droppedByWatermark":3}`, false, true, false},
	} {
		want, err := parseBatches([]byte(base))
		if err != nil {
			t.Fatal(err)
		}
		got, err := parseBatches([]byte(c.got))
		if err != nil {
			t.Fatal(err)
		}
		if err := compareBatch(want[0], got[0], c.ordered, c.exact); (err == nil) != c.same {
			t.Errorf("got %s: verdict %v, same should be %v", c.got, err, c.same)
		}
	}
}

func TestParseCase(t *testing.T) {
	c, err := parseCase("# doc\nmode update\nconf a.b=c=d\n-- query.sql --\nSELECT 1;\n-- in/1.json --\n{}\n-- run max-batches=2 spark.x=1 --\n")
	if err != nil {
		t.Fatal(err)
	}
	if c.mode != "update" || c.conf["a.b"] != "c=d" || len(c.sections) != 3 {
		t.Fatalf("parsed %+v", c)
	}
	if o := c.sections[2].options(); o["max-batches"] != "2" || o["spark.x"] != "1" {
		t.Errorf("options %v", o)
	}
	if c.sections[1].text != "{}\n" {
		t.Errorf("file %q", c.sections[1].text)
	}
	if _, err := parseCase("mood append\n"); err == nil {
		t.Error("an unknown header line must be refused")
	}
}
