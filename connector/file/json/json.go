// Package json is the file format of JSON lines, and of whole JSON documents
// with the option multiLine. internal/decode/json says what a record means.
package json

import (
	"context"
	"io"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/connector/file"
	decode "github.com/spatestream/spate/internal/decode/json"
	"github.com/spatestream/spate/sqltype"
)

// Connector returns the format as a source and a sink.
func Connector() *file.Connector { return file.New(format{}) }

type format struct{}

func (format) Name() string { return "json" }
func (format) Ext() string  { return ".json" }

// Open implements file.Format.
func (format) Open(r connector.Request) (file.Codec, error) {
	o, err := decode.ParseOptions(file.RecordOptions(r), r.Zone)
	if err != nil {
		return nil, err
	}
	c := &codec{o: o}
	if c.whole, err = file.BoolOption(r.Options, "multiLine", false); err != nil {
		return nil, err
	}
	c.LineOptions, err = file.ParseLineOptions(r, "compression")
	return c, err
}

type codec struct {
	file.LineOptions
	o     *decode.Options
	whole bool
}

func (c *codec) Fixed() *sqltype.Struct { return nil }

func (c *codec) Cuttable() bool { return !c.whole && c.LineOptions.Cuttable() }

// Supports implements file.Codec: everything can be written as JSON.
func (c *codec) Supports(t sqltype.Type) bool { return true }

// Ext implements file.Ext.
func (c *codec) Ext() string { return ".json" + c.Compress.Ext() }

// Infer implements file.Codec.
func (c *codec) Infer(ctx context.Context, in []file.Input) (*sqltype.Struct, error) {
	f := decode.NewInferrer(c.o)
	for _, input := range in {
		if err := c.infer(ctx, f, input); err != nil {
			return nil, err
		}
	}
	return f.Schema()
}

func (c *codec) infer(ctx context.Context, f *decode.Inferrer, in file.Input) (err error) {
	r := file.NewRecords(in, c.Sep, c.whole)
	defer func() {
		if closeErr := r.Close(); err == nil {
			err = closeErr
		}
	}()
	for {
		block, err := r.Block(ctx)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return file.Unread(in.Path, 0, err)
		}
		for lo, hi, ok := r.Next(); ok; lo, hi, ok = r.Next() {
			if err := f.Record(block, lo, hi); err != nil {
				return in.Located(r.Line(ctx, lo), err)
			}
		}
	}
}

// Reader implements file.Codec.
func (c *codec) Reader(in file.Input, s *sqltype.Struct, want connector.Wanted) (file.Rows, error) {
	return &rows{records: file.NewRecords(in, c.Sep, c.whole), decoder: decode.NewDecoder(s, file.Flags(s, want), c.o),
		lines: !c.whole && c.o.ByLines(c.Sep)}, nil
}

type rows struct {
	records *file.Records
	decoder *decode.Decoder
	lines   bool // the decoder finds their ends where it can
	open    bool // the block has records left
	more    bool // the record at lo has rows left
	lo, hi  int
}

// Read implements file.Rows.
func (r *rows) Read(ctx context.Context, b *columnar.Batch) (err error) {
	if !r.open {
		if _, err = r.records.Block(ctx); err != nil {
			return err
		}
		r.open = true
	}
	r.decoder.Begin(b, r.records.Data())
	for r.decoder.Rows() < columnar.MaxRows {
		if !r.more && !r.next() {
			break
		}
		if r.more, err = r.decoder.Record(r.lo, r.hi); err != nil {
			return err
		}
	}
	r.decoder.Finish()
	return nil
}

// Line implements file.Liner.
func (r *rows) Line(ctx context.Context) int64 { return r.records.Line(ctx, r.lo) }

// next finds the next record that Record has to read, past those that the
// decoder reads by itself; false if the batch is full or the block at its end.
func (r *rows) next() bool {
	if r.lines {
		r.records.Seek(r.decoder.Lines(r.records.At()))
		if r.decoder.Rows() == columnar.MaxRows {
			return false
		}
	}
	r.lo, r.hi, r.open = r.records.Next()
	return r.open
}

func (r *rows) Close() error { return r.records.Close() }

// Writer implements file.Codec.
func (c *codec) Writer(w io.Writer, s *sqltype.Struct) (file.RowWriter, error) {
	out, err := c.Compress.Wrap(w)
	return &writer{out: out, schema: s, sep: c.End(), o: c.o}, err
}

type writer struct {
	out    io.WriteCloser
	schema *sqltype.Struct
	sep    []byte
	buf    []byte
	o      *decode.Options
}

// Write implements file.RowWriter.
func (w *writer) Write(b *columnar.Batch) (err error) {
	w.buf = w.buf[:0]
	for k := range b.Rows() {
		if w.buf, err = decode.AppendRow(w.buf, w.schema, b.Cols, b.RowAt(k), w.o); err != nil {
			return err
		}
		w.buf = append(w.buf, w.sep...)
	}
	_, err = w.out.Write(w.buf)
	return err
}

func (w *writer) Close() error { return w.out.Close() }
