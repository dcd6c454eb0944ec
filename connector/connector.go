// Package connector is what the engine asks of the world: sources that read
// rows, sinks that keep them, and the guarantees both give. A connector is a
// value handed to a session; there is no registry. Connectors know nothing of
// the engine.
//
// Each value is called by one goroutine at a time; different values (two
// readers of one source) by different ones.
package connector

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/files"
	"github.com/spatestream/spate/sqltype"
)

// Offset is a position of a source: one line of JSON as it stands in the
// offset log, opaque to the engine. Empty means "nothing yet" as a start and
// "for ever" as an end.
type Offset = json.RawMessage

// Limit bounds what one epoch admits.
type Limit struct {
	All bool // everything there is, whatever the source's own options say
}

// Split is a part of the data between two offsets that one reader reads.
type Split struct {
	ID   string // stable: the same data has the same ID at every run
	Spec any    // the connector's own
	Size int64  // about how many bytes, 0 unknown
}

// Wanted is what the plan needs of a source.
type Wanted struct {
	Columns []int // ordinals of Source.Schema and hidden columns to fill, ascending; others stay empty (Len set, no data)
	Filters []Filter
	Limit   int64 // rows after which nobody reads on; 0 none
}

// Filter is a predicate the source may use to skip data; the engine applies it
// again.
type Filter struct {
	Column int
	Op     string // =, <, <=, >, >=, isnull, isnotnull, in, contains, startswith, endswith
	Values []any  // Go forms of the column's type
}

// Source reads a relation, bounded or not.
type Source interface {
	// Schema of the rows, fixed for the life of the source.
	Schema() *sqltype.Struct
	// Latest returns the end of what the next epoch may read, from is the end
	// of the last. Equal to from: nothing new. Called by the coordinator only.
	Latest(ctx context.Context, from Offset, l Limit) (Offset, error)
	// Splits cuts (from, to] into parts, deterministically: at every run the
	// same splits in the same order. An empty to means "for ever".
	Splits(ctx context.Context, from, to Offset) ([]Split, error)
	// Open starts to read a split. Safe for concurrent use.
	Open(ctx context.Context, s Split, want Wanted) (Reader, error)
	// Forget says that everything up to the offset is committed.
	Forget(ctx context.Context, upTo Offset) error
	Close() error
}

// Snapshotter is a Source that can serve Trigger.AvailableNow: after Snapshot,
// Latest never goes beyond what was there at that call.
type Snapshotter interface {
	Snapshot(ctx context.Context) error
}

// Describer is a source or sink that has a text for progress reports:
// FileStreamSource[file:/data/in].
type Describer interface{ Describe() string }

// Hider is a Source with columns that no star stands for, such as _metadata of
// files: their ordinals follow those of Schema.
type Hider interface{ Hidden() []sqltype.Field }

// Columns returns the columns of the batches that readers of s fill: those of
// its schema and, if one of them is wanted, the hidden ones.
func Columns(s Source, w Wanted) *sqltype.Struct {
	h, ok := s.(Hider)
	n := len(s.Schema().Fields)
	if !ok || len(w.Columns) == 0 || w.Columns[len(w.Columns)-1] < n {
		return s.Schema()
	}
	return &sqltype.Struct{Fields: append(s.Schema().Fields[:n:n], h.Hidden()...)}
}

// Committer is a Sink that knows its newest committed epoch, -1 for none. A
// query whose checkpoint is new must not write to one that knows of epochs: it
// would take its own first ones for written. Nor may one go on that lacks epochs
// its checkpoint has committed: it would have a gap.
type Committer interface {
	Committed() (Epoch, error)
}

// Bounded is a Source that can also be read as a batch relation.
type Bounded interface {
	// Now returns the splits of everything there is.
	Now(ctx context.Context, want Wanted) ([]Split, error)
	// Stats returns about how many bytes the relation has, -1 if unknown.
	Stats() int64
}

// Counter is a Bounded source that knows about how many rows it has.
type Counter interface {
	// Rows returns about how many rows the relation has, -1 if unknown.
	Rows() int64
}

// Reader reads one split.
type Reader interface {
	// Read fills b, which it resizes; 0 rows are allowed. io.EOF ends the
	// split (with 0 rows). The rows may alias memory of the reader's and are
	// valid until the next Read. When ctx ends it returns at once with ctx's
	// error and nothing is lost.
	Read(ctx context.Context, b *columnar.Batch) error
	// Position is the offset after the last row read; unbounded splits only.
	Position() Offset
	Close() error
}

// Metrics of a source or sink for progress reports, name to text.
type Metrics interface{ Metrics() map[string]string }

// Skipper is a Reader that leaves out rows that Wanted.Filters exclude after it
// has read them. Skipped returns how many since its last call; they count as
// rows read.
type Skipper interface{ Skipped() int64 }

// Guarantee is what a sink promises when an epoch is written again.
type Guarantee uint8

// AtLeastOnce: an undecided epoch may appear twice. ByKey: writing again
// overwrites the same keys. ByEpoch: nothing of an epoch shows before its
// Commit, and a committed epoch is not written again.
const (
	AtLeastOnce Guarantee = iota
	ByKey
	ByEpoch
)

// Mode is the output mode of a streaming query.
type Mode uint8

// The output modes.
const (
	Append Mode = iota
	Update
	Complete
)

func (m Mode) String() string { return [...]string{"append", "update", "complete"}[m] }

// Receipt is what a writer prepared, as it stands in the manifest of the epoch.
type Receipt = json.RawMessage

// Epoch numbers the micro-batches of a query from 0.
type Epoch int64

// Sink keeps the result of a query.
type Sink interface {
	Guarantee() Guarantee
	// Writer opens the output of one task in one epoch; tasks of an epoch
	// write concurrently.
	Writer(ctx context.Context, e Epoch, task int) (Writer, error)
	// Commit makes an epoch visible. r is what its writers prepared, in task
	// order; of an epoch that is committed already: nil, and nothing happens
	// twice. If the prepared work is gone: ErrLost.
	Commit(ctx context.Context, e Epoch, r []Receipt) error
	// Abort drops what was prepared.
	Abort(ctx context.Context, e Epoch, r []Receipt) error
	Close() error
}

// Writer takes the rows of one task in one epoch.
type Writer interface {
	// Write copies what it keeps: b is borrowed.
	Write(ctx context.Context, b *columnar.Batch) error
	// Prepare makes the rows durable and invisible; no Write follows.
	Prepare(ctx context.Context) (Receipt, error)
	// Abort drops them; legal at any time, also after an error.
	Abort() error
}

// Save says what a batch write does to rows that are there already.
type Save uint8

// The save modes. ErrorIfExists fails if the target exists at all, Ignore then
// writes nothing.
const (
	SaveAppend Save = iota
	SaveOverwrite
	SaveErrorIfExists
	SaveIgnore
)

// Options are a reader's or writer's options; look-ups fold case.
type Options map[string]string

// Clock tells the time and waits. Implementations are safe for concurrent use.
type Clock interface {
	Now() time.Time
	// Sleep waits for d or until ctx ends, and returns ctx's error then.
	Sleep(ctx context.Context, d time.Duration) error
}

// Env is what a connector uses of the world instead of reaching for it, so that
// a test decides what time it is and when a disk fails. It is immutable.
type Env struct {
	Clock Clock
	Seed  uint64 // source of all randomness
	FS    files.FS
	Log   *slog.Logger
}

// Request is what a session asks a connector for.
type Request struct {
	Env       *Env
	Options   Options
	Schema    *sqltype.Struct // given by the user, nil if not
	Mode      Mode            // sinks of streams
	Save      Save            // sinks of batches
	Partition []string        // partitionBy columns of a sink
	// Fixed holds in its one row the values of the first of Partition; a batch
	// with SaveOverwrite then replaces only what has these. Borrowed; nil: none.
	Fixed *columnar.Batch
	Zone  string // session time zone
	Conf  func(key string) string
	// Streaming: the source is read, or the sink written, by a stream. A sink
	// of a batch has one epoch, 0, and shows nothing before its Commit.
	Streaming bool
	// Log is the stream's own folder in the checkpoint; "" when it is opened
	// only to learn its schema.
	Log string
	// Journal is where a stream notes what its offsets stand for; nil: in files
	// of its own in Log.
	Journal Journal
}

// Journal is the part of a checkpoint's log that belongs to one source: entries
// numbered from 0 without gaps. It belongs to the query's goroutine.
type Journal interface {
	// Add notes entry id, the one after the last. It is durable before the
	// offsets that name it, or with them. A whole entry stands for all before
	// it, which may then be forgotten. entry is borrowed.
	Add(id int64, entry []byte, whole bool) error
	// Read calls visit for the entries that are durable and not forgotten, in
	// order. The bytes are borrowed.
	Read(visit func(id int64, entry []byte, whole bool) error) error
}

// Connector is one format name: sources, sinks or both.
type Connector interface{ Name() string }

// SourceConnector opens sources.
type SourceConnector interface {
	Connector
	// Source opens the relation; it checks options and infers the schema where
	// none is given and the format allows it.
	Source(ctx context.Context, r Request) (Source, error)
}

// SinkConnector opens sinks.
type SinkConnector interface {
	Connector
	// Sink opens the target for rows of the schema.
	Sink(ctx context.Context, r Request) (Sink, error)
}
