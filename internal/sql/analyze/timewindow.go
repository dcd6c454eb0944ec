package analyze

import (
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// timeWindow stands for window(...) and session_window(...) until the operator
// around it takes it out as a node of its own (windows).
type timeWindow struct {
	time               expr.Node
	size, slide, start int64     // microseconds, of window
	gap                expr.Node // of session_window, else nil
	t                  *sqltype.Struct
	text               string
	origin             sparkerr.Origin
}

func (w *timeWindow) Type() sqltype.Type { return w.t }
func (w *timeWindow) Nullable() bool     { return false }
func (w *timeWindow) Children() []expr.Node {
	if w.gap != nil {
		return []expr.Node{w.time, w.gap}
	}
	return []expr.Node{w.time}
}
func (w *timeWindow) With(c []expr.Node) expr.Node {
	d := *w
	d.time = c[0]
	if w.gap != nil {
		d.gap = c[1]
	}
	return &d
}
func (w *timeWindow) String() string { return w.name() }

func windowType(t sqltype.Type) *sqltype.Struct {
	return sqltype.NewStruct(sqltype.F("start", t), sqltype.F("end", t))
}

// timeWindow resolves window(time, size [, slide [, start]]).
func (r *resolver) timeWindow(c *plan.Call) (expr.Node, error) {
	if len(c.Args) < 2 || len(c.Args) > 4 {
		return nil, wrongCount(c, "[2, 3, 4]")
	}
	args, err := r.exprs(c.Args)
	if err != nil {
		return nil, err
	}
	w := &timeWindow{origin: c.Origin}
	if err := r.windowTimeArg(w, args[0], "window"); err != nil {
		return nil, err
	}
	spans := [3]int64{}
	for i, n := range args[1:] {
		if spans[i], err = r.a.span(n, c.Origin); err != nil {
			return nil, err
		}
	}
	w.size, w.slide, w.start = spans[0], spans[1], spans[2]
	if len(args) < 3 {
		w.slide = w.size
	}
	w.text = "window(" + args[0].String() + ", " + itoa(int(w.size)) + ", " + itoa(int(w.slide)) + ", " + itoa(int(w.start)) + ")"
	return w, w.check()
}

// windowTimeArg sets the time of a window: a timestamp, or the last instant of
// an inner window.
func (r *resolver) windowTimeArg(w *timeWindow, n expr.Node, name string) error {
	if isWindow(n.Type()) && logical.TagsOf(n).Window {
		var err error
		if n, err = r.a.lastInstant(n, w.origin); err != nil {
			return err
		}
	}
	switch n.Type().Kind() {
	case sqltype.KindTimestamp, sqltype.KindTimestampNTZ:
	case sqltype.KindDate, sqltype.KindString, sqltype.KindNull:
		n = r.a.coerce(n, sqltype.Timestamp)
	default:
		return fail(w.origin, "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", "The time of "+name+" must be a timestamp, but "+quoteExpr(n)+" has the type "+quoteType(n.Type())+".",
			"paramIndex", "first", "requiredType", `("TIMESTAMP" or "TIMESTAMP WITHOUT TIME ZONE")`, "inputSql", quoteExpr(n), "inputType", quoteType(n.Type()), "sqlExpr", `"`+w.text+`"`)
	}
	w.time, w.t = n, windowType(n.Type())
	return nil
}

func isWindow(t sqltype.Type) bool {
	s, ok := t.(*sqltype.Struct)
	return ok && len(s.Fields) == 2 && s.Fields[0].Name == "start" && s.Fields[1].Name == "end"
}

// check refuses windows that cannot be.
func (w *timeWindow) check() error {
	for _, s := range []struct {
		name  string
		value int64
	}{{"window_duration", w.size}, {"slide_duration", w.slide}} {
		if s.value <= 0 {
			return fail(w.origin, "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE", "The "+s.name+" of a window must be more than 0.",
				"exprName", "`"+s.name+"`", "valueRange", "(0, 9223372036854775807]", "currentValue", micro(s.value), "sqlExpr", `"`+w.text+`"`)
		}
	}
	if w.slide > w.size {
		return constraint(w, "slide_duration", w.slide, "<=", "window_duration", w.size)
	}
	if max(w.start, -w.start) >= w.slide {
		return constraint(w, "abs(start_time)", max(w.start, -w.start), "<", "slide_duration", w.slide)
	}
	return nil
}

func constraint(w *timeWindow, left string, l int64, op, right string, r int64) error {
	return fail(w.origin, "DATATYPE_MISMATCH.PARAMETER_CONSTRAINT_VIOLATION", "A window needs "+left+" "+op+" "+right+", but has "+micro(l)+" and "+micro(r)+".",
		"leftExprName", "`"+left+"`", "leftExprValue", micro(l), "constraint", op, "rightExprName", "`"+right+"`", "rightExprValue", micro(r), "sqlExpr", `"`+w.text+`"`)
}

func micro(v int64) string { return itoa(int(v)) + "L" }

// span reads a constant length of time in microseconds.
func (a *Analyzer) span(n expr.Node, at sparkerr.Origin) (int64, error) {
	l, ok := a.fold(n).(*expr.Literal)
	if ok {
		switch v := l.Value.(type) {
		case int32:
			return int64(v), nil
		case int64:
			return v, nil
		case columnar.Micros, columnar.Interval:
			return 0, fail(at, "_LEGACY_ERROR_TEMP_1207", "The lengths of a window must be texts or numbers of microseconds, not INTERVAL literals: write '10 minutes'.")
		case string:
			c, err := expr.EvalConst(&expr.Cast{Arg: l, T: sqltype.Calendar, Mode: expr.CastTry, Zone: a.Session.Zone}, a.context())
			if i, is := c.(columnar.Interval); is && err == nil {
				return a.fixedSpan(i, n, at)
			}
			return 0, fail(at, "CANNOT_PARSE_INTERVAL", "The text '"+v+"' is no interval. Write '10 seconds', '5 minutes' or an INTERVAL literal.", "intervalString", "'"+v+"'")
		}
	}
	return 0, fail(at, "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT", "The length "+quoteExpr(n)+" of a window must be a constant.",
		"inputName", "`windowDuration`", "inputType", quoteType(n.Type()), "inputExpr", quoteExpr(n))
}

func (a *Analyzer) fixedSpan(i columnar.Interval, n expr.Node, at sparkerr.Origin) (int64, error) {
	if i.Months != 0 {
		return 0, fail(at, "_LEGACY_ERROR_TEMP_3231", "The interval "+n.String()+" has months, whose length varies. Use weeks or days.", "interval", n.String())
	}
	return int64(i.Days)*24*3600*1e6 + i.Micros, nil
}

// sessionWindow resolves session_window(time, gap).
func (r *resolver) sessionWindow(c *plan.Call) (expr.Node, error) {
	if len(c.Args) != 2 {
		return nil, wrongCount(c, "2")
	}
	args, err := r.exprs(c.Args)
	if err != nil {
		return nil, err
	}
	w := &timeWindow{origin: c.Origin, gap: args[1], text: "session_window(" + c2(args, ", ") + ")"}
	if err := r.windowTimeArg(w, args[0], "session_window"); err != nil {
		return nil, err
	}
	switch w.gap.Type().Kind() {
	case sqltype.KindDayTime, sqltype.KindCalendar:
	case sqltype.KindString:
		w.gap = r.a.coerce(w.gap, sqltype.Calendar)
	default:
		return nil, fail(c.Origin, "_LEGACY_ERROR_TEMP_1040", "The gap of a session_window must be an interval, a text of one or an expression of both, not "+quoteType(w.gap.Type())+".", "dataType", w.gap.Type().String())
	}
	return w, nil
}

// windowTime resolves window_time(window): the last instant of a window.
func (r *resolver) windowTime(c *plan.Call) (expr.Node, error) {
	if len(c.Args) != 1 {
		return nil, wrongCount(c, "1")
	}
	n, err := r.expr(c.Args[0])
	if err != nil {
		return nil, err
	}
	if !isStruct(n) {
		return nil, located(expr.UnexpectedInput("window_time", r.a.argsOf([]expr.Node{n}), 0, `"STRUCT"`), c.Origin)
	}
	if !isWindow(n.Type()) || !logical.TagsOf(n).Window {
		return nil, fail(c.Origin, "_LEGACY_ERROR_TEMP_3101", "window_time takes a column made by window or session_window, not "+quoteExpr(n)+".", "windowExpression", n.String())
	}
	return r.a.lastInstant(n, c.Origin)
}

// lastInstant is the end of a window less one microsecond. Its tags
// are those eventTimeOf finds.
func (a *Analyzer) lastInstant(w expr.Node, at sparkerr.Origin) (expr.Node, error) {
	end := &expr.Field{Arg: w, Ordinal: 1, Name: "end"}
	n, err := a.applyArgs("-", []expr.Node{end, expr.Lit(columnar.Micros(1), sqltype.DayToSecond)}, at)
	if c, ok := n.(*expr.Call); ok && err == nil {
		d := *c
		d.Alt = "window_time(" + w.String() + ")"
		return &d, nil
	}
	return n, err
}

// isWindowTime reports whether e was made by lastInstant.
func isWindowTime(e expr.Node) bool {
	c, ok := e.(*expr.Call)
	return ok && strings.HasPrefix(c.Alt, "window_time(")
}

func wrongCount(c *plan.Call, want string) error {
	return located(expr.WrongNumArgs(c.Name, want, len(c.Args)), c.Origin)
}

// takeWindows puts a node for the time windows in es below them and replaces
// them by its column. A second, different window is refused.
func (a *Analyzer) takeWindows(child logical.Node, es []expr.Node) (logical.Node, []expr.Node, *logical.Attr, error) {
	var first *timeWindow
	for _, e := range es {
		var err error
		expr.Walk(e, func(n expr.Node) bool {
			w, ok := n.(*timeWindow)
			switch {
			case !ok || err != nil:
			case first == nil:
				first = w
			case logical.Key(first) != logical.Key(w) || first.text != w.text:
				err = fail(w.origin, "_LEGACY_ERROR_TEMP_1039", "Several different time windows or session windows in one operator make a product of windows, which is not supported. Use one, or a subquery for each.")
			}
			return true
		})
		if err != nil {
			return nil, nil, nil, err
		}
	}
	if first == nil {
		return child, es, nil, nil
	}
	node, out := a.windowNode(first, child)
	fresh := make([]expr.Node, len(es))
	for i, e := range es {
		fresh[i] = expr.Transform(e, func(n expr.Node) expr.Node {
			if _, ok := n.(*timeWindow); ok {
				return out
			}
			return n
		})
	}
	return node, fresh, out, nil
}

// windowNode makes the node and its column, which keeps the tag of its time.
func (a *Analyzer) windowNode(w *timeWindow, child logical.Node) (logical.Node, *logical.Attr) {
	out := &logical.Attr{ID: a.IDs.Next(), Name: w.name(), T: w.t, Tags: w.tags()}
	if w.gap == nil {
		return &logical.Windows{At: logical.At{Origin: w.origin}, Time: w.time, Size: w.size, Slide: w.slide, Start: w.start, Out: out, Child: child}, out
	}
	return &logical.Sessions{At: logical.At{Origin: w.origin}, Time: w.time, Gap: w.gap, Out: out, Child: child}, out
}

// tags are those of the window's column: the watermark of its time.
func (w *timeWindow) tags() logical.Tags {
	t := logical.Tags{Window: true, Session: w.gap != nil}
	if from := eventTimeOf(w.time); from != nil {
		t.EventTime, t.DelayMs = true, from.Tags.DelayMs
	}
	return t
}

// eventTimeOf returns the attribute with a watermark that a time is taken
// from: itself, or the window whose last instant it is.
func eventTimeOf(e expr.Node) *logical.Attr {
	var found *logical.Attr
	expr.Walk(e, func(n expr.Node) bool {
		if t, ok := n.(*logical.Attr); ok && t.Tags.EventTime {
			found = t
		}
		return found == nil
	})
	switch x := e.(type) {
	case *logical.Attr:
		return found
	case *expr.Call:
		if x.Fn.Name == "-" && found != nil && found.Tags.Window {
			return found
		}
	}
	return nil
}
