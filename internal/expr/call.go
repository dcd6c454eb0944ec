package expr

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Type implements Node.
func (c *Call) Type() sqltype.Type { return c.Sig.Result }

// Nullable implements Node.
func (c *Call) Nullable() bool { return c.Sig.Nullable }

// Children implements Node.
func (c *Call) Children() []Node { return c.Args }

// With implements Node.
func (c *Call) With(children []Node) Node {
	d := *c
	d.Args = children
	return &d
}

func (c *Call) String() string {
	if c.Alt != "" {
		return c.Alt
	}
	if c.Fn.Print != nil {
		return c.Fn.Print(c.Args)
	}
	return CallText(c.Fn.Name, c.Args)
}

// callEval evaluates the operands, settles nulls, and runs the kernel.
type callEval struct {
	ctx      *Context
	kernel   Kernel
	args     []Evaluator // nil where the operand is a lambda
	lambdas  []*BoundLambda
	nullSafe bool
	once     bool // deterministic, and constant when every operand is
	literal  bool // every operand is the same in every batch
	frozen   bool // out is the result of literal operands
	byEntry  bool // never fails: may run over the entries of a dictionary
	origin   sparkerr.Origin

	vecs []*columnar.Vector // operands of this batch
	one  []columnar.Vector  // constant operands seen as one row
	flat []*columnar.Vector // buffers for dictionaries
	out  *columnar.Vector
	hits *columnar.Vector // results of a dictionary's entries
	none *columnar.Vector // a constant null
	sel  []uint16
	bits columnar.Bitmap
}

func (c *compiler) call(n *Call) (Evaluator, error) {
	e := &callEval{ctx: c.ctx, nullSafe: n.Fn.NullSafe, origin: n.Origin, once: !n.Fn.NonDeterministic,
		literal: len(n.Args) > 0 && !n.Fn.NonDeterministic, out: columnar.New(n.Sig.Result), none: constNull(n.Sig.Result)}
	e.vecs = make([]*columnar.Vector, len(n.Args))
	e.one = make([]columnar.Vector, len(n.Args))
	e.flat = make([]*columnar.Vector, len(n.Args))
	e.args = make([]Evaluator, len(n.Args))
	for i, a := range n.Args {
		if l, ok := a.(*Lambda); ok {
			b, err := c.lambda(l)
			if err != nil {
				return nil, err
			}
			e.lambdas = append(grownTo(e.lambdas, i), b)
			e.literal, e.once = false, false
			continue
		}
		arg, err := c.compile(a)
		if err != nil {
			return nil, err
		}
		e.args[i] = arg
		e.literal = e.literal && isFixed(arg)
	}
	_, e.byEntry = comparisons[n.Fn.Name]
	if e.lambdas != nil {
		e.lambdas = grownTo(e.lambdas, len(n.Args))
		e.kernel = n.Sig.MakeHigher(e.lambdas)
	} else {
		e.kernel = n.Sig.Make()
	}
	return e, nil
}

func grownTo[T any](s []T, n int) []T {
	for len(s) < n {
		var zero T
		s = append(s, zero)
	}
	return s
}

// isFixed reports whether an evaluator's result is the same for every batch.
func isFixed(e Evaluator) bool {
	switch x := e.(type) {
	case *literalEval:
		return true
	case *callEval:
		return x.literal
	}
	return false
}

func (e *callEval) Eval(b *columnar.Batch, sel []uint16) (*columnar.Vector, error) {
	if nothing(b, sel) {
		return sized(e.none, b.Len), nil
	}
	if e.frozen {
		return sized(e.out, b.Len), nil
	}
	allConst, anyNull, err := e.operands(b, sel)
	if err != nil {
		return nil, err
	}
	if anyNull && !e.nullSafe {
		return sized(e.none, b.Len), nil
	}
	for _, l := range e.lambdas {
		if l != nil {
			l.outer = b
		}
	}
	if allConst && e.once {
		return e.constant(b.Len)
	}
	if e.byEntry {
		if done, err := e.entries(b.Len, sel); done || err != nil {
			return e.out, err
		}
	}
	e.undict()
	prepare(e.out, b.Len)
	if !e.nullSafe {
		if sel = e.valid(b.Len, sel); sel != nil && len(sel) == 0 {
			return e.out, nil
		}
	}
	if err := e.run(sel, b.Len); err != nil {
		return nil, err
	}
	return e.out, nil
}

// operands evaluates the operands into e.vecs and reports whether all are
// constant and whether one is a constant null.
func (e *callEval) operands(b *columnar.Batch, sel []uint16) (allConst, anyNull bool, err error) {
	allConst = true
	for i, a := range e.args {
		if a == nil {
			allConst = false
			continue
		}
		v, err := a.Eval(b, sel)
		if err != nil {
			return false, false, err
		}
		if v.Dict != nil && (v.Const || !e.byEntry) {
			v = e.flatten(i, v)
		}
		e.vecs[i] = v
		allConst = allConst && v.Const
		anyNull = anyNull || (v.Const && v.IsNull(0)) || v.Type.Kind() == sqltype.KindNull
	}
	return allConst, anyNull, nil
}

// undict flattens the operands that are left as dictionaries.
func (e *callEval) undict() {
	if !e.byEntry {
		return
	}
	for i, v := range e.vecs {
		if v.Dict != nil {
			e.vecs[i] = e.flatten(i, v)
		}
	}
}

// entries compares the entries of a dictionary with a constant, once each if
// there are no more than rows, and reports whether that was the case.
func (e *callEval) entries(n int, sel []uint16) (bool, error) {
	coded, other := 0, 1
	if e.vecs[0].Dict == nil {
		coded, other = 1, 0
	}
	v, x := e.vecs[coded], e.vecs[other]
	if v.Dict == nil || !x.Const || v.Dict.Len == 0 || v.Dict.Len > len(rowsOf(sel, n)) {
		return false, nil
	}
	if e.hits == nil {
		e.hits = columnar.New(sqltype.Boolean)
	}
	e.one[other] = *x
	e.vecs[coded], e.vecs[other] = v.Dict, sized(&e.one[other], v.Dict.Len)
	e.hits.Resize(v.Dict.Len)
	if err := e.kernel(e.ctx, e.vecs, nil, v.Dict.Len, e.hits); err != nil {
		return false, at(err, e.origin)
	}
	e.out.Resize(n)
	hits, dst := columnar.Slice[uint8](e.hits), columnar.Slice[uint8](e.out)
	for _, i := range rowsOf(sel, n) {
		dst[i] = hits[v.Codes[i]]
	}
	e.out.Valid = v.Valid
	return true, nil
}

func (e *callEval) flatten(i int, v *columnar.Vector) *columnar.Vector {
	if e.flat[i] == nil {
		e.flat[i] = columnar.New(v.Type)
	}
	return Undict(v, e.flat[i])
}

// constant runs the kernel on one row that stands for n.
func (e *callEval) constant(n int) (*columnar.Vector, error) {
	for i, v := range e.vecs {
		e.one[i] = *v
		e.one[i].Len = 1
		e.vecs[i] = &e.one[i]
	}
	prepare(e.out, 1)
	if err := e.run(nil, 1); err != nil {
		return nil, err
	}
	e.out.Const = true
	e.frozen = e.literal
	return sized(e.out, n), nil
}

// run calls the kernel and looks at how much it made.
func (e *callEval) run(sel []uint16, n int) error {
	err := e.kernel(e.ctx, e.vecs, sel, n, e.out)
	if err == nil && (e.out.Views != nil || e.out.Child != nil) {
		if sel != nil {
			n = len(sel)
		}
		err = Fits(e.out, n)
	}
	return at(err, e.origin)
}

// valid sets out's validity to the conjunction of the operands' and returns
// the rows of sel on which all are valid.
func (e *callEval) valid(n int, sel []uint16) []uint16 {
	words := (n + 63) / 64
	seen := false
	for _, v := range e.vecs {
		switch {
		case v == nil || v.Const || v.Valid == nil:
		case !seen:
			e.bits = append(e.bits[:0], v.Valid[:words]...)
			seen = true
		default:
			e.bits = e.bits.And(v.Valid, n)
		}
	}
	if !seen {
		return sel
	}
	e.out.Valid = e.bits
	if sel == nil {
		if e.bits.Count(n) == n {
			return nil
		}
		sel = columnar.All(n)
	}
	e.sel = selectBits(e.bits, sel, e.sel)
	return e.sel
}

// at gives err the origin if it has none.
func at(err error, o sparkerr.Origin) error {
	if e, ok := err.(*sparkerr.Error); ok {
		return e.At(o)
	}
	return err
}
