// Package optest runs chains of operators against scripts that people can
// read, at every batch size and form of column, with a save and restore after
// every epoch, at another number of tasks after it. Only the plainest run is
// compared with the text; the others are compared with it.
//
// A script is a file of cases separated by blank lines:
//
//	# W4: a window is emitted when the watermark passes its end.
//	chain count by window mode=append
//	in window
//	push [10s,15s) [10s,15s)
//	wm 5s
//	push [25s,30s)
//	wm 15s
//	----
//	wm 5s:
//	wm 15s: [10s,15s),2
//
// chain names what the test's builder makes; in gives the types of the columns
// of input 0 (in1: of input 1); push hands rows to it, columns separated by
// commas: 10s is a timestamp, [10s,15s) a window, - null; wm ends the epoch
// and advances. end stands for wm at the end of a bounded run. Below the line
// stands what each epoch emitted, sorted, and how many rows came late.
//
// Production code must not import it.
package optest

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/sqltype"
)

// Script is one case.
type Script struct {
	Name   string
	Chain  string // what to build
	Inputs []*sqltype.Struct
	Epochs []Epoch
	Want   string
}

// Epoch is the rows of one epoch and the watermark that ends it.
type Epoch struct {
	Rows  []Row
	Until eventtime.Watermark // eventtime.End: the end of a bounded run
}

// Row is a row of an input.
type Row struct {
	In     int
	Values columnar.Row
}

// Window is the type of window columns.
var Window = sqltype.NewStruct(sqltype.F("start", sqltype.Timestamp), sqltype.F("end", sqltype.Timestamp))

var typeNames = map[string]sqltype.Type{
	"window": Window, "time": sqltype.Timestamp, "string": sqltype.String, "long": sqltype.Long,
	"int": sqltype.Int, "double": sqltype.Double, "bool": sqltype.Boolean,
}

// Load reads the scripts of the files that match.
func Load(t *testing.T, glob string) []Script {
	t.Helper()
	files, _ := filepath.Glob(glob)
	if len(files) == 0 {
		t.Fatalf("no scripts match %s", glob)
	}
	var all []Script
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for i, part := range strings.Split(strings.TrimSpace(string(text)), "\n\n") {
			s, err := parse(part)
			if err != nil {
				t.Fatalf("%s, case %d: %v", f, i+1, err)
			}
			all = append(all, s)
		}
	}
	return all
}

func parse(text string) (Script, error) {
	head, want, _ := strings.Cut(text, "----\n")
	s := Script{Want: strings.TrimSpace(want)}
	var open Epoch
	for _, line := range strings.Split(strings.TrimSpace(head), "\n") {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		var err error
		switch {
		case word == "#":
			s.Name = strings.TrimSpace(s.Name + " " + rest)
		case word == "chain":
			s.Chain = rest
		case strings.HasPrefix(word, "in"):
			s.Inputs = append(s.Inputs, schema(strings.Fields(rest)))
		case strings.HasPrefix(word, "push"):
			in, _ := strconv.Atoi(strings.TrimPrefix(word, "push"))
			open.Rows, err = s.rows(open.Rows, in, strings.Fields(rest))
		case word == "wm" || word == "end":
			open.Until = eventtime.End
			if word == "wm" {
				var t eventtime.Time
				t, err = instant(rest)
				open.Until = eventtime.Watermark(t.Millis())
			}
			s.Epochs = append(s.Epochs, open)
			open = Epoch{}
		default:
			err = fmt.Errorf("no such line: %s", line)
		}
		if err != nil {
			return s, err
		}
	}
	return s, nil
}

func schema(names []string) *sqltype.Struct {
	s := &sqltype.Struct{}
	for i, n := range names {
		s.Fields = append(s.Fields, sqltype.F(fmt.Sprintf("c%d", i), typeNames[n]))
	}
	return s
}

func (s *Script) rows(to []Row, in int, words []string) ([]Row, error) {
	for _, w := range words {
		r := Row{In: in}
		for i, x := range fields(w) {
			v, err := value(s.Inputs[in].Fields[i].Type, x)
			if err != nil {
				return nil, err
			}
			r.Values = append(r.Values, v)
		}
		to = append(to, r)
	}
	return to, nil
}

// fields splits at commas outside windows.
func fields(w string) []string {
	var out []string
	depth, from := 0, 0
	for i, c := range w {
		switch {
		case c == '[':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			out = append(out, w[from:i])
			from = i + 1
		}
	}
	return append(out, w[from:])
}

func value(t sqltype.Type, x string) (any, error) {
	if x == "-" {
		return nil, nil
	}
	switch t.Kind() {
	case sqltype.KindTimestamp:
		return instant(x)
	case sqltype.KindStruct:
		lo, hi, _ := strings.Cut(strings.Trim(x, "[)"), ",")
		a, err := instant(lo)
		if err != nil {
			return nil, err
		}
		b, err := instant(hi)
		return columnar.Row{a, b}, err
	case sqltype.KindLong:
		return strconv.ParseInt(x, 10, 64)
	case sqltype.KindInt:
		n, err := strconv.ParseInt(x, 10, 32)
		return int32(n), err
	case sqltype.KindDouble:
		return strconv.ParseFloat(x, 64)
	case sqltype.KindBoolean:
		return x == "true", nil
	}
	return x, nil
}

func instant(x string) (eventtime.Time, error) {
	f, err := strconv.ParseFloat(strings.TrimSuffix(x, "s"), 64)
	return eventtime.Time(math.Round(f * 1e6)), err
}

// Text is a row as scripts write it.
func Text(r columnar.Row) string {
	words := make([]string, len(r))
	for i, v := range r {
		words[i] = word(v)
	}
	return strings.Join(words, ",")
}

func word(v any) string {
	switch v := v.(type) {
	case nil:
		return "-"
	case eventtime.Time:
		return strconv.FormatFloat(float64(v)/1e6, 'f', -1, 64) + "s"
	case columnar.Row:
		return "[" + Text(v) + ")"
	}
	return fmt.Sprint(v)
}

// transcript is what epochs emitted, as the lower half of a script.
func transcript(s Script, runs [][]string, late []int64) string {
	var b strings.Builder
	for i, e := range s.Epochs {
		if e.Until == eventtime.End {
			b.WriteString("end:")
		} else {
			fmt.Fprintf(&b, "wm %s:", word(e.Until.Time()))
		}
		sort.Strings(runs[i])
		for _, r := range runs[i] {
			b.WriteString(" " + r)
		}
		if late[i] > 0 {
			fmt.Fprintf(&b, " late=%d", late[i])
		}
		b.WriteByte('\n')
	}
	return strings.TrimSpace(b.String())
}
