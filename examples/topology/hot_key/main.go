// Command hot_key counts the views of a site's pages by the minute, where one page
// has most of them: by partial key two instances share its views, and what they
// counted is added up behind. A view is a line SECONDS,PAGE.
//
//	nc -lk 9990
//	go run ./examples/topology/hot_key
//	go run ./examples/topology/hot_key -by fields
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"

	"github.com/spatestream/spate/topology"
	"github.com/spatestream/spate/topology/sink"
	"github.com/spatestream/spate/topology/source"
)

func main() {
	site := flag.String("site", "localhost:9990", "where views come from")
	by := flag.String("by", "partial-key", "partial-key: two instances share a page; fields: one has it")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := job(*by, source.Dial(*site), os.Stdout).Run(ctx); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// count is how often pages were seen.
type count struct {
	Page  string
	Views int
}

// part is what an instance counted in a minute.
type part struct {
	Instance int
	Minute   time.Time
	Views    map[string]int
}

func at(line string) time.Time {
	seconds, _, _ := strings.Cut(line, ",")
	s, _ := strconv.ParseInt(strings.TrimSpace(seconds), 10, 64)
	return time.Unix(s, 0).UTC()
}

func page(line string) string {
	_, page, _ := strings.Cut(line, ",")
	return strings.TrimSpace(page)
}

// job counts the pages of a site's views, and says how many each of three
// instances counted.
func job(by string, site func() topology.Source[string], out io.Writer) *topology.Job {
	j := topology.NewJob("hot_key")
	lines := topology.AddSource(j, "site", site, topology.EventTime(at, 5*time.Second))
	pages := topology.PartialKey(topology.MapFunc(lines, "pages", page), strings.ToLower)
	if by == "fields" {
		pages = topology.Fields(pages, strings.ToLower)
	}
	minute := topology.Fixed(time.Minute)
	parts := topology.AggregateWindows(pages, "count", minute.PerInstance(), counting, topology.Parallelism(3))
	topology.To(parts, "load", sink.Lines(out, part.String))
	counts := topology.FlatMapFunc(parts, "split", part.counts)
	sums := topology.AggregateWindows(topology.Fields(counts, func(c count) string { return c.Page }), "add", minute, adding)
	topology.To(sums, "print", sink.Lines(out, func(s string) string { return s }))
	return j
}

// counting counts the views that an instance gets.
var counting = topology.Aggregate[string, map[string]int, part]{
	Init: func() map[string]int { return map[string]int{} },
	Add: func(views map[string]int, page string) map[string]int {
		views[page]++
		return views
	},
	Result: func(ctx *topology.Context, w topology.Window, views map[string]int) (part, error) {
		return part{ctx.Instance(), w.Start, views}, nil
	},
}

func (p part) String() string {
	all := 0
	for _, n := range p.Views {
		all += n
	}
	return fmt.Sprintf("%s: instance %d counted %d", p.Minute.Format("15:04"), p.Instance, all)
}

func (p part) counts() []count {
	var out []count
	for page, n := range p.Views {
		out = append(out, count{page, n})
	}
	return out
}

// adding adds up what the instances counted of a page.
var adding = topology.Aggregate[count, int, string]{
	Add: func(sum int, c count) int { return sum + c.Views },
	Result: func(ctx *topology.Context, w topology.Window, sum int) (string, error) {
		page, err := topology.Key[string](ctx)
		return fmt.Sprintf("%s: %s was seen %d times", w.Start.Format("15:04"), page, sum), err
	},
}
