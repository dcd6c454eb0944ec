package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/sqltype"
)

// numbers is the format "numbers": the numbers from 1 to the option upTo, at
// most rowsPerTrigger of them in a micro-batch. It implements
// connector.SourceConnector.
type numbers struct{}

func (numbers) Name() string { return "numbers" }

func (numbers) Source(_ context.Context, r connector.Request) (connector.Source, error) {
	s := &counter{}
	var err error
	if s.upTo, err = strconv.ParseInt(r.Options.Or("upTo", "1000"), 10, 64); err != nil {
		return nil, fmt.Errorf("option upTo: %w", err)
	}
	if s.step, err = strconv.ParseInt(r.Options.Or("rowsPerTrigger", "100"), 10, 64); err != nil || s.step < 1 {
		return nil, fmt.Errorf("option rowsPerTrigger must be a number of at least 1")
	}
	r.Env.Log.Debug("numbers opened", "upTo", s.upTo)
	return s, nil
}

// counter is the source; its offset is the last number that was read.
type counter struct{ upTo, step int64 }

var columns = sqltype.NewStruct(sqltype.F("n", sqltype.Long))

func (*counter) Schema() *sqltype.Struct { return columns }

func numberOf(o connector.Offset) (n int64, err error) {
	if len(o) > 0 {
		err = json.Unmarshal(o, &n)
	}
	return n, err
}

// Latest says where the next micro-batch ends.
func (c *counter) Latest(_ context.Context, from connector.Offset, l connector.Limit) (connector.Offset, error) {
	n, err := numberOf(from)
	if err != nil || n >= c.upTo {
		return from, err
	}
	if n = min(n+c.step, c.upTo); l.All {
		n = c.upTo
	}
	return json.Marshal(n)
}

// Snapshot lets the trigger AvailableNow end: there is never more than upTo.
func (*counter) Snapshot(context.Context) error { return nil }

// Splits cuts (from, to] in two, which are read at the same time. Asked again,
// after a crash, it cuts in the same places.
func (*counter) Splits(_ context.Context, from, to connector.Offset) ([]connector.Split, error) {
	lo, err := numberOf(from)
	if err != nil {
		return nil, err
	}
	hi, err := numberOf(to)
	if err != nil {
		return nil, err
	}
	mid := lo + (hi-lo)/2
	return []connector.Split{
		{ID: fmt.Sprint(lo), Spec: [2]int64{lo, mid}},
		{ID: fmt.Sprint(mid), Spec: [2]int64{mid, hi}},
	}, nil
}

func (*counter) Open(_ context.Context, s connector.Split, _ connector.Wanted) (connector.Reader, error) {
	span := s.Spec.([2]int64)
	return &reader{next: span[0] + 1, last: span[1]}, nil
}

func (*counter) Forget(context.Context, connector.Offset) error { return nil }

func (*counter) Close() error { return nil }

// reader reads one split, a batch at a time.
type reader struct{ next, last int64 }

func (r *reader) Read(_ context.Context, b *columnar.Batch) error {
	n := int(min(r.last-r.next+1, columnar.MaxRows))
	b.Resize(n)
	if n == 0 {
		return io.EOF
	}
	for i := range columnar.Slice[int64](b.Cols[0]) {
		columnar.Slice[int64](b.Cols[0])[i] = r.next
		r.next++
	}
	return nil
}

// Position is asked of unbounded splits only.
func (*reader) Position() connector.Offset { return nil }

func (*reader) Close() error { return nil }
