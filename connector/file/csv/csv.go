// Package csv is the file format of separated values. internal/decode/csv says
// what a record means.
package csv

import (
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
	o, err := decode.ParseOptions(file.RecordOptions(r), r.Zone)
	if err != nil {
		return nil, err
	}
	c := &codec{o: o, ext: ".csv"}
	if e, ok := r.Options.Get("extension"); ok {
		c.ext = "." + e
	}
	if c.LineOptions, err = file.ParseLineOptions(r, "compression", "codec"); err == nil && len(c.Sep) > 2 {
		err = sparkerr.New("", "'lineSep' of csv must be one or two characters")
	}
	return c, err
}

type codec struct {
	file.LineOptions
	o   *decode.Options
	ext string
}

func (c *codec) Fixed() *sqltype.Struct { return nil }

func (c *codec) Cuttable() bool { return !c.o.MultiLine && c.LineOptions.Cuttable() }

// Supports implements file.Codec: simple types only.
func (c *codec) Supports(t sqltype.Type) bool {
	return !sqltype.IsNested(t) && t.Kind() != sqltype.KindNull
}

// Ext implements file.Ext.
func (c *codec) Ext() string { return c.ext + c.Compress.Ext() }

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
	r := c.records(in)
	defer func() {
		if closeErr := r.Close(); err == nil {
			err = closeErr
		}
	}()
	first := true
	for !f.Done() {
		block, err := r.Block(ctx)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return file.Unread(in.Path, 0, err)
		}
		for lo, hi, ok := r.Next(); ok; lo, hi, ok = r.Next() {
			for lo < hi && !f.Done() {
				var seen bool
				lo, seen = f.Record(block, lo, hi, first)
				first = first && !seen
			}
		}
	}
	return nil
}

func (c *codec) records(in file.Input) *file.Records {
	return file.NewRecords(in, c.Sep, c.o.MultiLine)
}

// Reader implements file.Codec.
func (c *codec) Reader(in file.Input, s *sqltype.Struct, want connector.Wanted) (file.Rows, error) {
	return &rows{records: c.records(in), decoder: decode.NewDecoder(s, file.Flags(s, want), c.o), header: c.o.Header && in.Lo == 0, o: c.o, schema: s}, nil
}

type rows struct {
	records *file.Records
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
		if _, err := r.records.Block(ctx); err != nil {
			return err
		}
		r.open, r.lo, r.hi = true, 0, 0
	}
	if err := r.decoder.Begin(b, r.records.Data()); err != nil {
		return err
	}
	for r.decoder.Rows() < columnar.MaxRows {
		if r.lo >= r.hi {
			if r.lo, r.hi, r.open = r.records.Next(); !r.open {
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

func (r *rows) record() error {
	if !r.header {
		next, err := r.decoder.Record(r.lo, r.hi)
		if err == nil {
			r.lo = next
		}
		return err
	}
	from, next, found := r.decoder.Skip(r.records.Data(), r.lo, r.hi)
	r.lo, r.header = next, !found
	if found && !r.o.EnforceSchema {
		return r.conforms(decode.Names(r.records.Data(), from, next, r.o))
	}
	return nil
}

// Line implements file.Liner.
func (r *rows) Line(ctx context.Context) int64 { return r.records.Line(ctx, r.lo) }

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

func (r *rows) Close() error { return r.records.Close() }

// Writer implements file.Codec.
func (c *codec) Writer(w io.Writer, s *sqltype.Struct) (file.RowWriter, error) {
	out, err := c.Compress.Wrap(w)
	x := &writer{out: out, sep: c.End(), encoder: decode.NewEncoder(c.o)}
	if c.o.Header {
		x.buf = append(x.encoder.AppendHeader(x.buf, s), x.sep...)
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
