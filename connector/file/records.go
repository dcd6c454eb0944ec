package file

import (
	"bytes"
	"context"
	"strings"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/sparkerr"
)

// Records walks over the lines of an input, or over its content as one text.
// It belongs to one goroutine.
//
//	for { block, err := r.Block(ctx); for { lo, hi, ok := r.Next() } }
type Records struct {
	lines *Lines
	cut   *Cutter // nil: a block is a record
	data  []byte
	first bool // the file's start is to come
	spent bool // of a block that is a record
}

// NewRecords returns the lines of an input as NewLines does, or all of it.
func NewRecords(in Input, sep []byte, whole bool) *Records {
	r := &Records{lines: NewLines(in, sep, whole), first: in.Lo == 0}
	if !whole {
		r.cut = NewCutter(sep)
	}
	return r
}

var mark = []byte("\xef\xbb\xbf") // of UTF-8, at the start of a file

// Block goes on to the next block, which Next then cuts, and returns it;
// io.EOF ends. It is valid until the next call.
func (r *Records) Block(ctx context.Context) ([]byte, error) {
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

// Data is the block at hand.
func (r *Records) Data() []byte { return r.data }

// Next returns where the next record begins and ends; false at the end of the
// block.
func (r *Records) Next() (lo, hi int, ok bool) {
	if r.cut != nil {
		return r.cut.Next()
	}
	if r.spent {
		return 0, 0, false
	}
	r.spent = true
	return 0, len(r.data), true
}

// At returns where the next line of the block begins. There must be lines.
func (r *Records) At() int { return r.cut.at }

// Line returns the number, from 1 on, of the line in the file that begins at a
// byte of the block or holds it; 0 if that cannot be found out. It reads the file
// again from its beginning: it is for errors.
func (r *Records) Line(ctx context.Context, at int) int64 {
	upTo := r.lines.at - int64(len(r.data)) + int64(at)
	in := r.lines.in
	in.Lo, in.Hi = 0, in.Size
	all := NewLines(in, r.lines.sep, false)
	cut := NewCutter(r.lines.sep)
	number, seen := int64(0), int64(0)
	for seen <= upTo {
		block, err := all.Next(ctx)
		if err != nil {
			number = 0
			break
		}
		cut.Reset(block)
		for lo, _, ok := cut.Next(); ok && seen+int64(lo) <= upTo; lo, _, ok = cut.Next() {
			number++
		}
		seen += int64(len(block))
	}
	if all.Close() != nil {
		return 0
	}
	return number
}

// Seek goes on at a byte of the block at which a line begins, or at its end.
func (r *Records) Seek(at int) { r.cut.at = at }

// Close closes the input.
func (r *Records) Close() error { return r.lines.Close() }

// LineOptions are the options that all formats of lines have.
type LineOptions struct {
	Sep      []byte // lineSep; nil: any line end
	Compress Compression
}

// ParseLineOptions reads lineSep, encoding (or charset) and the compression,
// which is the first of the options of the names given that is set.
func ParseLineOptions(r connector.Request, compression ...string) (o LineOptions, err error) {
	if sep, ok := r.Options.Get("lineSep"); ok {
		if sep == "" {
			return o, sparkerr.New("", "'lineSep' cannot be an empty string")
		}
		o.Sep = []byte(sep)
	}
	for _, name := range []string{"encoding", "charset"} {
		if e, ok := r.Options.Get(name); ok && !strings.EqualFold(e, "UTF-8") && !strings.EqualFold(e, "US-ASCII") {
			return o, sparkerr.New("", "the encoding "+e+" is not supported; convert the files to UTF-8")
		}
	}
	name := ""
	for _, option := range compression {
		if name == "" {
			name = r.Options.Or(option, "")
		}
	}
	o.Compress, err = ParseCompression(name)
	return o, err
}

// Cuttable reports whether ranges of a file can be read on their own.
func (o LineOptions) Cuttable() bool { return len(o.Sep) <= 1 }

// End is what ends a written line.
func (o LineOptions) End() []byte {
	if o.Sep == nil {
		return []byte{'\n'}
	}
	return o.Sep
}

// RecordOptions returns look-ups of a reader's options in which the session's
// name of the column of corrupt records stands in for a missing one.
func RecordOptions(r connector.Request) func(name string) (string, bool) {
	return func(name string) (string, bool) {
		v, ok := r.Options.Get(name)
		if !ok && name == "columnNameOfCorruptRecord" {
			v = conf(r, "spark.sql.columnNameOfCorruptRecord")
			ok = v != ""
		}
		return v, ok
	}
}
