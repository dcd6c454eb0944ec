package csv

import (
	"bytes"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr/render"
	"github.com/spatestream/spate/sqltype"
)

// Encoder writes rows. It belongs to one goroutine.
type Encoder struct {
	o    *Options
	text []byte
	cast render.Printer
}

// NewEncoder returns an encoder.
func NewEncoder(o *Options) *Encoder {
	return &Encoder{o: o, cast: render.Printer{Form: render.Cast, Plain: true, Zone: o.Times.Zone}}
}

// AppendHeader appends the names of columns, without a line end.
func (e *Encoder) AppendHeader(dst []byte, s *sqltype.Struct) []byte {
	for i, f := range s.Fields {
		if i > 0 {
			dst = append(dst, e.o.sep...)
		}
		e.text = append(e.text[:0], f.Name...)
		dst = e.field(dst)
	}
	return dst
}

// AppendRow appends row i of columns, without a line end. The error is that of
// a date or timestamp the format cannot show.
func (e *Encoder) AppendRow(dst []byte, cols []*columnar.Vector, i int) (_ []byte, err error) {
	for k, c := range cols {
		if k > 0 {
			dst = append(dst, e.o.sep...)
		}
		if c.IsNull(i) {
			dst = e.null(dst)
			continue
		}
		if e.text, err = e.value(e.text[:0], c, i); err != nil {
			return dst, err
		}
		dst = e.field(dst)
	}
	return dst, nil
}

func (e *Encoder) null(dst []byte) []byte {
	if e.o.quoteAll {
		return append(append(append(dst, e.o.quote), e.o.null...), e.o.quote)
	}
	return append(dst, e.o.null...)
}

func (e *Encoder) value(dst []byte, v *columnar.Vector, i int) ([]byte, error) {
	if v.Dict != nil {
		return e.value(dst, v.Dict, int(v.Codes[v.Row(i)]))
	}
	switch v.Type.Kind() {
	case sqltype.KindString, sqltype.KindBinary:
		return append(dst, v.Text(i)...), nil
	case sqltype.KindDate:
		return e.o.Times.AppendDate(dst, columnar.At[int32](v, i))
	case sqltype.KindTimestamp:
		return e.o.Times.AppendTimestamp(dst, columnar.At[int64](v, i))
	case sqltype.KindTimestampNTZ:
		return e.o.Times.AppendLocal(dst, columnar.At[int64](v, i))
	}
	return e.cast.Append(dst, v, i), nil
}

// field appends e.text, quoted where it must be.
func (e *Encoder) field(dst []byte) []byte {
	t := e.text
	if e.o.writeLeft {
		t = bytes.TrimLeft(t, " \t")
	}
	if e.o.writeRight {
		t = bytes.TrimRight(t, " \t")
	}
	switch {
	case len(t) == 0 && !e.o.quoteAll:
		return append(dst, e.o.emptyOut...)
	case e.o.quote == 0, !e.o.quoteAll && !e.mustQuote(t):
		return append(dst, t...)
	}
	dst = append(dst, e.o.quote)
	for _, c := range t {
		if c == e.o.quote && e.o.escape != 0 || c == e.o.escape && c == e.o.escapeEscape {
			dst = append(dst, e.o.escape)
		}
		dst = append(dst, c)
	}
	return append(dst, e.o.quote)
}

func (e *Encoder) mustQuote(t []byte) bool {
	return bytes.Contains(t, e.o.sep) || bytes.ContainsAny(t, "\n\r") || t[0] == e.o.comment && e.o.comment != 0 ||
		bytes.IndexByte(t, e.o.quote) >= 0 && (e.o.quoteQuotes || t[0] == e.o.quote)
}
