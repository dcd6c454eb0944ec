package exprtest

import (
	"os"
	"strings"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/render"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Run runs the script in the file.
func Run(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := &runner{t: t, session: &expr.Session{ANSI: true, Zone: "UTC"}, done: true}
	r.clear()
	for i, line := range strings.Split(string(text), "\n") {
		r.line = i + 1
		r.run(strings.TrimSpace(line))
	}
}

type runner struct {
	t       *testing.T
	line    int
	session *expr.Session
	columns []*expr.Column
	data    *columnar.Batch
	done    bool // a case has been run on this table
}

func (r *runner) errorf(format string, args ...any) {
	r.t.Helper()
	r.t.Errorf("line %d: "+format, append([]any{r.line}, args...)...)
}

func (r *runner) clear() {
	r.columns, r.done = nil, false
	r.data = &columnar.Batch{Schema: &sqltype.Struct{}, Len: 1}
}

func (r *runner) run(line string) {
	r.t.Helper()
	switch {
	case line == "" || strings.HasPrefix(line, "#"):
	case strings.HasPrefix(line, "set "):
		r.set(strings.Fields(line)[1:])
	case r.column(line):
	default:
		r.done = true
		r.test(line)
	}
}

func (r *runner) set(kv []string) {
	switch kv[0] {
	case "ansi":
		r.session.ANSI = kv[1] == "true"
	case "zone":
		r.session.Zone = kv[1]
	default:
		r.errorf("no setting %q", kv[0])
	}
}

// column reads "name type = cell | cell".
func (r *runner) column(line string) bool {
	head, cells, ok := strings.Cut(line, " = ")
	name, typeText, ok2 := strings.Cut(head, " ")
	if !ok || !ok2 || strings.ContainsAny(name, "(:'") || strings.Contains(typeText, ":") && !strings.Contains(typeText, "struct") {
		return false
	}
	if r.done {
		r.clear()
	}
	p := &parser{s: typeText, session: r.session}
	t := p.sqlType()
	v := columnar.New(t)
	for _, cell := range split(cells) {
		p := &parser{s: cell, session: r.session}
		n, _, err := p.parse()
		if err != nil {
			r.t.Fatalf("line %d: %v", r.line, err)
		}
		if !sqltype.SameShape(n.Type(), t) {
			n = &expr.Cast{Arg: n, T: t, Zone: r.session.Zone}
		}
		x, err := expr.EvalConst(n, r.context())
		if err != nil {
			r.t.Fatalf("line %d: %s: %v", r.line, cell, err)
		}
		v.AppendValue(x)
	}
	r.columns = append(r.columns, &expr.Column{Ordinal: len(r.columns), Name: name, T: t, Null: v.HasNulls()})
	r.data.Cols = append(r.data.Cols, v)
	r.data.Len = v.Len
	r.data.Schema.Fields = append(r.data.Schema.Fields, sqltype.F(name, t))
	return true
}

// split cuts at " | " outside of quotes.
func split(s string) []string {
	var parts []string
	quoted, from := false, 0
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quoted:
			i++
		case s[i] == '\'':
			quoted = !quoted
		case !quoted && strings.HasPrefix(s[i:], " | "):
			parts = append(parts, strings.TrimSpace(s[from:i]))
			from = i + 3
		}
	}
	return append(parts, strings.TrimSpace(s[from:]))
}

func (r *runner) context() *expr.Context {
	return &expr.Context{ANSI: r.session.ANSI, Zone: r.session.Zone, Seed: 42}
}

// test runs "expr : type = cells", "expr ! CLASS" or "expr ?".
func (r *runner) test(line string) {
	r.t.Helper()
	if text, class, ok := strings.Cut(line, " ! "); ok {
		r.wantError(text, strings.TrimSpace(class))
		return
	}
	text, ask := strings.CutSuffix(line, " ?")
	head, want, ok := strings.Cut(text, " : ")
	if !ok && !ask {
		r.errorf("neither a column nor a case: %s", line)
		return
	}
	if ask {
		head = text
	}
	typeText, cells, _ := strings.Cut(want, " = ")
	got, t, err := r.results(head)
	switch {
	case err != nil:
		r.errorf("%s: %v", head, err)
	case ask:
		r.errorf("%s : %s = %s", head, t, strings.Join(got, " | "))
	case t.String() != typeText:
		r.errorf("%s has the type %s, want %s", head, t, typeText)
	case strings.TrimSpace(strings.Join(got, " | ")) != strings.TrimSpace(cells):
		r.errorf("%s\n got %s\nwant %s", head, strings.Join(got, " | "), cells)
	}
}

func (r *runner) wantError(text, class string) {
	r.t.Helper()
	_, _, err := r.results(text)
	if got := sparkerr.ClassOf(err); err == nil || got != class && !(got == "" && strings.Contains(err.Error(), class)) {
		r.errorf("%s: error %v, want %s", text, err, class)
	}
}

// results evaluates the expression in every form and returns its rows as text.
func (r *runner) results(text string) ([]string, sqltype.Type, error) {
	p := &parser{s: text, session: r.session, columns: r.columns}
	n, a, err := p.parse()
	if err != nil {
		return nil, nil, err
	}
	if a != nil {
		return r.aggregate(a)
	}
	want, err := r.rows(n, r.data, nil)
	if err != nil {
		return nil, nil, err
	}
	r.forms(n, want)
	return want, n.Type(), nil
}

// rows evaluates n over b and prints the selected rows.
func (r *runner) rows(n expr.Node, b *columnar.Batch, sel []uint16) ([]string, error) {
	e, err := expr.Compile(n, r.context())
	if err != nil {
		return nil, err
	}
	var out []string
	for range 2 { // buffers are used again
		v, err := e.Eval(b, sel)
		if err != nil {
			return nil, err
		}
		out = print(v, sel, b.Len, r.session)
	}
	return out, nil
}

func print(v *columnar.Vector, sel []uint16, n int, s *expr.Session) []string {
	if sel == nil {
		sel = columnar.All(n)
	}
	p := printer(s)
	out := make([]string, len(sel))
	for k, i := range sel {
		out[k] = string(p.Append(nil, v, int(i)))
	}
	return out
}

func printer(s *expr.Session) render.Printer {
	z, err := datetime.LoadZone(s.Zone)
	if err != nil {
		panic(err)
	}
	return render.Printer{Plain: s.ANSI, Zone: z}
}

// forms compares every other form of the input with want.
func (r *runner) forms(n expr.Node, want []string) {
	r.t.Helper()
	if !expr.Deterministic(n) {
		return
	}
	for name, f := range map[string]func(*columnar.Vector) *columnar.Vector{"dictionary": dictionary, "repeated": repeated} {
		b := &columnar.Batch{Schema: r.data.Schema, Len: r.data.Len}
		for _, c := range r.data.Cols {
			b.Cols = append(b.Cols, f(c))
			b.Len = b.Cols[0].Len
		}
		got, err := r.rows(n, b, nil)
		for i := range got {
			if got[i] != want[i%len(want)] {
				r.errorf("%s column: row %d is %s, want %s", name, i, got[i], want[i%len(want)])
				break
			}
		}
		if err != nil {
			r.errorf("%s columns: %v", name, err)
		}
	}
	r.selections(n, want)
	r.constants(n, want)
}

// selections evaluates every other row, and none.
func (r *runner) selections(n expr.Node, want []string) {
	r.t.Helper()
	for _, first := range []int{0, 1} {
		sel, some := []uint16{}, []string{}
		for i := first; i < r.data.Len; i += 2 {
			sel, some = append(sel, uint16(i)), append(some, want[i])
		}
		if got, err := r.rows(n, r.data, sel); err != nil || strings.Join(got, "|") != strings.Join(some, "|") {
			r.errorf("rows %v: %v %v, want %v", sel, got, err, some)
		}
	}
	if _, err := r.rows(n, r.data, []uint16{}); err != nil {
		r.errorf("no rows selected: %v", err)
	}
}

// constants evaluates each row as a batch of constants.
func (r *runner) constants(n expr.Node, want []string) {
	r.t.Helper()
	for i := range r.data.Len {
		b := &columnar.Batch{Schema: r.data.Schema, Len: 3}
		mixed := &columnar.Batch{Schema: r.data.Schema, Len: r.data.Len}
		for k, c := range r.data.Cols {
			b.Cols = append(b.Cols, columnar.NewConst(c, i, 3))
			mixed.Cols = append(mixed.Cols, c)
			if k%2 == 0 {
				mixed.Cols[k] = columnar.NewConst(c, i, r.data.Len)
			}
		}
		got, err := r.rows(n, b, nil)
		if err != nil || got[0] != want[i] || got[2] != want[i] {
			r.errorf("row %d as constants: %v %v, want %s", i, got, err, want[i])
		}
		if got, err := r.rows(n, mixed, []uint16{uint16(i)}); err != nil || got[0] != want[i] {
			r.errorf("row %d with a constant column: %v %v, want %s", i, got, err, want[i])
		}
	}
}

// dictionary codes a column: the entries are the values that are not null, in
// reverse.
func dictionary(v *columnar.Vector) *columnar.Vector {
	d := &columnar.Vector{Type: v.Type, Len: v.Len, Dict: columnar.New(v.Type), Valid: v.Valid}
	d.Codes = make([]int32, v.Len)
	for i := v.Len - 1; i >= 0; i-- {
		if !v.IsNull(i) {
			d.Codes[i] = int32(d.Dict.Len)
			d.Dict.AppendFrom(v, i)
		}
	}
	if d.Dict.Len == 0 {
		return v
	}
	return d
}

// repeated is the column again and again, more than two words of rows.
func repeated(v *columnar.Vector) *columnar.Vector {
	out := columnar.New(v.Type)
	for range 1 + 150/max(v.Len, 1) {
		out.AppendRows(v, nil, v.Len)
	}
	return out
}
