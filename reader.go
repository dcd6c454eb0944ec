package spate

import (
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sqltype"
)

// reader is what both readers collect. It is changed in place and used once.
type reader struct {
	s         *Session
	b         *builder
	format    string
	options   []plan.Property
	schema    *sqltype.Struct
	name      string
	streaming bool
}

func (r *reader) option(key string, value any) {
	r.options = append(r.options, plan.Property{Key: key, Value: optionText(value)})
}

func (r *reader) setSchema(schema any) {
	t, err := schemaOf(schema)
	r.b.note(locate(err, callSite()))
	r.schema = t
}

// load ends the description.
func (r *reader) load(paths []string) *DataFrame {
	b := r.s.build()
	b.note(r.b.err)
	return b.frame(&plan.Read{Node: b.node(), Format: r.format, Options: r.options, Schema: r.schema, Paths: paths, Streaming: r.streaming, Name: r.name})
}

func (r *reader) table(name string) *DataFrame {
	b := r.s.build()
	b.note(r.b.err)
	return b.frame(&plan.Table{Node: b.node(), Name: b.name(name), Options: r.options, Stream: r.streaming, IdentifiedBy: r.name})
}

// DataFrameReader describes a batch relation: Format, Option, Schema, and at
// the end Load or Table.
type DataFrameReader struct{ reader }

// Format sets the connector by its name: "json", "text", "parquet".
func (r *DataFrameReader) Format(name string) *DataFrameReader { r.format = name; return r }

// Option sets an option of the connector; numbers and booleans are fine.
func (r *DataFrameReader) Option(key string, value any) *DataFrameReader {
	r.option(key, value)
	return r
}

// Options sets several options.
func (r *DataFrameReader) Options(options map[string]string) *DataFrameReader {
	for _, k := range sortedKeys(options) {
		r.option(k, options[k])
	}
	return r
}

// Schema gives the columns, as a *sqltype.Struct or DDL text ("id BIGINT, name
// STRING"), so that they need not be inferred.
func (r *DataFrameReader) Schema(schema any) *DataFrameReader { r.setSchema(schema); return r }

// Load returns the relation, read from the paths if the connector has any.
func (r *DataFrameReader) Load(paths ...string) *DataFrame { return r.load(paths) }

// Table returns a table or view by name.
func (r *DataFrameReader) Table(name string) *DataFrame { return r.table(name) }

// JSON reads files of one JSON object a line.
func (r *DataFrameReader) JSON(paths ...string) *DataFrame { return r.Format("json").Load(paths...) }

// Text reads lines of text files in a column value.
func (r *DataFrameReader) Text(paths ...string) *DataFrame { return r.Format("text").Load(paths...) }

// CSV reads files of comma-separated values.
func (r *DataFrameReader) CSV(paths ...string) *DataFrame { return r.Format("csv").Load(paths...) }

// Parquet reads Parquet files; the session needs the connector parquet.
func (r *DataFrameReader) Parquet(paths ...string) *DataFrame {
	return r.Format("parquet").Load(paths...)
}

// DataStreamReader describes a streaming relation: Format, Option, Schema, and
// at the end Load or Table.
type DataStreamReader struct{ reader }

// Format sets the connector by its name: "socket", "rate", "json", "csv".
func (r *DataStreamReader) Format(name string) *DataStreamReader { r.format = name; return r }

// Option sets an option of the connector; numbers and booleans are fine.
func (r *DataStreamReader) Option(key string, value any) *DataStreamReader {
	r.option(key, value)
	return r
}

// Options sets several options.
func (r *DataStreamReader) Options(options map[string]string) *DataStreamReader {
	for _, k := range sortedKeys(options) {
		r.option(k, options[k])
	}
	return r
}

// Schema gives the columns, as a *sqltype.Struct or DDL text. Streams of files
// need it.
func (r *DataStreamReader) Schema(schema any) *DataStreamReader { r.setSchema(schema); return r }

// Name gives the source a stable name in the checkpoint, so that sources can be
// added and removed between runs.
func (r *DataStreamReader) Name(name string) *DataStreamReader { r.name = name; return r }

// Load returns the stream, read from the path if the connector has one.
func (r *DataStreamReader) Load(path ...string) *DataFrame { return r.load(path) }

// Table returns a table as a stream of the rows added to it, or the streaming
// view of that name.
func (r *DataStreamReader) Table(name string) *DataFrame { return r.table(name) }

// JSON streams files of one JSON object a line from a folder.
func (r *DataStreamReader) JSON(path string) *DataFrame { return r.Format("json").Load(path) }

// Text streams the lines of text files from a folder.
func (r *DataStreamReader) Text(path string) *DataFrame { return r.Format("text").Load(path) }

// CSV streams files of comma-separated values from a folder.
func (r *DataStreamReader) CSV(path string) *DataFrame { return r.Format("csv").Load(path) }

// Parquet streams Parquet files from a folder; the session needs the connector
// parquet.
func (r *DataStreamReader) Parquet(path string) *DataFrame { return r.Format("parquet").Load(path) }
