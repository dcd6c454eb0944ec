// Package text is the file format of plain lines: one column "value" of
// strings, which point into the block that was read, so that reading copies
// nothing.
package text

import (
	"bytes"
	"context"
	"io"
	"unicode/utf8"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/connector/file"
	"github.com/spatestream/spate/internal/javatext"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Connector returns the format as a source and a sink.
func Connector() *file.Connector { return file.New(format{}) }

type format struct{}

func (format) Name() string { return "text" }
func (format) Ext() string  { return ".txt" }

// Open implements file.Format.
func (format) Open(r connector.Request) (file.Codec, error) {
	o, err := file.ParseLineOptions(r, "compression")
	if err != nil {
		return nil, err
	}
	whole, err := file.BoolOption(r.Options, "wholetext", false)
	return &codec{LineOptions: o, whole: whole}, err
}

type codec struct {
	file.LineOptions
	whole bool // a file is a row
}

var schema = sqltype.NewStruct(sqltype.F("value", sqltype.String))

func (c *codec) Fixed() *sqltype.Struct { return schema }

func (c *codec) Infer(context.Context, []file.Input) (*sqltype.Struct, error) { return schema, nil }

func (c *codec) Supports(t sqltype.Type) bool { return t.Kind() == sqltype.KindString }

func (c *codec) Cuttable() bool { return !c.whole && c.LineOptions.Cuttable() }

// Ext implements file.Ext.
func (c *codec) Ext() string { return ".txt" + c.Compress.Ext() }

func (c *codec) Reader(in file.Input, s *sqltype.Struct, want connector.Wanted) (file.Rows, error) {
	if len(s.Fields) > 1 {
		return nil, sparkerr.New("", "text has one column of strings; the schema has "+s.String())
	}
	r := &rows{lines: file.NewLines(in, c.Sep, c.whole), cut: file.NewCutter(c.Sep), whole: c.whole, want: file.Flags(s, want)}
	r.texts = len(s.Fields) > 0 && r.want[0]
	if r.plain = !c.whole && (c.Sep == nil || string(c.Sep) == "\n"); r.plain {
		r.anyEnd, r.search = c.Sep == nil, searchOf(want.Filters)
	}
	return r, nil
}

// rows reads lines as views into blocks. What nobody looks at is not cut: lines
// are counted where no column is wanted, and only those that pass a search are
// found if they are few.
type rows struct {
	lines *file.Lines
	cut   *file.Cutter
	block []byte
	more  bool // block has lines left
	whole bool
	want  []bool
	texts bool // the column is wanted

	plain   bool    // lines end in \n
	anyEnd  bool    // or in \r, too
	search  *search // nil: every line passes
	at      int     // where the search goes on; -1: the block is cut instead
	passed  int     // lines of the block that did
	counted int     // lines of the block that are counted and not handed out
	skipped int64
}

// Skipped implements connector.Skipper.
func (r *rows) Skipped() int64 {
	n := r.skipped
	r.skipped = 0
	return n
}

// Read implements file.Rows.
func (r *rows) Read(ctx context.Context, b *columnar.Batch) error {
	b.Resize(0)
	if !r.more {
		if err := r.next(ctx); err != nil {
			return err
		}
	}
	if !r.texts {
		n := r.count()
		file.Blank(b, r.want, n)
		b.Len = n
		return nil
	}
	v := b.Cols[0]
	v.Resize(columnar.MaxRows)
	n := 0
	if r.at >= 0 {
		n = r.found(v.Views)
	} else {
		n = r.views(v.Views)
	}
	v.Views, v.Len, v.Bytes = v.Views[:n], n, r.block
	b.Len = n
	return nil
}

// next reads a block and chooses how to go over it.
func (r *rows) next(ctx context.Context) (err error) {
	few := r.at >= 0 // or none was read yet
	if r.block, err = r.lines.Next(ctx); err != nil {
		return err
	}
	r.cut.Reset(r.block)
	r.more, r.at, r.counted = true, -1, 0
	if !r.plain || r.anyEnd && bytes.IndexByte(r.block, '\r') >= 0 {
		return nil
	}
	if !r.texts {
		r.counted = count(r.block)
	} else if r.search != nil && few {
		r.at, r.passed = 0, 0
	}
	return nil
}

// found cuts up to a batch of the lines that pass the search.
func (r *rows) found(out []columnar.View) int {
	hits, at := r.search.lines(r.block, r.at, out[:0:len(out)])
	r.passed += len(hits)
	if at >= 0 {
		r.at = at
		return len(hits)
	}
	all := count(r.block)
	r.skipped += int64(all - r.passed)
	if r.more, r.at = false, 0; r.passed > all/dense {
		r.at = -1
	}
	return len(hits)
}

// views cuts up to a batch of lines.
func (r *rows) views(out []columnar.View) int {
	if r.whole {
		out[0], r.more = columnar.View{Len: uint32(len(r.block))}, false
		return 1
	}
	n := 0
	for r.more = true; n < len(out); n++ {
		lo, hi, ok := r.cut.Next()
		if !ok {
			r.more = false
			break
		}
		out[n] = columnar.View{Off: uint32(lo), Len: uint32(hi - lo)}
	}
	return n
}

func (r *rows) count() int {
	if r.counted > 0 {
		n := min(r.counted, columnar.MaxRows)
		r.counted -= n
		r.more = r.counted > 0
		return n
	}
	var buf [columnar.MaxRows]columnar.View
	return r.views(buf[:])
}

func (r *rows) Close() error { return r.lines.Close() }

func (c *codec) Writer(w io.Writer, s *sqltype.Struct) (file.RowWriter, error) {
	if len(s.Fields) != 1 {
		return nil, sparkerr.New("_LEGACY_ERROR_TEMP_1288",
			"Text data source supports only a single column, and you have "+s.String()+". Select one column, or choose another format.")
	}
	out, err := c.Compress.Wrap(w)
	return &writer{out: out, sep: c.End()}, err
}

// writer writes a line a row; a null is an empty line.
type writer struct {
	out io.WriteCloser
	sep []byte
	buf []byte
}

// Write implements file.RowWriter.
func (w *writer) Write(b *columnar.Batch) error {
	v := b.Cols[0]
	w.buf = w.buf[:0]
	for k := range b.Rows() {
		if i := b.RowAt(k); !v.IsNull(i) {
			w.buf = append(w.buf, valid(v.Text(i))...)
		}
		w.buf = append(w.buf, w.sep...)
	}
	_, err := w.out.Write(w.buf)
	return err
}

// valid replaces what is no UTF-8, so that what is written can be read.
func valid(b []byte) []byte {
	if utf8.Valid(b) {
		return b
	}
	return javatext.Append(nil, b)
}

func (w *writer) Close() error { return w.out.Close() }
