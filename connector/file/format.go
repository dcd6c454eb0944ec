package file

import (
	"context"
	"io"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/sqltype"
)

// Format is a file format. It is a value without state, safe for concurrent
// use.
type Format interface {
	// Name is what format() and USING take: "json".
	Name() string
	// Ext is what names of written files end in: ".json".
	Ext() string
	// Open checks the options of a reader or writer and binds them.
	Open(r connector.Request) (Codec, error)
}

// Codec is a format with its options. It is immutable; the readers and writers
// it makes belong to one goroutine each.
type Codec interface {
	// Fixed returns the schema the format has whatever the files hold, nil if
	// it depends on them.
	Fixed() *sqltype.Struct
	// Infer returns the schema of the files. It is called with at least one.
	Infer(ctx context.Context, in []Input) (*sqltype.Struct, error)
	// Supports reports whether a column of the type can be read and written.
	Supports(t sqltype.Type) bool
	// Cuttable reports whether an uncompressed file may be read in ranges that
	// begin and end at lines.
	Cuttable() bool
	// Reader reads rows of the schema s from one input; columns other than
	// those of want stay empty.
	Reader(in Input, s *sqltype.Struct, want connector.Wanted) (Rows, error)
	// Writer writes rows of the schema to w. Close of the result flushes and
	// leaves w open.
	Writer(w io.Writer, s *sqltype.Struct) (RowWriter, error)
}

// Rows reads the rows of one input.
type Rows interface {
	// Read is connector.Reader's Read for the data columns: b's columns are
	// those of the schema, the rows may alias memory of the reader's until the
	// next Read, io.EOF ends.
	Read(ctx context.Context, b *columnar.Batch) error
	Close() error
}

// Numbered is implemented by Rows that know the numbers of rows in their file.
type Numbered interface {
	// First returns the number of the first row of the last Read, counted from
	// 0 at the beginning of the file; the others follow it one by one.
	First() int64
}

// Liner is implemented by Rows that know on which line of the file the record
// stands that the last Read failed at.
type Liner interface {
	// Line returns its number from 1 on, 0 if it is unknown.
	Line(ctx context.Context) int64
}

// RowWriter writes rows to one file.
type RowWriter interface {
	// Write writes the selected rows of b, which is borrowed.
	Write(b *columnar.Batch) error
	Close() error
}

// RowIndex is implemented by codecs whose Rows are Numbered.
type RowIndex interface{ RowIndex() }

// Ext is implemented by codecs whose files end in another extension than the
// format's (compression).
type Ext interface{ Ext() string }

// Counter is implemented by codecs whose files say how many rows they have.
type Counter interface {
	// Rows counts the rows of a file without reading them.
	Rows(in Input) (int64, error)
}

// Divider is implemented by codecs that know at which bytes their files are best
// cut.
type Divider interface {
	// Cuts returns where pieces that can be read side by side begin, ascending,
	// the first one's 0.
	Cuts(in Input) ([]int64, error)
}

// Connector is a format as a source and a sink. It implements
// connector.SourceConnector and connector.SinkConnector.
type Connector struct{ format Format }

// New returns the connector of a format.
func New(f Format) *Connector { return &Connector{f} }

// Name implements connector.Connector.
func (c *Connector) Name() string { return c.format.Name() }

// Folders returns the absolute paths that options name.
func (c *Connector) Folders(o connector.Options) ([]string, error) { return pathsOf(o) }

// Files reports that a table of this format without a location gets a folder
// of the warehouse.
func (c *Connector) Files() bool { return true }
