package spate

import (
	"context"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sparkerr"
)

// DataFrameWriter writes the rows of a batch frame: Format, Mode, Option,
// PartitionBy, and at the end Save, SaveAsTable or InsertInto.
type DataFrameWriter struct {
	d         *DataFrame
	b         *builder
	format    string
	mode      connector.Save
	options   connector.Options
	partition []string
}

// Write starts to describe how the rows are written. The mode is
// "errorifexists" unless Mode says otherwise.
func (d *DataFrame) Write() *DataFrameWriter {
	return &DataFrameWriter{d: d, b: d.build(), mode: connector.SaveErrorIfExists, options: connector.Options{}}
}

// Format sets the connector by its name.
func (w *DataFrameWriter) Format(name string) *DataFrameWriter { w.format = name; return w }

// saveModes are Spark's names of save modes.
var saveModes = map[string]connector.Save{
	"append": connector.SaveAppend, "overwrite": connector.SaveOverwrite, "ignore": connector.SaveIgnore,
	"error": connector.SaveErrorIfExists, "errorifexists": connector.SaveErrorIfExists, "default": connector.SaveErrorIfExists,
}

// Mode says what happens to rows that are there already: append, overwrite,
// ignore (write nothing if the target exists), or errorifexists.
func (w *DataFrameWriter) Mode(mode string) *DataFrameWriter {
	m, ok := saveModes[folded(mode)]
	if !ok {
		w.b.note(sparkerr.New("INVALID_SAVE_MODE", "the save mode is append, overwrite, ignore, error or errorifexists, not '"+mode+"'", "mode", `"`+mode+`"`).At(callSite()))
	}
	w.mode = m
	return w
}

// Option sets an option of the connector.
func (w *DataFrameWriter) Option(key string, value any) *DataFrameWriter {
	w.options[key] = optionText(value)
	return w
}

// Options sets several options.
func (w *DataFrameWriter) Options(options map[string]string) *DataFrameWriter {
	for k, v := range options {
		w.options[k] = v
	}
	return w
}

// PartitionBy puts the rows into folders by the values of columns.
func (w *DataFrameWriter) PartitionBy(columns ...string) *DataFrameWriter {
	w.partition = columns
	return w
}

// Save runs the frame and writes its rows, to the path if the connector has
// one. Nothing shows before all is written.
func (w *DataFrameWriter) Save(ctx context.Context, path ...string) error {
	at := callSite()
	if w.b.err != nil {
		return w.b.err
	}
	if len(path) > 0 {
		w.options["path"] = path[0]
	}
	return locate(w.d.s.in.Write(ctx, w.d.rel, w.format, w.options, w.partition, w.mode), at)
}

// JSON writes files of one JSON object a line.
func (w *DataFrameWriter) JSON(ctx context.Context, path string) error {
	return w.Format("json").Save(ctx, path)
}

// Text writes the one column of the frame as lines of text.
func (w *DataFrameWriter) Text(ctx context.Context, path string) error {
	return w.Format("text").Save(ctx, path)
}

// CSV writes files of comma-separated values.
func (w *DataFrameWriter) CSV(ctx context.Context, path string) error {
	return w.Format("csv").Save(ctx, path)
}

// Parquet writes Parquet files; the session needs the connector parquet.
func (w *DataFrameWriter) Parquet(ctx context.Context, path string) error {
	return w.Format("parquet").Save(ctx, path)
}

// SaveAsTable makes a table of the rows, or writes them into one that is there,
// as the mode says; append matches columns by name.
func (w *DataFrameWriter) SaveAsTable(ctx context.Context, name string) error {
	b := w.d.build()
	b.note(w.b.err)
	table := b.name(name)
	if b.err != nil {
		return b.err
	}
	if w.mode == connector.SaveAppend && w.d.s.in.TableExists(table) {
		return w.statement(ctx, b, &plan.Insert{Node: b.node(), Table: table, ByName: true, Query: w.d.rel})
	}
	create := &plan.CreateTable{Node: b.node(), Name: table, Query: w.d.rel, IfExists: w.ifExists()}
	create.Spec.Provider = w.format
	for _, k := range sortedKeys(w.options) {
		create.Spec.Options = append(create.Spec.Options, plan.Property{Key: k, Value: w.options[k]})
	}
	for _, c := range w.partition {
		create.Spec.Partitioned = append(create.Spec.Partitioned, &plan.Attribute{Node: b.node(), Parts: []string{c}})
	}
	return w.statement(ctx, b, create)
}

func (w *DataFrameWriter) ifExists() plan.IfExists {
	switch w.mode {
	case connector.SaveOverwrite:
		return plan.ReplaceIfExists
	case connector.SaveIgnore:
		return plan.KeepIfExists
	}
	return plan.FailIfExists
}

// InsertInto writes the rows into a table, columns by position; overwrite
// removes the old rows.
func (w *DataFrameWriter) InsertInto(ctx context.Context, name string, overwrite ...bool) error {
	b := w.d.build()
	b.note(w.b.err)
	table := b.name(name)
	if b.err != nil {
		return b.err
	}
	over := w.mode == connector.SaveOverwrite || len(overwrite) > 0 && overwrite[0]
	return w.statement(ctx, b, &plan.Insert{Node: b.node(), Table: table, Overwrite: over, Query: w.d.rel})
}

func (w *DataFrameWriter) statement(ctx context.Context, b *builder, st plan.Statement) error {
	_, err := w.d.s.in.Statement(ctx, st)
	return locate(err, b.at)
}
