package json

import (
	"encoding/base64"
	"math"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/internal/decode/field"
	"github.com/spatestream/spate/sqltype"
)

// outcome is what became of a value. Good and bad values are read to their end
// and have appended one row each.
type outcome uint8

const (
	good   outcome = iota
	bad            // the value has not the type: null, or a struct with nulls
	broken         // the text is no JSON: the record is lost
)

// node is a value of the schema and where it goes.
type node struct {
	kind sqltype.Kind
	typ  sqltype.Type
	out  *columnar.Vector
	dec  decimal.Type
	lo   int64 // of integers: the least value
	hi   int64

	fields []*node        // of a struct; nil: not wanted
	names  map[string]int // of a struct: ordinals of its fields
	look                  // of a struct
	elem   *node          // of an array; of a map the value
	key    *node          // of a map
}

func newNode(t sqltype.Type) *node {
	n := &node{kind: t.Kind(), typ: t}
	switch t := t.(type) {
	case *sqltype.Struct:
		n.names = map[string]int{}
		for i, f := range t.Fields {
			n.fields = append(n.fields, newNode(f.Type))
			n.names[f.Name] = i
		}
	case *sqltype.Array:
		n.elem = newNode(t.Elem)
	case *sqltype.Map:
		n.key, n.elem = newNode(t.Key), newNode(t.Value)
	case sqltype.Decimal:
		n.dec = decimal.Type{Precision: uint8(t.Precision), Scale: uint8(t.Scale)}
	}
	switch n.kind {
	case sqltype.KindByte, sqltype.KindShort, sqltype.KindInt, sqltype.KindLong:
		n.hi = math.MaxInt64 >> (64 - 8*sqltype.Width(t))
		n.lo = -n.hi - 1
	}
	return n
}

// bind makes v what the node appends to.
func (n *node) bind(v *columnar.Vector) {
	n.out = v
	switch n.kind {
	case sqltype.KindStruct:
		for i, f := range n.fields {
			if f != nil {
				f.bind(v.Child[i])
			}
		}
	case sqltype.KindArray:
		n.elem.bind(v.Child[0])
	case sqltype.KindMap:
		n.key.bind(v.Child[0])
		n.elem.bind(v.Child[1])
	}
}

// heal drops what a broken record left behind below n: fields of structs, and
// keys of maps, whose other parts never came.
func (n *node) heal() {
	switch n.kind {
	case sqltype.KindStruct:
		for _, f := range n.fields {
			if f != nil {
				field.Truncate(f.out, n.out.Len)
				f.heal()
			}
		}
	case sqltype.KindArray:
		n.elem.heal()
	case sqltype.KindMap:
		pairs := min(n.key.out.Len, n.elem.out.Len)
		field.Truncate(n.key.out, pairs)
		field.Truncate(n.elem.out, pairs)
		n.elem.heal()
	}
}

// value reads a value and appends a row.
func (d *Decoder) value(n *node) outcome {
	is := d.classify(d.peek())
	switch is {
	case isBroken:
		return broken
	case isNull:
		n.out.AppendNull()
		return must(d.literal("null"))
	}
	switch n.kind {
	case sqltype.KindString:
		return d.stringValue(n, is)
	case sqltype.KindByte, sqltype.KindShort, sqltype.KindInt, sqltype.KindLong:
		return d.integer(n, is)
	case sqltype.KindFloat, sqltype.KindDouble:
		return d.float(n, is)
	case sqltype.KindBoolean:
		return d.boolean(n, is)
	case sqltype.KindStruct:
		if is == isObject {
			return d.object(n)
		}
	case sqltype.KindArray:
		if is == isArray {
			return d.array(n)
		}
	case sqltype.KindMap:
		if is == isObject {
			return d.mapping(n)
		}
	case sqltype.KindNull:
		n.out.AppendNull()
		return must(d.skip())
	default:
		return d.textual(n, is)
	}
	return d.reject(n)
}

func must(ok bool) outcome {
	if ok {
		return good
	}
	return broken
}

// reject reads a value that has the wrong type.
func (d *Decoder) reject(n *node) outcome {
	n.out.AppendNull()
	if !d.skip() {
		return broken
	}
	return bad
}

// fail appends the null of a value that was read already.
func (n *node) fail() outcome {
	n.out.AppendNull()
	return bad
}

// stringValue takes the text of a string, or the source of anything else.
func (d *Decoder) stringValue(n *node, is kindOf) outcome {
	if is == isText {
		off, length, ok := d.text()
		field.PutView(n.out, off, length)
		return must(ok)
	}
	start := d.pos
	if !d.skip() {
		return broken
	}
	field.PutView(n.out, start, d.pos-start)
	return good
}

func (d *Decoder) integer(n *node, is kindOf) outcome {
	if is != isNumber {
		return d.reject(n)
	}
	start := d.pos
	whole, ok := d.number()
	if !ok {
		return broken
	}
	x, ok := field.Int(d.buf[start:d.pos])
	if !whole || !ok || x < n.lo || x > n.hi {
		return n.fail()
	}
	switch n.kind {
	case sqltype.KindLong:
		field.Put(n.out, x)
	case sqltype.KindInt:
		field.Put(n.out, int32(x))
	case sqltype.KindShort:
		field.Put(n.out, int16(x))
	default:
		field.Put(n.out, int8(x))
	}
	return good
}

func (d *Decoder) float(n *node, is kindOf) outcome {
	var f float64
	ok := true
	start := d.pos
	switch is {
	case isNumber:
		if _, ok := d.number(); !ok {
			return broken
		}
		bits := 64
		if n.kind == sqltype.KindFloat {
			bits = 32
		}
		f, ok = field.Float(d.buf[start:d.pos], bits)
	case isNaN:
		if !d.nonNumber() {
			return broken
		}
		f, ok = named(d.buf[start:d.pos])
	case isText:
		off, length, fine := d.text()
		if !fine {
			return broken
		}
		f, ok = named(d.at(off, length))
		ok = ok && d.o.nonNumeric
	default:
		return d.reject(n)
	}
	switch {
	case !ok:
		return n.fail()
	case n.kind == sqltype.KindFloat:
		field.Put(n.out, float32(f))
	default:
		field.Put(n.out, f)
	}
	return good
}

// named reads the numbers that have names.
func named(b []byte) (float64, bool) {
	switch string(b) {
	case "NaN":
		return math.NaN(), true
	case "Infinity", "+Infinity", "INF", "+INF":
		return math.Inf(1), true
	case "-Infinity", "-INF":
		return math.Inf(-1), true
	}
	return 0, false
}

func (d *Decoder) boolean(n *node, is kindOf) outcome {
	switch is {
	case isTrue:
		field.Put(n.out, uint8(1))
		return must(d.literal("true"))
	case isFalse:
		field.Put(n.out, uint8(0))
		return must(d.literal("false"))
	}
	return d.reject(n)
}

// textual reads what JSON writes as text: decimals (also as numbers), dates,
// timestamps, bytes.
func (d *Decoder) textual(n *node, is kindOf) outcome {
	start := d.pos
	switch is {
	case isText:
		off, length, ok := d.text()
		if !ok {
			return broken
		}
		return d.convert(n, d.at(off, length))
	case isNumber:
		whole, ok := d.number()
		if !ok {
			return broken
		}
		return d.numeric(n, d.buf[start:d.pos], whole)
	}
	return d.reject(n)
}

// numeric converts a number to a decimal, or seconds to a timestamp.
func (d *Decoder) numeric(n *node, b []byte, whole bool) outcome {
	switch n.kind {
	case sqltype.KindDecimal:
		return d.convert(n, b)
	case sqltype.KindTimestamp:
		if x, ok := field.Int(b); whole && ok && x <= math.MaxInt64/datetime.Second && x >= math.MinInt64/datetime.Second {
			field.Put(n.out, x*datetime.Second)
			return good
		}
	}
	return n.fail()
}

// convert appends the value that a text stands for.
func (d *Decoder) convert(n *node, b []byte) outcome {
	switch n.kind {
	case sqltype.KindDecimal:
		if x, err := decimal.Parse(b, n.dec); err == nil {
			n.out.AppendDecimal(x)
			return good
		}
	case sqltype.KindDate:
		if x, ok := d.o.Times.Date(b); ok {
			field.Put(n.out, x)
			return good
		}
	case sqltype.KindTimestamp:
		if x, ok := d.o.Times.Timestamp(b); ok {
			field.Put(n.out, x)
			return good
		}
	case sqltype.KindTimestampNTZ:
		if x, ok := d.o.Times.Local(b); ok {
			field.Put(n.out, x)
			return good
		}
	case sqltype.KindBinary:
		start := len(d.extra)
		x, err := base64.StdEncoding.AppendDecode(d.extra, b)
		if err == nil {
			d.extra = x
			field.PutView(n.out, len(d.buf)+start, len(x)-start)
			return good
		}
	}
	return n.fail()
}

// object reads an object as a struct. Fields it lacks are null, of those it
// has twice the last counts.
func (d *Decoder) object(n *node) outcome {
	if !d.enter() {
		return broken
	}
	return d.members(n, 0, n.out.Len, good)
}

// members reads an object from its i-th field on; result is what the fields
// before gave.
func (d *Decoder) members(n *node, i, row int, result outcome) outcome {
	for ; ; i++ {
		at, r := d.alike(n, i, row)
		if i, result = at, max(result, r); r == broken {
			return broken
		}
		k, more, ok := d.member(n, i)
		if !ok {
			return broken
		}
		if !more {
			break
		}
		if k < 0 {
			if !d.skip() {
				return broken
			}
			continue
		}
		f := n.fields[k]
		if f.out.Len > row {
			field.Truncate(f.out, row)
		}
		if r = d.value(f); r == broken {
			return broken
		}
		result = max(result, r)
	}
	d.depth--
	n.counted(i)
	for _, f := range n.fields {
		if f != nil && f.out.Len == row {
			f.out.AppendNull()
		}
	}
	field.PutStruct(n.out)
	return result
}

// array reads an array; one bad element, unless it is a struct in part, makes
// the whole array null.
func (d *Decoder) array(n *node) outcome {
	if !d.enter() {
		return broken
	}
	lo, result, whole := n.elem.out.Len, good, true
	for i := 0; ; i++ {
		more, ok := d.item(']', i == 0)
		if !ok {
			return broken
		}
		if !more {
			break
		}
		switch d.value(n.elem) {
		case broken:
			return broken
		case bad:
			result = bad
			whole = whole && n.elem.kind == sqltype.KindStruct && !n.elem.out.IsNull(n.elem.out.Len-1)
		}
	}
	d.depth--
	if !whole {
		field.Truncate(n.elem.out, lo)
		return n.fail()
	}
	n.out.AppendList(lo)
	return result
}

// mapping reads an object as a map, as array does.
func (d *Decoder) mapping(n *node) outcome {
	if !d.enter() {
		return broken
	}
	lo, result := n.elem.out.Len, good
	for i := 0; ; i++ {
		more, ok := d.item('}', i == 0)
		if !ok {
			return broken
		}
		if !more {
			break
		}
		off, length, ok := d.key()
		if !ok {
			return broken
		}
		if n.key.kind == sqltype.KindString {
			field.PutView(n.key.out, off, length)
		} else {
			result = max(result, d.convert(n.key, d.at(off, length)))
		}
		switch d.value(n.elem) {
		case broken:
			return broken
		case bad:
			result = bad
		}
	}
	d.depth--
	if result == bad {
		field.Truncate(n.key.out, lo)
		field.Truncate(n.elem.out, lo)
		return n.fail()
	}
	n.out.AppendList(lo)
	return good
}
