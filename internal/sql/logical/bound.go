package logical

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sqltype"
)

// millisecond is the grain of watermarks, in microseconds.
const millisecond = 1000

// KeyPair is an equality of a join's condition between its sides.
type KeyPair struct {
	Left, Right expr.Node
	NullSafe    bool // <=>
}

// EquiKeys splits a join's condition into equalities between the sides and the
// rest.
func (j *Join) EquiKeys() (keys []KeyPair, rest []expr.Node) {
	left, right := SetOf(j.Left.Output()), SetOf(j.Right.Output())
	for _, c := range Conjuncts(j.Cond) {
		call, ok := c.(*expr.Call)
		if ok && len(call.Args) == 2 && (call.Fn.Name == "=" || call.Fn.Name == "<=>") {
			a, b := call.Args[0], call.Args[1]
			if left.HasAll(b) && right.HasAll(a) {
				a, b = b, a
			}
			if left.HasAll(a) && right.HasAll(b) && left.HasAny(a) && right.HasAny(b) {
				keys = append(keys, KeyPair{a, b, call.Fn.Name == "<=>"})
				continue
			}
		}
		rest = append(rest, c)
	}
	return keys, rest
}

// StateBound finds out of a condition between two streams when a row of one
// can match nothing more: once the watermark passes due + shift (microseconds),
// because later rows of the other side, whose event time is tagged among by,
// are too young. It uses comparisons of one time column of each side, with
// fixed spans added; of several the safest.
func StateBound(cond expr.Node, of, by []*Attr) (due *Attr, shift int64, ok bool) {
	mine, theirs := SetOf(of), Set{}
	for _, a := range by {
		if a.Tags.EventTime {
			theirs[a.ID] = true
		}
	}
	for _, c := range Conjuncts(cond) {
		x, s, is := boundOf(c, mine, theirs)
		switch {
		case !is || ok && x.ID != due.ID:
		case !ok || s > shift:
			due, shift, ok = x, s, true
		}
	}
	return due, shift, ok
}

// boundOf reads x > y + c (or >=) in any arrangement: x of mine, y of theirs.
func boundOf(e expr.Node, mine, theirs Set) (x *Attr, shift int64, ok bool) {
	call, is := e.(*expr.Call)
	if !is || len(call.Args) != 2 {
		return nil, 0, false
	}
	high, low := call.Args[0], call.Args[1]
	strict := false
	switch call.Fn.Name {
	case ">":
		strict = true
	case ">=":
	case "<":
		strict, high, low = true, low, high
	case "<=":
		high, low = low, high
	default:
		return nil, 0, false
	}
	hx, hc, ok1 := linear(high)
	ly, lc, ok2 := linear(low)
	if !ok1 || !ok2 || !mine[hx.ID] || !theirs[ly.ID] {
		return nil, 0, false
	}
	shift = hc - lc // x goes when y can only be above x + hc - lc
	if !strict {
		shift += millisecond
	}
	return hx, shift, true
}

// linear reads a time column with fixed spans added and taken away.
func linear(e expr.Node) (a *Attr, us int64, ok bool) {
	switch x := e.(type) {
	case *Attr:
		return x, 0, x.T.Kind() == sqltype.KindTimestamp
	case *expr.Cast:
		if x.T.Kind() == sqltype.KindTimestamp && x.Arg.Type().Kind() == sqltype.KindTimestamp {
			return linear(x.Arg)
		}
	case *expr.Call:
		if len(x.Args) != 2 || x.Fn.Name != "+" && x.Fn.Name != "-" {
			return nil, 0, false
		}
		if span, is := fixed(x.Args[1]); is {
			a, us, ok = linear(x.Args[0])
			if x.Fn.Name == "-" {
				span = -span
			}
			return a, us + span, ok
		}
		if span, is := fixed(x.Args[0]); is && x.Fn.Name == "+" {
			a, us, ok = linear(x.Args[1])
			return a, us + span, ok
		}
	}
	return nil, 0, false
}

// fixed reads a constant interval without months.
func fixed(e expr.Node) (us int64, ok bool) {
	if c, is := e.(*expr.Cast); is {
		return fixed(c.Arg)
	}
	l, is := e.(*expr.Literal)
	if !is {
		return 0, false
	}
	switch v := l.Value.(type) {
	case columnar.Micros:
		return int64(v), true
	case columnar.Interval:
		return int64(v.Days)*24*3600*1e6 + v.Micros, v.Months == 0
	}
	return 0, false
}
