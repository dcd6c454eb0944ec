package query

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/checkpoint"
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/vfs/simfs"
)

type namedSource struct {
	connector.Source
	text string
}

func (n namedSource) Describe() string { return n.text }

type namedSink struct {
	connector.Sink
	text string
}

func (n namedSink) Describe() string { return n.text }

// nameless stands for a source or sink that says nothing of itself.
const nameless = ""

func TestAnotherQueryOnTheCheckpoint(t *testing.T) {
	for _, c := range []struct{ was, is, refused, warned string }{
		{was: "FileStreamSource[file:/in]", is: "FileStreamSource[file:/in]"},
		{was: "FileStreamSource[file:/in]", is: "FileStreamSource[file:/other]", warned: "a source has moved"},
		{was: "FileStreamSource[file:/in]", is: "TextSocketV2[host: h, port: 1]", refused: "its source 0 is FileStreamSource[file:/in], and that of the query TextSocketV2"},
		{was: "RateStreamV2[rowsPerSecond=1, numPartitions=1]", is: "RateStreamV2[rowsPerSecond=9, numPartitions=2]"},
		{was: nameless, is: "FileStreamSource[file:/in]"},
		{was: "FileStreamSource[file:/in]", is: nameless},
	} {
		for _, spark := range []bool{false, true} { // the entry is Spark's: nothing is compared
			var log bytes.Buffer
			l := queryOn(t, c.is, "FileSink[file:/out]", &log)
			entry := entryOf(t, c.was, "FileSink[file:/out]", spark)
			err := l.checkSources(checkpoint.Recovered{Last: entry})
			if want := c.refused; spark {
				want = ""
			} else if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%+v: %v", c, err)
			}
			if spark && err != nil {
				t.Error(err)
			}
			if warned := strings.Contains(log.String(), "a source has moved"); warned != (c.warned != "" && !spark) {
				t.Errorf("%+v: %q", c, log.String())
			}
		}
	}
}

func TestAnotherSink(t *testing.T) {
	for _, c := range []struct {
		was, is string
		warned  bool
	}{
		{"FileSink[file:/a]", "FileSink[file:/a]", false},
		{"FileSink[file:/a]", "FileSink[file:/b]", true},
		{"FileSink[file:/a]", "MemorySink", true},
		{"ConsoleTable$@14", "ConsoleTable$@1e", false},
		{"FileSink[file:/a]", nameless, false},
	} {
		var log bytes.Buffer
		queryOn(t, nameless, c.is, &log).compareSinks(checkpoint.Recovered{Last: entryOf(t, nameless, c.was, false)})
		if warned := strings.Contains(log.String(), "the sink has changed"); warned != c.warned {
			t.Errorf("%+v: %q", c, log.String())
		}
	}
}

// queryOn is a query that reads and writes what the texts say.
func queryOn(t *testing.T, source, sink string, log *bytes.Buffer) *loop {
	t.Helper()
	dir, err := checkpoint.Open(simfs.New(1, (&clock{}).Now), "/ck", func() string { return "id" }, checkpoint.Files)
	if err != nil {
		t.Fatal(err)
	}
	return &loop{cfg: &Config{
		Env: &env.Env{Log: slog.New(slog.NewTextHandler(log, nil))}, Directory: dir,
		Sources: []connector.Source{namedSource{text: source}}, Sink: namedSink{text: sink},
	}}
}

// entryOf is what such a query has logged; Spark keeps none of our keys.
func entryOf(t *testing.T, source, sink string, spark bool) *checkpoint.Entry {
	e := &checkpoint.Entry{Ends: []connector.Offset{nil}}
	if !spark {
		l := queryOn(t, source, sink, &bytes.Buffer{})
		l.identify()
		e.Conf = l.cfg.Conf
	}
	return e
}
