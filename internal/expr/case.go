package expr

import (
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sqltype"
)

// Type implements Node.
func (c *Case) Type() sqltype.Type { return c.Thens[0].Type() }

// Nullable implements Node.
func (c *Case) Nullable() bool {
	if c.Else == nil || c.Else.Nullable() {
		return true
	}
	for _, t := range c.Thens {
		if t.Nullable() {
			return true
		}
	}
	return false
}

// Children implements Node: condition and result in turn, then Else.
func (c *Case) Children() []Node {
	list := make([]Node, 0, 2*len(c.Whens)+1)
	for i, w := range c.Whens {
		list = append(list, w, c.Thens[i])
	}
	if c.Else != nil {
		list = append(list, c.Else)
	}
	return list
}

// With implements Node.
func (c *Case) With(children []Node) Node {
	d := &Case{Alt: c.Alt}
	for i := range c.Whens {
		d.Whens = append(d.Whens, children[2*i])
		d.Thens = append(d.Thens, children[2*i+1])
	}
	if c.Else != nil {
		d.Else = children[2*len(c.Whens)]
	}
	return d
}

func (c *Case) String() string {
	if c.Alt != "" {
		return c.Alt
	}
	var b strings.Builder
	b.WriteString("CASE")
	for i, w := range c.Whens {
		b.WriteString(" WHEN " + w.String() + " THEN " + c.Thens[i].String())
	}
	if c.Else != nil {
		b.WriteString(" ELSE " + c.Else.String())
	}
	return b.String() + " END"
}

// caseEval runs each branch over the rows that no earlier one took.
type caseEval struct {
	whens, thens []Evaluator
	other        Evaluator // nil: null
	out, none    *columnar.Vector
	taken, rest  []uint16
	spare        []uint16
}

func (c *compiler) caseWhen(n *Case) (Evaluator, error) {
	e := &caseEval{out: columnar.New(n.Type()), none: constNull(n.Type())}
	var err error
	e.whens = make([]Evaluator, len(n.Whens))
	for i, w := range n.Whens {
		if e.whens[i], err = c.plain(w); err != nil {
			return nil, err
		}
	}
	if e.thens, err = c.all(n.Thens); err != nil {
		return nil, err
	}
	if n.Else != nil {
		e.other, err = c.compile(n.Else)
	}
	return e, err
}

func (e *caseEval) Eval(b *columnar.Batch, sel []uint16) (*columnar.Vector, error) {
	if nothing(b, sel) {
		return sized(e.none, b.Len), nil
	}
	rest, fresh := rowsOf(sel, b.Len), true
	total := len(rest)
	for i, w := range e.whens {
		cond, err := w.Eval(b, rest)
		if err != nil {
			return nil, err
		}
		e.taken, e.spare = split(cond, rest, e.taken, e.spare)
		if len(e.taken) == 0 {
			continue
		}
		v, err := e.thens[i].Eval(b, e.taken)
		if err != nil || len(e.taken) == total {
			return v, err
		}
		fresh = e.add(v, e.taken, b.Len, fresh)
		rest = e.spare
		e.rest, e.spare = e.spare, e.rest
		if len(rest) == 0 {
			return e.out, nil
		}
	}
	return e.remainder(b, rest, fresh)
}

// remainder evaluates ELSE over the rows no branch took.
func (e *caseEval) remainder(b *columnar.Batch, rest []uint16, fresh bool) (*columnar.Vector, error) {
	v := sized(e.none, b.Len)
	if e.other != nil {
		var err error
		if v, err = e.other.Eval(b, rest); err != nil {
			return nil, err
		}
	}
	if fresh {
		return v, nil
	}
	e.add(v, rest, b.Len, false)
	return e.out, nil
}

// add copies the rows sel of v to the result, which it starts if fresh.
func (e *caseEval) add(v *columnar.Vector, sel []uint16, n int, fresh bool) bool {
	if fresh {
		prepare(e.out, n)
	}
	Scatter(e.out, v, sel)
	return false
}

// split parts the rows of sel into those where the boolean vector is true and
// the rest, in the memory of the two slices given.
func split(cond *columnar.Vector, sel, yes, no []uint16) (taken, rest []uint16) {
	yes, no = room(yes, len(sel)), room(no, len(sel))
	if cond.Type.Kind() == sqltype.KindNull || cond.Const && cond.IsNull(0) {
		return yes[:0], no[:copy(no, sel)]
	}
	if cond.Const {
		if columnar.At[uint8](cond, 0) != 0 {
			return yes[:copy(yes, sel)], no[:0]
		}
		return yes[:0], no[:copy(no, sel)]
	}
	data := columnar.Slice[uint8](cond)
	t, f := 0, 0
	for _, i := range sel {
		hit := int(data[i])
		if cond.Valid != nil {
			hit &= int(cond.Valid.Bit(int(i)))
		}
		yes[t], no[f] = i, i
		t += hit
		f += 1 - hit
	}
	return yes[:t], no[:f]
}
