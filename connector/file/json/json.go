// Package json is the file format of JSON lines, and of whole JSON documents
// with the option multiLine. internal/decode/json says what a record means.
package json

import (
	"bytes"
	"context"
	"io"
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/connector/file"
	decode "github.com/spatestream/spate/internal/decode/json"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Connector returns the format as a source and a sink.
func Connector() *file.Connector { return file.New(format{}) }

type format struct{}

func (format) Name() string { return "json" }
func (format) Ext() string  { return ".json" }

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
	c := &codec{o: o, whole: strings.EqualFold(r.Options.Or("multiLine", "false"), "true")}
	if sep, ok := r.Options.Get("lineSep"); ok {
		if sep == "" {
			return nil, sparkerr.New("", "'lineSep' cannot be an empty string")
		}
		c.sep = []byte(sep)
	}
	for _, name := range []string{"encoding", "charset"} {
		if e, ok := r.Options.Get(name); ok && !strings.EqualFold(e, "UTF-8") && !strings.EqualFold(e, "US-ASCII") {
			return nil, sparkerr.New("", "the encoding "+e+" is not supported; convert the files to UTF-8")
		}
	}
	c.compress, err = file.ParseCompression(r.Options.Or("compression", ""))
	return c, err
}

type codec struct {
	o        *decode.Options
	sep      []byte
	whole    bool
	compress file.Compression
}

func (c *codec) Fixed() *sqltype.Struct { return nil }

func (c *codec) Cuttable() bool { return !c.whole && len(c.sep) <= 1 }

// Supports implements file.Codec: everything can be written as JSON.
func (c *codec) Supports(t sqltype.Type) bool { return true }

// Ext implements file.Ext.
func (c *codec) Ext() string { return ".json" + c.compress.Ext() }

// Infer implements file.Codec.
func (c *codec) Infer(ctx context.Context, in []file.Input) (*sqltype.Struct, error) {
	f := decode.NewInferrer(c.o)
	for _, input := range in {
		r := c.records(input)
		for {
			block, err := r.block(ctx)
			if err == io.EOF {
				break
			}
			if err != nil {
				return nil, err
			}
			for lo, hi, ok := r.next(); ok; lo, hi, ok = r.next() {
				if err := f.Record(block, lo, hi); err != nil {
					return nil, err
				}
			}
		}
		if err := r.lines.Close(); err != nil {
			return nil, err
		}
	}
	return f.Schema()
}

// records walks over the records of an input.
type records struct {
	lines *file.Lines
	cut   *file.Cutter // nil: a block is a record
	data  []byte
	first bool
	spent bool // of a block that is a record
}

func (c *codec) records(in file.Input) *records {
	r := &records{lines: file.NewLines(in, c.sep, c.whole), first: in.Lo == 0}
	if !c.whole {
		r.cut = file.NewCutter(c.sep)
	}
	return r
}

var mark = []byte("\xef\xbb\xbf") // of UTF-8, at the start of a file

func (r *records) block(ctx context.Context) ([]byte, error) {
	block, err := r.lines.Next(ctx)
	if err != nil {
		return nil, err
	}
	if r.first {
		block, r.first = bytes.TrimPrefix(block, mark), false
	}
	r.data, r.spent = block, false
	if r.cut != nil {
		r.cut.Reset(block)
	}
	return block, nil
}

func (r *records) next() (lo, hi int, ok bool) {
	if r.cut != nil {
		return r.cut.Next()
	}
	if r.spent {
		return 0, 0, false
	}
	r.spent = true
	return 0, len(r.data), true
}

// Reader implements file.Codec.
func (c *codec) Reader(in file.Input, s *sqltype.Struct, want connector.Wanted) (file.Rows, error) {
	return &rows{records: c.records(in), decoder: decode.NewDecoder(s, file.Flags(s, want), c.o)}, nil
}

type rows struct {
	*records
	decoder *decode.Decoder
	open    bool // the block has records left
	more    bool // the record at lo has rows left
	lo, hi  int
}

// Read implements file.Rows.
func (r *rows) Read(ctx context.Context, b *columnar.Batch) (err error) {
	if !r.open {
		if _, err = r.block(ctx); err != nil {
			return err
		}
		r.open = true
	}
	r.decoder.Begin(b, r.data)
	for r.decoder.Rows() < columnar.MaxRows {
		if !r.more {
			if r.lo, r.hi, r.open = r.next(); !r.open {
				break
			}
		}
		if r.more, err = r.decoder.Record(r.lo, r.hi); err != nil {
			return err
		}
	}
	r.decoder.Finish()
	return nil
}

func (r *rows) Close() error { return r.lines.Close() }

// Writer implements file.Codec.
func (c *codec) Writer(w io.Writer, s *sqltype.Struct) (file.RowWriter, error) {
	out, err := c.compress.Wrap(w)
	sep := c.sep
	if sep == nil {
		sep = []byte{'\n'}
	}
	return &writer{out: out, schema: s, sep: sep, o: c.o}, err
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
