// Package csv is the file format of separated values. internal/decode/csv says
// what a record means.
package csv

import (
	"bytes"
	"context"
	"io"
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/connector/file"
	decode "github.com/spatestream/spate/internal/decode/csv"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Connector returns the format as a source and a sink.
func Connector() *file.Connector { return file.New(format{}) }

type format struct{}

func (format) Name() string { return "csv" }
func (format) Ext() string  { return ".csv" }

// Open implements file.Format.
func (format) Open(r connector.Request) (file.Codec, error) {
	get := func(name string) (string, bool) {
		v, ok := r.Options.Get(name)
		if !ok && name == "columnNameOfCorruptRecord" && r.Conf != nil {
			v = r.Conf("spark.sql.columnNameOfCorruptRecord")
			ok = v != ""
		}
		return v, ok
	}
	o, err := decode.ParseOptions(get, r.Zone)
	if err != nil {
		return nil, err
	}
	c := &codec{o: o, ext: ".csv"}
	if sep, ok := r.Options.Get("lineSep"); ok {
		if len(sep) < 1 || len(sep) > 2 {
			return nil, sparkerr.New("", "'lineSep' of csv must be one or two characters")
		}
		c.sep = []byte(sep)
	}
	for _, name := range []string{"encoding", "charset"} {
		if e, ok := r.Options.Get(name); ok && !strings.EqualFold(e, "UTF-8") && !strings.EqualFold(e, "US-ASCII") {
			return nil, sparkerr.New("", "the encoding "+e+" is not supported; convert the files to UTF-8")
		}
	}
	if e, ok := r.Options.Get("extension"); ok {
		c.ext = "." + e
	}
	c.compress, err = file.ParseCompression(r.Options.Or("compression", r.Options.Or("codec", "")))
	return c, err
}

type codec struct {
	o        *decode.Options
	sep      []byte
	ext      string
	compress file.Compression
}

func (c *codec) Fixed() *sqltype.Struct { return nil }

func (c *codec) Cuttable() bool { return !c.o.MultiLine && len(c.sep) <= 1 }

// Supports implements file.Codec: simple types only.
func (c *codec) Supports(t sqltype.Type) bool {
	return !sqltype.IsNested(t) && t.Kind() != sqltype.KindNull
}

// Ext implements file.Ext.
func (c *codec) Ext() string { return c.ext + c.compress.Ext() }

// lines walks over the lines of an input, or with multiLine over its one text.
type lines struct {
	src   *file.Lines
	cut   *file.Cutter // nil: multiLine
	data  []byte
	first bool
	spent bool
}

func (c *codec) lines(in file.Input) *lines {
	l := &lines{src: file.NewLines(in, c.sep, c.o.MultiLine), first: in.Lo == 0}
	if !c.o.MultiLine {
		l.cut = file.NewCutter(c.sep)
	}
	return l
}

var mark = []byte("\xef\xbb\xbf") // of UTF-8, at the start of a file

func (l *lines) block(ctx context.Context) error {
	block, err := l.src.Next(ctx)
	if err != nil {
		return err
	}
	if l.first {
		block, l.first = bytes.TrimPrefix(block, mark), false
	}
	l.data, l.spent = block, false
	if l.cut != nil {
		l.cut.Reset(block)
	}
	return nil
}

func (l *lines) next() (lo, hi int, ok bool) {
	if l.cut != nil {
		return l.cut.Next()
	}
	if l.spent {
		return 0, 0, false
	}
	l.spent = true
	return 0, len(l.data), true
}

// Infer implements file.Codec.
func (c *codec) Infer(ctx context.Context, in []file.Input) (*sqltype.Struct, error) {
	f := decode.NewInferrer(c.o)
	for _, input := range in {
		if f.Done() {
			break
		}
		if err := c.inferFile(ctx, f, input); err != nil {
			return nil, err
		}
	}
	if s := f.Schema(); s != nil {
		return s, nil
	}
	return &sqltype.Struct{}, nil
}

func (c *codec) inferFile(ctx context.Context, f *decode.Inferrer, in file.Input) (err error) {
	l := c.lines(in)
	defer func() {
		if closeErr := l.src.Close(); err == nil {
			err = closeErr
		}
	}()
	first := true
	for !f.Done() {
		if err := l.block(ctx); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		for lo, hi, ok := l.next(); ok; lo, hi, ok = l.next() {
			for lo < hi && !f.Done() {
				var seen bool
				lo, seen = f.Record(l.data, lo, hi, first)
				first = first && !seen
			}
		}
	}
	return nil
}

// Reader implements file.Codec.
func (c *codec) Reader(in file.Input, s *sqltype.Struct, want connector.Wanted) (file.Rows, error) {
	return &rows{lines: c.lines(in), decoder: decode.NewDecoder(s, file.Flags(s, want), c.o), header: c.o.Header && in.Lo == 0, o: c.o, schema: s}, nil
}

type rows struct {
	*lines
	decoder *decode.Decoder
	o       *decode.Options
	schema  *sqltype.Struct
	header  bool // not read yet
	open    bool // the block has records left
	lo, hi  int  // what is left of the line or text
}

// Read implements file.Rows.
func (r *rows) Read(ctx context.Context, b *columnar.Batch) error {
	if !r.open {
		if err := r.block(ctx); err != nil {
			return err
		}
		r.open, r.lo, r.hi = true, 0, 0
	}
	if err := r.decoder.Begin(b, r.data); err != nil {
		return err
	}
	for r.decoder.Rows() < columnar.MaxRows {
		if r.lo >= r.hi {
			if r.lo, r.hi, r.open = r.next(); !r.open {
				break
			}
		}
		if err := r.record(); err != nil {
			return err
		}
	}
	r.decoder.Finish()
	return nil
}

func (r *rows) record() (err error) {
	if !r.header {
		r.lo, err = r.decoder.Record(r.lo, r.hi)
		return err
	}
	from, next, found := r.decoder.Skip(r.data, r.lo, r.hi)
	r.lo, r.header = next, !found
	if found && !r.o.EnforceSchema {
		return r.conforms(decode.Names(r.data, from, next, r.o))
	}
	return nil
}

// conforms checks a header against the schema, in whose order the columns are.
func (r *rows) conforms(names []string) error {
	var want []string
	for _, f := range r.schema.Fields {
		if f.Name != r.o.Corrupt {
			want = append(want, f.Name)
		}
	}
	ok := len(names) == len(want)
	for i := 0; ok && i < len(names); i++ {
		ok = strings.EqualFold(names[i], want[i])
	}
	if ok {
		return nil
	}
	return sparkerr.Data("", "CSV header does not conform to the schema.\n Header: "+strings.Join(names, ", ")+"\n Schema: "+strings.Join(want, ", ")+
		"\nCorrect the schema, or set enforceSchema to true to ignore headers.")
}

func (r *rows) Close() error { return r.src.Close() }

// Writer implements file.Codec.
func (c *codec) Writer(w io.Writer, s *sqltype.Struct) (file.RowWriter, error) {
	out, err := c.compress.Wrap(w)
	sep := c.sep
	if sep == nil {
		sep = []byte{'\n'}
	}
	x := &writer{out: out, sep: sep, encoder: decode.NewEncoder(c.o)}
	if c.o.Header {
		x.buf = append(x.encoder.AppendHeader(x.buf, s), sep...)
	}
	return x, err
}

type writer struct {
	out     io.WriteCloser
	sep     []byte
	buf     []byte
	encoder *decode.Encoder
}

// Write implements file.RowWriter.
func (w *writer) Write(b *columnar.Batch) (err error) {
	for k := range b.Rows() {
		if w.buf, err = w.encoder.AppendRow(w.buf, b.Cols, b.RowAt(k)); err != nil {
			return err
		}
		w.buf = append(w.buf, w.sep...)
	}
	return w.flush()
}

func (w *writer) flush() error {
	_, err := w.out.Write(w.buf)
	w.buf = w.buf[:0]
	return err
}

func (w *writer) Close() error {
	if err := w.flush(); err != nil {
		return err
	}
	return w.out.Close()
}
