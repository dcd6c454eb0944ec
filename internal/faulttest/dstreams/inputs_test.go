package dstreams

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/internal/vfs"
)

// Rows come until end; the i-th by the time at which byTime is larger than i.
const rows = batches * perSecond

var end = begin.Add(batches * interval)

// byTime is the number of rows that have come by a time.
func byTime(t time.Time) int {
	return min(int(t.Sub(begin)*perSecond/time.Second), rows)
}

// word is the i-th row of files: common words, and some that come once.
func word(i int) string {
	if i%10 == 3 {
		return "rare" + strconv.Itoa(i)
	}
	return "w" + strconv.Itoa(i*i%5)
}

// input makes the stream of a life's rows. all gets nil when every row has been
// handed over, or why that failed; it is nil for inputs that need not be waited
// for.
type input func(l *life, c *dstream.Context) (stream *dstream.DStream[string], all chan error)

// file is a file of a batch; those of a disk are there from the start, and the
// times of their changes say to which batch they belong. The first is older than
// the program.
func file(batch int) (name, text string, changed time.Time) {
	changed = begin.Add(time.Duration(batch)*interval - interval/3)
	for i := (batch - 1) * perSecond; i < batch*perSecond; i++ {
		text += word(max(i, 0)) + "\n"
	}
	return "/in/" + strconv.Itoa(batch+100), text, changed
}

// fromFiles reads new files.
func fromFiles(l *life, c *dstream.Context) (*dstream.DStream[string], chan error) {
	return c.TextFileStream(l.root + "/in"), nil
}

// clockLog is a log of two partitions in which rows appear as time goes by.
type clockLog struct{ l *life }

func (x clockLog) Latest(context.Context) (map[dstream.TopicPartition]int64, error) {
	n := byTime(x.l.clock.Now())
	if x.l.upTo != nil {
		n = x.l.upTo()
	}
	return map[dstream.TopicPartition]int64{part(0): int64(n+1) / 2, part(1): int64(n / 2)}, nil
}

func (x clockLog) Start(context.Context, []dstream.TopicPartition) (map[dstream.TopicPartition]int64, error) {
	return map[dstream.TopicPartition]int64{part(0): 0, part(1): 0}, nil
}

func (x clockLog) Read(_ context.Context, r dstream.OffsetRange, emit func([]string) error) error {
	var out []string
	for i := r.From; i < r.Until; i++ {
		out = append(out, row(int(2*i)+r.Partition))
	}
	return emit(out)
}

func part(i int) dstream.TopicPartition { return dstream.TopicPartition{Topic: "rows", Partition: i} }

// row is the i-th row of a log or a receiver: no two are equal.
func row(i int) string { return "row" + strconv.Itoa(i) }

// fromLog reads ranges of a log.
func fromLog(l *life, c *dstream.Context) (*dstream.DStream[string], chan error) {
	return dstream.DirectStream(c, clockLog{l}).DStream, nil
}

// fromReceiver reads a source that is told, in a file, which rows have been kept
// and need not come again.
func fromReceiver(l *life, c *dstream.Context) (*dstream.DStream[string], chan error) {
	all := make(chan error, 10)
	d := dstream.ReceiverStream(c, dstream.ReceiverFunc[string](func(ctx context.Context, s *dstream.Store[string]) error {
		err := l.receive(ctx, s)
		all <- err
		if err == nil {
			<-ctx.Done()
		}
		return err
	}))
	return d, all
}

// receive stores rows and acknowledges them, a batch interval before byTime, so
// that the last batch can have all.
func (l *life) receive(ctx context.Context, s *dstream.Store[string]) error {
	at, err := l.acknowledged()
	for err == nil && at < rows {
		now := l.clock.Now()
		for ; err == nil && at < byTime(now.Add(interval)); at++ {
			if err = s.StoreMany(ctx, []string{row(at)}); err == nil {
				err = vfs.WriteAtomic(l.fs, l.root+"/ack/kept", fmt.Append(nil, at+1), vfs.Overwrite)
			}
		}
		if err == nil && at < rows {
			err = l.clock.SleepUntil(ctx, now.Add(1)) // until it is advanced
		}
	}
	return err
}

func (l *life) acknowledged() (n int, err error) {
	text, err := vfs.ReadFile(l.fs, l.root+"/ack/kept")
	if err != nil {
		return 0, nil // none yet, or this disk is dead, which the next call tells
	}
	_, err = fmt.Sscan(string(text), &n)
	return n, err
}
