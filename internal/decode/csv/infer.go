package csv

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/internal/decode/field"
	"github.com/spatestream/spate/sqltype"
)

// Inferrer finds names and types of columns, as Spark does. It belongs to one
// goroutine.
type Inferrer struct {
	scanner
	names []string
	types []sqltype.Type // nil: only nulls so far
}

// NewInferrer returns an Inferrer that has seen nothing.
func NewInferrer(o *Options) *Inferrer {
	f := &Inferrer{}
	f.o, f.multi = o, o.MultiLine
	return f
}

// Done reports whether further records change nothing: the columns are known
// and are all to be strings.
func (f *Inferrer) Done() bool { return f.names != nil && !f.o.InferSchema }

// Record takes in the record at lo, as Decoder.Record does. The first one of
// all gives the columns; with the option header the first of each file, that
// is one of first, is no data.
func (f *Inferrer) Record(block []byte, lo, hi int, first bool) (next int, seen bool) {
	f.buf, f.extra = block, f.extra[:0]
	if f.multi {
		if lo = f.skipBlank(lo, hi); lo >= hi {
			return hi, false
		}
	} else if f.blank(lo, hi) {
		return hi, false
	}
	next = f.record(lo, hi)
	if f.names == nil {
		f.name()
	}
	if first && f.o.Header || !f.o.InferSchema {
		return next, true
	}
	for i, s := range f.spans {
		if i < len(f.types) {
			f.widen(i, s)
		}
	}
	return next, true
}

// name makes the names of columns from the first record: missing ones are
// _c0, _c1; of equal ones each gets its number.
func (f *Inferrer) name() {
	count := map[string]int{}
	texts := make([]string, len(f.spans))
	for i, s := range f.spans {
		texts[i] = string(f.at(s))
		count[strings.ToLower(texts[i])]++
	}
	for i, t := range texts {
		switch {
		case !f.o.Header || t == "" || t == f.o.null:
			t = "_c" + strconv.Itoa(i)
		case count[strings.ToLower(t)] > 1:
			t += strconv.Itoa(i)
		}
		f.names = append(f.names, t)
	}
	f.types = make([]sqltype.Type, len(f.names))
}

// Schema returns the columns, nil if there was no record.
func (f *Inferrer) Schema() *sqltype.Struct {
	if f.names == nil {
		return nil
	}
	s := &sqltype.Struct{}
	for i, n := range f.names {
		t := f.types[i]
		if t == nil {
			t = sqltype.String
		}
		s.Fields = append(s.Fields, sqltype.F(n, t))
	}
	return s
}

// ladder is the order in which types are tried.
var ladder = []sqltype.Kind{sqltype.KindInt, sqltype.KindLong, sqltype.KindDecimal, sqltype.KindDouble, sqltype.KindDate, sqltype.KindTimestamp, sqltype.KindBoolean}

func (f *Inferrer) widen(i int, s span) {
	b := f.at(s)
	now := f.types[i]
	if len(b) == 0 || string(b) == f.o.null || now == sqltype.String {
		return
	}
	from := 0
	for now != nil && ladder[from] != now.Kind() {
		from++
	}
	var t sqltype.Type = sqltype.String
	for _, k := range ladder[from:] {
		if x := f.try(k, b); x != nil {
			t = x
			break
		}
	}
	f.types[i] = compatible(now, t)
}

func (f *Inferrer) try(k sqltype.Kind, b []byte) sqltype.Type {
	switch k {
	case sqltype.KindInt, sqltype.KindLong:
		x, ok := field.Int(b)
		if ok && (k == sqltype.KindLong || x == int64(int32(x))) {
			return sqltype.Atomic(k)
		}
	case sqltype.KindDecimal:
		if d, err := decimal.ParseLiteral(b); err == nil && d.Scale == 0 && !bytes.ContainsAny(b, "eE.") {
			return sqltype.Decimal{Precision: int(d.Precision)}
		}
	case sqltype.KindDouble:
		if _, ok := f.o.number(b, k); ok {
			return sqltype.Double
		}
	case sqltype.KindDate:
		if f.o.preferDate && f.o.Times.InferDate(b) {
			return sqltype.Date
		}
	case sqltype.KindTimestamp:
		if _, ok := f.o.Times.Timestamp(b); ok {
			return sqltype.Timestamp
		}
	case sqltype.KindBoolean:
		if bytes.EqualFold(b, []byte("true")) || bytes.EqualFold(b, []byte("false")) {
			return sqltype.Boolean
		}
	}
	return nil
}

// compatible is the type that holds both, String if there is no other.
func compatible(a, b sqltype.Type) sqltype.Type {
	if a == nil || a == b {
		return b
	}
	rank := map[sqltype.Kind]int{sqltype.KindInt: 1, sqltype.KindLong: 2, sqltype.KindDecimal: 3, sqltype.KindDouble: 4}
	ra, rb := rank[a.Kind()], rank[b.Kind()]
	switch {
	case ra == 3 && rb == 3:
		return sqltype.Decimal{Precision: max(a.(sqltype.Decimal).Precision, b.(sqltype.Decimal).Precision)}
	case ra < rb && ra > 0:
		if rb == 3 {
			return sqltype.Decimal{Precision: max(20, b.(sqltype.Decimal).Precision)}
		}
		return b
	case rb > 0 && rb < ra:
		return a
	case a.Kind() == sqltype.KindDate && b.Kind() == sqltype.KindTimestamp:
		return b
	}
	return sqltype.String
}
