package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
)

// ledger is the format "ledger" and its one sink: it keeps the newest count of
// each digit, as of the last committed micro-batch. Writers prepare what they
// have as receipts, which lie in the checkpoint until the batch is committed:
// so a commit may come again, and nothing is lost or counted twice. It
// implements connector.SinkConnector and connector.Sink.
type ledger struct {
	mu     sync.Mutex
	counts map[int64]int64 // by digit; guarded by mu
	epoch  connector.Epoch // of counts; guarded by mu
}

func (*ledger) Name() string { return "ledger" }

func (l *ledger) Sink(context.Context, connector.Request) (connector.Sink, error) { return l, nil }

func (*ledger) Guarantee() connector.Guarantee { return connector.ByEpoch }

func (*ledger) Writer(context.Context, connector.Epoch, int) (connector.Writer, error) {
	return &page{Counts: map[int64]int64{}}, nil
}

// Commit replaces what is kept by the pages of the batch's tasks.
func (l *ledger) Commit(_ context.Context, e connector.Epoch, receipts []connector.Receipt) error {
	all := map[int64]int64{}
	for _, r := range receipts {
		var p page
		if err := json.Unmarshal(r, &p); err != nil {
			return err
		}
		maps.Copy(all, p.Counts)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts, l.epoch = all, e
	return nil
}

func (*ledger) Abort(context.Context, connector.Epoch, []connector.Receipt) error { return nil }

func (*ledger) Close() error { return nil }

func (l *ledger) print() {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Printf("after batch %d:\n", l.epoch)
	for _, digit := range slices.Sorted(maps.Keys(l.counts)) {
		fmt.Printf("%d primes end in %d\n", l.counts[digit], digit)
	}
}

// page is the writer of one task in one micro-batch, and its receipt.
type page struct{ Counts map[int64]int64 }

// Write copies what it keeps: the batch is lent. Columns are digit and count.
func (p *page) Write(_ context.Context, b *columnar.Batch) error {
	for k := range b.Rows() {
		row := b.RowAt(k)
		p.Counts[columnar.At[int64](b.Cols[0], row)] = columnar.At[int64](b.Cols[1], row)
	}
	return nil
}

func (p *page) Prepare(context.Context) (connector.Receipt, error) { return json.Marshal(p) }

func (*page) Abort() error { return nil }
