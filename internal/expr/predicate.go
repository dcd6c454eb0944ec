package expr

import (
	"bytes"
	"encoding/binary"
	"slices"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sqltype"
)

// Predicate selects rows: a conjunction whose parts run one after the other,
// each over the rows the earlier ones left. Comparisons with a literal make
// their selection directly, without a boolean vector.
type Predicate struct {
	parts []part
}

// part appends to dst[:0] the rows of sel (nil: all) on which it is true. dst
// has room for them and may be sel itself.
type part interface {
	pass(b *columnar.Batch, sel, dst []uint16) ([]uint16, error)
}

// NewPredicate compiles a boolean expression.
func NewPredicate(n Node, ctx *Context) (*Predicate, error) {
	p := &Predicate{}
	compiler := &compiler{ctx}
	for _, c := range Conjuncts(n, nil) {
		if f, arg := fuse(c); f != nil {
			var err error
			if f.arg, err = compiler.compile(arg); err != nil {
				return nil, err
			}
			p.parts = append(p.parts, f)
			continue
		}
		e, err := compiler.plain(c)
		if err != nil {
			return nil, err
		}
		p.parts = append(p.parts, &generalPart{eval: e})
	}
	return p, nil
}

// Conjuncts appends the operands of nested ANDs to list, in order.
func Conjuncts(n Node, list []Node) []Node {
	if l, ok := n.(*Logic); ok && !l.Or {
		return Conjuncts(l.Right, Conjuncts(l.Left, list))
	}
	return append(list, n)
}

// Select returns the rows of sel (nil: all) on which the predicate is true: in
// dst's memory if it is large enough, or sel itself. dst must not be sel.
func (p *Predicate) Select(b *columnar.Batch, sel, dst []uint16) ([]uint16, error) {
	dst = room(dst, b.Len)
	for _, part := range p.parts {
		out, err := part.pass(b, sel, dst)
		if err != nil {
			return nil, err
		}
		if sel = out; len(sel) == 0 {
			break
		}
	}
	return sel, nil
}

// generalPart evaluates any boolean expression.
type generalPart struct{ eval Evaluator }

func (p *generalPart) pass(b *columnar.Batch, sel, dst []uint16) ([]uint16, error) {
	v, err := p.eval.Eval(b, sel)
	if err != nil {
		return nil, err
	}
	return truths(v, rowsOf(sel, b.Len), dst), nil
}

// truths keeps the rows of sel on which v is true.
func truths(v *columnar.Vector, sel, dst []uint16) []uint16 {
	if v.Const {
		if v.IsNull(0) || v.Data[0] == 0 {
			return dst[:0]
		}
		return sel
	}
	if v.Type.Kind() == sqltype.KindNull {
		return dst[:0]
	}
	k := 0
	if v.Valid == nil {
		for _, i := range sel {
			dst[k] = i
			k += int(v.Data[i])
		}
		return dst[:k]
	}
	for _, i := range sel {
		dst[k] = i
		k += int(v.Data[i]) & int(v.Valid[i>>6]>>(i&63)&1)
	}
	return dst[:k]
}

// comparison is an operator between a column and a literal.
type comparison uint8

const (
	eq comparison = iota
	ne
	lt
	le
	gt
	ge
)

var comparisons = map[string]comparison{"=": eq, "<": lt, "<=": le, ">": gt, ">=": ge}

// mirrored is the operator with its operands exchanged.
var mirrored = [...]comparison{eq, ne, gt, ge, lt, le}

// fuse returns the direct form of operand OP literal, and the operand; nil if n
// is no such.
func fuse(n Node) (*fused, Node) {
	negated := false
	c, ok := n.(*Call)
	if ok && c.Fn.Name == "not" {
		negated = true
		c, ok = c.Args[0].(*Call)
	}
	if !ok || len(c.Args) != 2 {
		return nil, nil
	}
	op, ok := comparisons[c.Fn.Name]
	if !ok || negated && op != eq {
		return nil, nil
	}
	if negated {
		op = ne
	}
	arg := c.Args[0]
	lit, ok := c.Args[1].(*Literal)
	if !ok {
		arg, op = c.Args[1], mirrored[op]
		if lit, ok = c.Args[0].(*Literal); !ok {
			return nil, nil
		}
	}
	if lit.Value == nil {
		return nil, nil
	}
	return newFused(op, lit), arg
}

// fused is operand OP literal.
type fused struct {
	arg   Evaluator
	op    comparison
	kind  sqltype.Kind
	i32   int32
	i64   int64
	f64   float64
	text  []byte
	spare []uint16 // passing dictionary entries
	hits  []uint8  // by dictionary entry
}

func newFused(op comparison, l *Literal) *fused {
	v, err := l.Vector()
	if err != nil {
		return nil
	}
	f := &fused{op: op, kind: l.T.Kind()}
	switch f.kind {
	case sqltype.KindInt, sqltype.KindDate, sqltype.KindYearMonth:
		f.i32 = columnar.At[int32](v, 0)
	case sqltype.KindLong, sqltype.KindTimestamp, sqltype.KindTimestampNTZ, sqltype.KindDayTime:
		f.i64 = columnar.At[int64](v, 0)
	case sqltype.KindDouble:
		f.f64 = columnar.At[float64](v, 0)
		if f.f64 != f.f64 {
			return nil
		}
	case sqltype.KindString, sqltype.KindBinary:
		f.text = v.Text(0)
	case sqltype.KindDecimal:
		if sqltype.Width(l.T) != 8 {
			return nil
		}
		f.i64 = columnar.At[int64](v, 0)
	default:
		return nil
	}
	return f
}

func (f *fused) pass(b *columnar.Batch, sel, dst []uint16) ([]uint16, error) {
	v, err := f.arg.Eval(b, sel)
	if err != nil {
		return nil, err
	}
	switch {
	case v.Const:
		return f.constant(v, rowsOf(sel, b.Len), dst), nil
	case v.Dict != nil && v.Dict.Len <= b.Len:
		dst = f.coded(v, sel, b.Len, dst)
	case v.Dict != nil:
		dst = f.decoded(v, rowsOf(sel, b.Len), dst)
	default:
		dst = f.flat(v, sel, b.Len, dst)
	}
	if v.Valid != nil {
		dst = selectBits(v.Valid, dst, dst)
	}
	return dst, nil
}

func (f *fused) constant(v *columnar.Vector, sel, dst []uint16) []uint16 {
	if v.IsNull(0) {
		return dst[:0]
	}
	hit := false
	if v.Dict != nil {
		hit = f.entry(v.Dict, int(v.Codes[0]))
	} else {
		hit = f.entry(v, 0)
	}
	if !hit {
		return dst[:0]
	}
	return sel
}

// coded compares each dictionary entry once.
func (f *fused) coded(v *columnar.Vector, sel []uint16, n int, dst []uint16) []uint16 {
	f.hits = slices.Grow(f.hits[:0], v.Dict.Len)[:v.Dict.Len]
	clear(f.hits)
	f.spare = f.flat(v.Dict, nil, v.Dict.Len, room(f.spare, v.Dict.Len))
	for _, code := range f.spare {
		f.hits[code] = 1
	}
	k := 0
	if sel == nil {
		for i, c := range v.Codes[:n] {
			dst[k] = uint16(i)
			k += int(f.hits[c])
		}
		return dst[:k]
	}
	for _, i := range sel {
		dst[k] = i
		k += int(f.hits[v.Codes[i]])
	}
	return dst[:k]
}

// decoded compares row by row through a dictionary larger than the batch.
func (f *fused) decoded(v *columnar.Vector, sel, dst []uint16) []uint16 {
	k := 0
	for _, i := range sel {
		dst[k] = i
		k += b2i(f.entry(v.Dict, int(v.Codes[i])))
	}
	return dst[:k]
}

// entry compares row i of a flat vector.
func (f *fused) entry(v *columnar.Vector, i int) bool {
	switch f.kind {
	case sqltype.KindInt, sqltype.KindDate, sqltype.KindYearMonth:
		return f.op.holds(b2i(columnar.At[int32](v, i) > f.i32) - b2i(columnar.At[int32](v, i) < f.i32))
	case sqltype.KindDouble:
		return f.op.holds(CompareFloat(columnar.At[float64](v, i), f.f64))
	case sqltype.KindString, sqltype.KindBinary:
		return f.op.holds(bytes.Compare(v.Text(i), f.text))
	}
	return f.op.holds(b2i(columnar.At[int64](v, i) > f.i64) - b2i(columnar.At[int64](v, i) < f.i64))
}

// holds reports whether the operator accepts the outcome of a comparison.
func (op comparison) holds(c int) bool {
	switch op {
	case eq:
		return c == 0
	case ne:
		return c != 0
	case lt:
		return c < 0
	case le:
		return c <= 0
	case gt:
		return c > 0
	}
	return c >= 0
}

func (f *fused) flat(v *columnar.Vector, sel []uint16, n int, dst []uint16) []uint16 {
	switch f.kind {
	case sqltype.KindInt, sqltype.KindDate, sqltype.KindYearMonth:
		return keep(columnar.Slice[int32](v), f.i32, f.op, sel, n, dst)
	case sqltype.KindDouble:
		return keepFloats(columnar.Slice[float64](v), f.f64, f.op, sel, n, dst)
	case sqltype.KindString, sqltype.KindBinary:
		return keepTexts(v, f.text, f.op, sel, n, dst)
	}
	return keep(columnar.Slice[int64](v), f.i64, f.op, sel, n, dst)
}

// keep writes the rows whose value compares so with x. One loop an operator
// and selection form: the candidate is written, then kept or not by arithmetic.
func keep[T int32 | int64 | float64](data []T, x T, op comparison, sel []uint16, n int, dst []uint16) []uint16 {
	if sel != nil {
		return keepSel(data, x, op, sel, dst)
	}
	data, dst = data[:n], dst[:n]
	k := 0
	switch op {
	case eq:
		for i, y := range data {
			dst[k] = uint16(i)
			k += b2i(y == x)
		}
	case ne:
		for i, y := range data {
			dst[k] = uint16(i)
			k += b2i(y != x)
		}
	case lt:
		for i, y := range data {
			dst[k] = uint16(i)
			k += b2i(y < x)
		}
	case le:
		for i, y := range data {
			dst[k] = uint16(i)
			k += b2i(y <= x)
		}
	case gt:
		for i, y := range data {
			dst[k] = uint16(i)
			k += b2i(y > x)
		}
	case ge:
		for i, y := range data {
			dst[k] = uint16(i)
			k += b2i(y >= x)
		}
	}
	return dst[:k]
}

func keepSel[T int32 | int64 | float64](data []T, x T, op comparison, sel, dst []uint16) []uint16 {
	k := 0
	switch op {
	case eq:
		for _, i := range sel {
			dst[k] = i
			k += b2i(data[i] == x)
		}
	case ne:
		for _, i := range sel {
			dst[k] = i
			k += b2i(data[i] != x)
		}
	case lt:
		for _, i := range sel {
			dst[k] = i
			k += b2i(data[i] < x)
		}
	case le:
		for _, i := range sel {
			dst[k] = i
			k += b2i(data[i] <= x)
		}
	case gt:
		for _, i := range sel {
			dst[k] = i
			k += b2i(data[i] > x)
		}
	case ge:
		for _, i := range sel {
			dst[k] = i
			k += b2i(data[i] >= x)
		}
	}
	return dst[:k]
}

// keepFloats lets NaN be greater than x: not (y <= x) instead of y > x.
func keepFloats(data []float64, x float64, op comparison, sel []uint16, n int, dst []uint16) []uint16 {
	if op != gt && op != ge {
		return keep(data, x, op, sel, n, dst)
	}
	k := 0
	if op == gt {
		for _, i := range rowsOf(sel, n) {
			dst[k] = i
			k += 1 - b2i(data[i] <= x)
		}
		return dst[:k]
	}
	for _, i := range rowsOf(sel, n) {
		dst[k] = i
		k += 1 - b2i(data[i] < x)
	}
	return dst[:k]
}

func keepTexts(v *columnar.Vector, x []byte, op comparison, sel []uint16, n int, dst []uint16) []uint16 {
	if op == eq || op == ne {
		return keepEqual(v, x, b2i(op == eq), rowsOf(sel, n), dst)
	}
	k := 0
	for _, i := range rowsOf(sel, n) {
		dst[k] = i
		k += b2i(op.holds(bytes.Compare(v.Text(int(i)), x)))
	}
	return dst[:k]
}

// keepEqual compares length and first eight bytes in one word; what is longer
// is compared further only where these agree.
func keepEqual(v *columnar.Vector, x []byte, want int, sel, dst []uint16) []uint16 {
	head, mask := firstWord(x), ^uint64(0)
	if len(x) < 8 {
		mask = 1<<(8*len(x)) - 1
	}
	text, long, k := v.Bytes, len(x) > 8, 0
	for _, i := range sel {
		w := v.Views[i]
		var y uint64
		if int(w.Off)+8 <= len(text) {
			y = binary.LittleEndian.Uint64(text[w.Off:])
		} else {
			y = firstWord(text[w.Off:])
		}
		same := b2i((y^head)&mask|uint64(w.Len^uint32(len(x))) == 0)
		if long && same != 0 {
			same = b2i(string(text[w.Off:w.Off+w.Len]) == string(x))
		}
		dst[k] = i
		k += b2i(same == want)
	}
	return dst[:k]
}

// firstWord returns up to eight bytes of b, the first one lowest.
func firstWord(b []byte) uint64 {
	var buf [8]byte
	copy(buf[:], b)
	return binary.LittleEndian.Uint64(buf[:])
}
