package memory

import (
	"context"
	"io"
	"strconv"
	"sync"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// snapshot is a batch source over batches that never change.
type snapshot struct {
	schema  *sqltype.Struct
	batches []*columnar.Batch
}

func (s *snapshot) Schema() *sqltype.Struct { return s.schema }

// Now implements connector.Bounded.
func (s *snapshot) Now(context.Context, connector.Wanted) ([]connector.Split, error) {
	return splits(s.batches, 0), nil
}

// Stats implements connector.Bounded.
func (s *snapshot) Stats() int64 {
	n := 0
	for _, b := range s.batches {
		n += b.Size()
	}
	return int64(n)
}

func (s *snapshot) Latest(context.Context, connector.Offset, connector.Limit) (connector.Offset, error) {
	return nil, sparkerr.Internalf("a table in memory was read as a stream")
}

func (s *snapshot) Splits(context.Context, connector.Offset, connector.Offset) ([]connector.Split, error) {
	return nil, sparkerr.Internalf("a table in memory was read as a stream")
}

func (s *snapshot) Forget(context.Context, connector.Offset) error { return nil }

func (s *snapshot) Open(_ context.Context, sp connector.Split, want connector.Wanted) (connector.Reader, error) {
	return open(sp, want, len(s.schema.Fields)), nil
}

func (s *snapshot) Close() error { return nil }

// splits makes a split of each batch; the first has the number from.
func splits(batches []*columnar.Batch, from int) []connector.Split {
	out := make([]connector.Split, len(batches))
	for i, b := range batches {
		out[i] = connector.Split{ID: strconv.Itoa(from + i), Spec: b, Size: int64(b.Size())}
	}
	return out
}

// reader lends copies of the wanted columns of one batch.
type reader struct {
	from *columnar.Batch
	want []bool
	done bool
}

func open(sp connector.Split, want connector.Wanted, columns int) *reader {
	r := &reader{from: sp.Spec.(*columnar.Batch), want: make([]bool, columns)}
	for _, c := range want.Columns {
		r.want[c] = true
	}
	return r
}

// Read implements connector.Reader.
func (r *reader) Read(_ context.Context, b *columnar.Batch) error {
	b.Resize(0)
	if r.done {
		return io.EOF
	}
	r.done = true
	for i, c := range b.Cols {
		if r.want[i] {
			c.AppendRows(r.from.Cols[i], nil, r.from.Len)
		} else {
			c.Len = r.from.Len
		}
	}
	b.Len = r.from.Len
	return nil
}

// Position implements connector.Reader; the splits are bounded.
func (*reader) Position() connector.Offset { return nil }

// Close implements connector.Reader.
func (*reader) Close() error { return nil }

// Stream is a source that a test feeds: Spark's MemoryStream. Every Add is one
// block, one offset (a bare number) and one split. Blocks of committed epochs
// are dropped. It is also the connector of itself.
type Stream struct {
	name    string
	schema  *sqltype.Struct
	mu      sync.Mutex // guards what is below
	blocks  []*columnar.Batch
	dropped int // blocks before the first held
	frozen  int // -1, or the number of blocks that a snapshot saw
}

// NewStream returns an empty stream with the format name and schema.
func NewStream(name string, s *sqltype.Struct) *Stream {
	return &Stream{name: name, schema: s, frozen: -1}
}

// Name implements connector.Connector.
func (s *Stream) Name() string { return s.name }

// Source implements connector.SourceConnector: the stream itself.
func (s *Stream) Source(context.Context, connector.Request) (connector.Source, error) { return s, nil }

// Add appends at most columnar.MaxRows rows, in the Go forms of the columns, as
// one block.
func (s *Stream) Add(rows ...columnar.Row) {
	b := columnar.NewBatch(s.schema)
	for _, row := range rows {
		for i, c := range b.Cols {
			c.AppendValue(row[i])
		}
		b.Len++
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blocks = append(s.blocks, b)
}

// Schema implements connector.Source.
func (s *Stream) Schema() *sqltype.Struct { return s.schema }

// Describe implements connector.Describer.
func (s *Stream) Describe() string { return "MemoryStream[" + s.name + "]" }

// Snapshot implements connector.Snapshotter.
func (s *Stream) Snapshot(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frozen = s.dropped + len(s.blocks)
	return nil
}

// Latest implements connector.Source.
func (s *Stream) Latest(_ context.Context, from connector.Offset, _ connector.Limit) (connector.Offset, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	end := s.dropped + len(s.blocks)
	if s.frozen >= 0 {
		end = s.frozen
	}
	if start, err := blockOf(from, -1); err != nil || start >= end-1 {
		return from, err
	}
	return strconv.AppendInt(nil, int64(end-1), 10), nil
}

// blockOf reads an offset: the number of the last block before it.
func blockOf(o connector.Offset, otherwise int) (int, error) {
	if len(o) == 0 {
		return otherwise, nil
	}
	n, err := strconv.Atoi(string(o))
	if err != nil {
		return 0, sparkerr.Corrupt(string(o), "this is not an offset of a memory stream")
	}
	return n, nil
}

// Splits implements connector.Source.
func (s *Stream) Splits(_ context.Context, from, to connector.Offset) ([]connector.Split, error) {
	lo, err := blockOf(from, -1)
	if err != nil {
		return nil, err
	}
	hi, err := blockOf(to, -1)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(to) == 0 {
		return nil, sparkerr.New("", "a memory stream cannot be read continuously; use a micro-batch trigger")
	}
	if lo+1 < s.dropped || hi >= s.dropped+len(s.blocks) {
		return nil, sparkerr.New("", "the rows of this memory stream are gone: it lives in one process only, so its queries cannot be continued from a checkpoint")
	}
	return splits(s.blocks[lo+1-s.dropped:hi+1-s.dropped], lo+1), nil
}

// Open implements connector.Source.
func (s *Stream) Open(_ context.Context, sp connector.Split, want connector.Wanted) (connector.Reader, error) {
	return open(sp, want, len(s.schema.Fields)), nil
}

// Forget implements connector.Source.
func (s *Stream) Forget(_ context.Context, upTo connector.Offset) error {
	n, err := blockOf(upTo, -1)
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := n + 1 - s.dropped; err == nil && k > 0 {
		k = min(k, len(s.blocks))
		s.blocks, s.dropped = append([]*columnar.Batch(nil), s.blocks[k:]...), s.dropped+k
	}
	return err
}

// Close implements connector.Source.
func (s *Stream) Close() error { return nil }
