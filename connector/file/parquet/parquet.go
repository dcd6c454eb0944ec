// Package parquet is the file format of Apache Parquet. It reads and writes
// metadata, pages and compressed bytes by arrow-go and decodes plain and coded
// values straight into vectors: dictionaries of text stay dictionaries. Row
// groups whose statistics rule a filter out are not read.
//
// Files are as Spark writes them: the schema also stands as JSON under Spark's
// key in the footer, lists and maps have three levels, timestamps are
// microseconds in UTC.
package parquet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	pq "github.com/apache/arrow-go/v18/parquet/file"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/connector/file"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Connector returns the format as a source and a sink.
func Connector() *file.Connector { return file.New(format{}) }

// sparkSchema is the key of the footer under which Spark keeps the schema.
const sparkSchema = "org.apache.spark.sql.parquet.row.metadata"

type format struct{}

func (format) Name() string { return "parquet" }
func (format) Ext() string  { return ".parquet" }

// codecs are the compressions by their names in the option.
var codecs = map[string]struct {
	codec compress.Compression
	ext   string
}{
	"none": {compress.Codecs.Uncompressed, ""}, "uncompressed": {compress.Codecs.Uncompressed, ""}, "snappy": {compress.Codecs.Snappy, ".snappy"},
	"gzip": {compress.Codecs.Gzip, ".gz"}, "zstd": {compress.Codecs.Zstd, ".zstd"}, "brotli": {compress.Codecs.Brotli, ".br"}, "lz4_raw": {compress.Codecs.Lz4Raw, ".lz4raw"},
}

// Open implements file.Format.
func (format) Open(r connector.Request) (file.Codec, error) {
	name := ""
	if r.Conf != nil {
		name = r.Conf("spark.sql.parquet.compression.codec")
	}
	if name == "" {
		name = "snappy"
	}
	name = strings.ToLower(r.Options.Or("compression", r.Options.Or("parquet.compression", name)))
	k, ok := codecs[name]
	if !ok {
		return nil, sparkerr.New("CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION",
			"The codec "+name+" is not available. Available codecs are brotli, uncompressed, lz4_raw, gzip, snappy, none, zstd.",
			"codecName", name, "availableCodecs", "brotli, uncompressed, lz4_raw, gzip, snappy, none, zstd")
	}
	merge, err := file.BoolOption(r.Options, "mergeSchema", false)
	return &codec{compress: k.codec, ext: k.ext + ".parquet", merge: merge}, err
}

type codec struct {
	compress compress.Compression
	ext      string
	merge    bool
	pages    pages // memory of its readers
}

func (c *codec) Fixed() *sqltype.Struct { return nil }

// Cuttable implements file.Codec: a row group belongs to the range that its
// middle lies in.
func (c *codec) Cuttable() bool { return true }

// Ext implements file.Ext.
func (c *codec) Ext() string { return c.ext }

// Supports implements file.Codec.
func (c *codec) Supports(t sqltype.Type) bool {
	switch t := t.(type) {
	case *sqltype.Array:
		return c.Supports(t.Elem)
	case *sqltype.Map:
		return c.Supports(t.Key) && c.Supports(t.Value)
	case *sqltype.Struct:
		for _, f := range t.Fields {
			if !c.Supports(f.Type) {
				return false
			}
		}
		return len(t.Fields) > 0
	}
	return t.Kind() != sqltype.KindCalendar && t.Kind() != sqltype.KindNull
}

// Infer implements file.Codec: the schema of the first file, or with
// mergeSchema the columns of all.
func (c *codec) Infer(ctx context.Context, in []file.Input) (*sqltype.Struct, error) {
	var all *sqltype.Struct
	for _, input := range in {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s, err := c.footerSchema(input)
		if err != nil {
			return nil, err
		}
		if all == nil {
			all = s
		} else if all, err = merged(all, s); err != nil {
			return nil, err
		}
		if !c.merge {
			break
		}
	}
	return all, nil
}

// pieceBytes is the least size of row groups that are read as a piece of their
// own.
const pieceBytes = 512 << 10

// Cuts implements file.Divider: pieces are row groups.
func (c *codec) Cuts(in file.Input) (_ []int64, err error) {
	o, err := c.open(in)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(caught(recover(), in.Path, err), o.Close()) }()
	cuts := []int64{0}
	for g := range o.NumRowGroups() {
		lo, _, err := extent(o.MetaData().RowGroup(g))
		if err != nil {
			return nil, err
		}
		if lo < in.Size && lo-cuts[len(cuts)-1] >= pieceBytes {
			cuts = append(cuts, lo)
		}
	}
	return cuts, nil
}

// Rows implements file.Counter.
func (c *codec) Rows(in file.Input) (_ int64, err error) {
	o, err := c.open(in)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	return o.NumRows(), nil
}

func merged(a, b *sqltype.Struct) (*sqltype.Struct, error) {
	out := &sqltype.Struct{Fields: append([]sqltype.Field(nil), a.Fields...)}
	for _, f := range b.Fields {
		k := out.IndexFold(f.Name)
		switch {
		case k < 0:
			out.Fields = append(out.Fields, f)
		case !sqltype.SameShape(out.Fields[k].Type, f.Type):
			return nil, sparkerr.New("CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE",
				"Failed to merge incompatible data types "+sqltype.SQL(out.Fields[k].Type)+" and "+sqltype.SQL(f.Type)+" of the column `"+f.Name+"`; give a schema.",
				"left", sqltype.SQL(out.Fields[k].Type), "right", sqltype.SQL(f.Type))
		}
	}
	return out, nil
}

// opened is an open file.
type opened struct {
	*pq.Reader
	file vfs.Reader
}

// open reads the footer of a file. What arrow-go cannot read, it may also
// panic about.
func (c *codec) open(in file.Input) (o opened, err error) {
	f, err := in.Open()
	if err != nil {
		return o, err
	}
	defer func() {
		if err = caught(recover(), in.Path, err); err != nil {
			err = errors.Join(err, f.Close())
		}
	}()
	props := parquet.NewReaderProperties(&c.pages)
	props.BufferedStreamEnabled, props.BufferSize = true, 64<<10 // pages that are larger are read past it
	r, err := pq.NewParquetReader(io.NewSectionReader(f, 0, in.Size), pq.WithReadProps(props))
	if err != nil {
		return o, sparkerr.Corrupt(in.Path, "this is not a Parquet file: %v", err)
	}
	return opened{r, f}, nil
}

// caught turns a panic into an error about the file.
func caught(panicked any, path string, err error) error {
	if panicked == nil {
		return err
	}
	return sparkerr.Corrupt(path, "the content cannot be decoded: %v", fmt.Sprint(panicked))
}

// Close closes the file.
func (o opened) Close() error { return o.file.Close() }

func (c *codec) footerSchema(in file.Input) (_ *sqltype.Struct, err error) {
	o, err := c.open(in)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	if text := o.MetaData().KeyValueMetadata().FindValue(sparkSchema); text != nil {
		if t, err := sqltype.ParseJSON(*text); err == nil {
			if s, ok := t.(*sqltype.Struct); ok {
				return s, nil
			}
		}
	}
	return schemaOf(o.MetaData().Schema.Root())
}
