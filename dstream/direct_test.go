package dstream_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/rdd"
)

func TestDirectStream(t *testing.T) {
	h := dstreamtest.New(t, time.Second, rdd.Conf("spark.streaming.kafka.maxRatePerPartition", "2"))
	log := dstreamtest.NewLog[string]("words", 2)
	log.Append(0, "a", "b", "c")
	log.Append(1, "d")
	d := dstream.DirectStream(h.Context(), log)
	var ranges []string
	d.ForEachRDD(func(_ context.Context, r *rdd.RDD[string], at time.Time) error {
		ranges = append(ranges, fmt.Sprint(d.OffsetRanges(at)))
		d.CommitAsync(d.OffsetRanges(at), nil)
		return nil
	})
	out := dstreamtest.Output(h, d.DStream)
	var infos []dstream.InputInfo
	h.Context().AddListener(&dstream.Listener{BatchSubmitted: func(b dstream.BatchInfo) { infos = append(infos, b.Inputs...) }})
	h.Run(1)
	if len(log.Committed()) != 0 {
		t.Error("offsets are committed with the next batch", log.Committed())
	}
	log.Append(2, "e") // a new partition
	h.Run(2)
	out.Want([]string{"a", "b", "d"}, []string{"c", "e"}, nil)
	if want := "[words-0: 2 to 3 words-1: 1 to 1 words-2: 0 to 1]"; ranges[1] != want {
		t.Error(ranges[1])
	}
	if got := fmt.Sprint(log.Committed()); got != "map[words-0:3 words-1:1 words-2:1]" {
		t.Error(got)
	}
	if infos[0].Records != 3 || infos[0].Metadata["Description"] != "words-0: 0 to 2\nwords-1: 0 to 1" {
		t.Error(infos[0])
	}
}

// lossy is a log that fails in one way or another.
type lossy struct {
	*dstreamtest.Log[int]
	latest error
	drops  bool
}

func (l *lossy) Latest(ctx context.Context) (map[dstream.TopicPartition]int64, error) {
	if l.latest != nil {
		return nil, l.latest
	}
	return l.Log.Latest(ctx)
}

func (l *lossy) Read(ctx context.Context, r dstream.OffsetRange, emit func([]int) error) error {
	if l.drops {
		r.Until--
	}
	return l.Log.Read(ctx, r, emit)
}

func TestDirectStreamReportsTheLogsTrouble(t *testing.T) {
	for name, x := range map[string]struct {
		log  *lossy
		conf string
		want string // "" for none
	}{
		"latest": {&lossy{latest: errors.New("no broker")}, "", "no broker"},
		"drops":  {&lossy{drops: true}, "", "has 1 rows, not 2"},
		"gaps":   {&lossy{drops: true}, "true", ""},
	} {
		h := dstreamtest.New(t, time.Second, rdd.Conf("spark.task.maxFailures", "1"), rdd.Conf("spark.streaming.kafka.allowNonConsecutiveOffsets", x.conf))
		x.log.Log = dstreamtest.NewLog[int]("numbers", 1)
		x.log.Append(0, 1, 2)
		dstreamtest.Output(h, dstream.DirectStream(h.Context(), x.log).DStream)
		if err := h.Context().Start(context.Background()); err != nil {
			t.Fatal(err)
		}
		done := make(chan struct{})
		h.Context().AddListener(&dstream.Listener{BatchCompleted: func(dstream.BatchInfo) { close(done) }})
		h.Clock().Advance(time.Second)
		if x.want == "" {
			<-done
			continue
		}
		if err := h.Context().AwaitTermination(context.Background()); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// halving asks for half of what there was.
type halving struct{}

func (halving) Estimate(_ time.Time, rows int64, _, _ time.Duration) (float64, bool) {
	return float64(rows) / 2, true
}

func TestBackPressureLimitsTheNextBatch(t *testing.T) {
	h := dstreamtest.New(t, time.Second, rdd.Conf("spark.streaming.backpressure.enabled", "true"), rdd.Conf("spark.streaming.backpressure.initialRate", "8"))
	h.Context().EstimateRates(func() dstream.RateEstimator { return halving{} })
	log := dstreamtest.NewLog[int]("numbers", 2)
	for i := range 100 {
		log.Append(i%2, i)
	}
	out := dstreamtest.Output(h, dstream.DirectStream(h.Context(), log).DStream)
	h.Run(4)
	var sizes []int
	for _, b := range out.All() {
		sizes = append(sizes, len(b.Rows))
	}
	if fmt.Sprint(sizes) != "[8 4 2 2]" { // a row of each partition at least
		t.Error(sizes)
	}
}

func TestUnknownEstimator(t *testing.T) {
	h := dstreamtest.New(t, time.Second, rdd.Conf("spark.streaming.backpressure.enabled", "true"), rdd.Conf("spark.streaming.backpressure.rateEstimator", "magic"))
	dstreamtest.Input[int](h).Print(1)
	if err := h.Context().Start(context.Background()); err == nil || !strings.Contains(err.Error(), "rateEstimator is magic: it must be pid") {
		t.Error(err)
	}
}
