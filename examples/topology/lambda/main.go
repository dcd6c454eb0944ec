// Command lambda counts the views of a site's pages by minute, twice with one
// definition of the job: as they come, which is fast and leaves out what is late, and
// in a batch pass over all of them, which is exact. What both give is merged by page
// and minute, so that the batch puts the stream right: the Lambda architecture. A
// view is a line SECONDS,PAGE.
//
//	go run ./examples/topology/lambda views.txt
//
// It plays the file as a stream, ten lines a second, and then reads it as a whole.
package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spatestream/spate/topology"
	"github.com/spatestream/spate/topology/sink"
	"github.com/spatestream/spate/topology/source"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: lambda FILE, of lines SECONDS,PAGE")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	text, err := os.ReadFile(os.Args[1])
	if err == nil {
		err = both(ctx, strings.Split(strings.TrimSuffix(string(text), "\n"), "\n"), os.Stdout)
	}
	if err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// views is how often a page was looked at in a minute.
type views struct {
	minute
	N       int
	Version topology.Version
}

type minute struct {
	At   time.Time
	Page string
}

// both runs the job over views as they come and then over all of them, and prints
// what is known after each.
func both(ctx context.Context, all []string, out io.Writer) error {
	known := sink.NewView(func(v views) minute { return v.minute }, func(v views) topology.Version { return v.Version })
	stream := source.Generate(10, func(n int64) (string, bool) {
		if n == int64(len(all)) {
			return "", false
		}
		return all[n], true
	})
	if err := job(stream, known).Run(ctx); err != nil {
		return err
	}
	show(out, "as they came:", known)
	if err := job(source.Values(all...), known, topology.BatchPass(1)).Run(ctx); err != nil {
		return err
	}
	show(out, "after the batch pass:", known)
	return nil
}

// job counts views by page and minute. Those that come more than ten seconds behind
// others are late, if anything is.
func job(site func() topology.Source[string], known *sink.View[minute, views], options ...topology.Option) *topology.Job {
	j := topology.NewJob("lambda", options...)
	at := func(line string) time.Time { return parse(line).At }
	lines := topology.AddSource(j, "site", site, topology.EventTime(at, 10*time.Second))
	byPage := topology.Fields(lines, func(line string) string { return parse(line).Page })
	counts := topology.AggregateWindows(byPage, "count", topology.Fixed(time.Minute), topology.Aggregate[string, int, views]{
		Add: func(n int, _ string) int { return n + 1 },
		Result: func(ctx *topology.Context, w topology.Window, n int) (views, error) {
			page, err := topology.Key[string](ctx)
			return views{minute{w.Start, page}, n, w.Version()}, err
		},
	}, topology.Parallelism(2))
	topology.To(counts, "known", known.Sink)
	return j
}

// parse makes a view of a line; one without a time is of 1970.
func parse(line string) minute {
	seconds, page, _ := strings.Cut(line, ",")
	s, _ := strconv.ParseInt(strings.TrimSpace(seconds), 10, 64)
	return minute{time.Unix(s, 0).UTC(), page}
}

// show prints what is known, by time and page.
func show(out io.Writer, title string, known *sink.View[minute, views]) {
	fmt.Fprintln(out, title)
	for _, v := range slices.SortedFunc(maps.Values(known.All()), func(a, b views) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Page, b.Page))
	}) {
		fmt.Fprintf(out, "  %s %s: %d (pass %d)\n", v.At.Format("15:04"), v.Page, v.N, v.Version.Pass)
	}
}
