package rate

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// MicroBatch returns the format rate-micro-batch: rowsPerBatch rows in every
// micro-batch, whenever it runs. Options: rowsPerBatch (required),
// startTimestamp (0, ms), advanceMillisPerBatch (1000), numPartitions (1).
func MicroBatch() connector.SourceConnector { return byBatch{} }

type byBatch struct{}

func (byBatch) Name() string { return "rate-micro-batch" }

// Advice implements connector.Adviser.
func (byBatch) Advice(o connector.Options) []string {
	return connector.UnknownOptions("rate-micro-batch", o, "rowsPerBatch", "numPartitions", "startTimestamp", "advanceMillisPerBatch")
}

func (byBatch) Source(_ context.Context, r connector.Request) (connector.Source, error) {
	if err := check("RatePerMicroBatchProvider", r); err != nil {
		return nil, err
	}
	s := &batched{}
	for _, o := range []struct {
		name             string
		to               *int64
		otherwise, least int64
	}{{"rowsPerBatch", &s.perBatch, 0, 1}, {"numPartitions", &s.parts, 1, 1}, {"startTimestamp", &s.start, 0, 0}, {"advanceMillisPerBatch", &s.advance, 1000, 0}} {
		var err error
		if *o.to, err = number(r.Options, o.name, o.otherwise, o.least); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// batched is the source. Its offset is the next value and its time.
type batched struct {
	perBatch, parts, start, advance int64
	frozen                          bool // one more batch, then no more
	end                             connector.Offset
}

type place struct {
	Offset    int64 `json:"offset"`
	Timestamp int64 `json:"timestamp"`
}

func (s *batched) place(o connector.Offset) (place, error) {
	if len(o) == 0 {
		return place{0, s.start}, nil
	}
	var p struct{ Offset, Timestamp *int64 }
	if err := json.Unmarshal(o, &p); err != nil || p.Offset == nil || p.Timestamp == nil {
		return place{}, corruptOffset(o)
	}
	switch {
	case *p.Offset < 0:
		return place{}, sparkerr.New("MALFORMED_STATE_IN_RATE_PER_MICRO_BATCH_SOURCE.INVALID_OFFSET", fmt.Sprintf("the offset %d of the checkpoint is negative", *p.Offset))
	case *p.Timestamp < s.start:
		return place{}, sparkerr.New("MALFORMED_STATE_IN_RATE_PER_MICRO_BATCH_SOURCE.INVALID_TIMESTAMP", fmt.Sprintf("the time %d of the checkpoint is before startTimestamp %d; do not change that option", *p.Timestamp, s.start))
	}
	return place{*p.Offset, *p.Timestamp}, nil
}

func (*batched) Schema() *sqltype.Struct { return schema }

// Describe implements connector.Describer.
func (s *batched) Describe() string {
	return fmt.Sprintf("RatePerMicroBatchStream[rowsPerBatch=%d, numPartitions=%d, startTimestamp=%d, advanceMsPerBatch=%d]", s.perBatch, s.parts, s.start, s.advance)
}

// Snapshot implements connector.Snapshotter: there is one batch more.
func (s *batched) Snapshot(context.Context) error {
	s.frozen = true
	return nil
}

// Latest implements connector.Source: there is always one more batch.
func (s *batched) Latest(_ context.Context, from connector.Offset, _ connector.Limit) (connector.Offset, error) {
	p, err := s.place(from)
	if err != nil || s.frozen && s.end != nil {
		return from, err
	}
	s.end = fmt.Appendf(nil, `{"offset":%d,"timestamp":%d}`, p.Offset+s.perBatch, p.Timestamp+s.advance)
	return s.end, nil
}

// Splits implements connector.Source: all rows have the time of the start.
func (s *batched) Splits(_ context.Context, from, to connector.Offset) ([]connector.Split, error) {
	if len(to) == 0 {
		return nil, sparkerr.New("_LEGACY_ERROR_TEMP_3167", "Rate per micro-batch does not support continuous processing; use a micro-batch trigger.")
	}
	a, err := s.place(from)
	if err != nil {
		return nil, err
	}
	z, err := s.place(to)
	if err != nil {
		return nil, err
	}
	return cut(a.Offset, z.Offset, s.parts, a.Timestamp, 0), nil
}

func (s *batched) Open(_ context.Context, sp connector.Split, want connector.Wanted) (connector.Reader, error) {
	return open(sp, want), nil
}

func (*batched) Forget(context.Context, connector.Offset) error { return nil }

func (*batched) Close() error { return nil }
