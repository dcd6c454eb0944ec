package dstream_test

import (
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/rdd"
)

// A setting of streams that is misspelt is noted at the start.
func TestIdleSettingsAreNoted(t *testing.T) {
	var log strings.Builder
	c := dstream.NewContext("idle", time.Hour, rdd.Log(slog.New(slog.NewTextHandler(&log, nil))), rdd.Conf("spark.streaming.blockIntervall", "1s"),
		rdd.Conf("spark.streaming.blockQueueSize", "3"), rdd.Conf("spark.streaming.concurrentJobs", "1"))
	dstream.QueueStream(c, dstream.NewQueue[int](), false, nil).Fprint(io.Discard, 1)
	if err := c.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := c.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if got := log.String(); strings.Count(got, "no effect") != 1 || !strings.Contains(got, "key=spark.streaming.blockIntervall meant=spark.streaming.blockInterval") {
		t.Error(got)
	}
}
