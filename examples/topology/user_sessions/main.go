// Command user_sessions finds the visits of a site's users: clicks of a user with
// less than half a minute between them. A click is a line SECONDS,USER,PAGE, in
// about the order of time: one that comes more than ten seconds of event time
// behind is late.
//
//	nc -lk 9990
//	go run ./examples/topology/user_sessions
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
	site := flag.String("site", "localhost:9990", "where clicks come from")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := job(source.Dial(*site), os.Stdout).Run(ctx); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// click is a user's look at a page.
type click struct {
	At         time.Time
	User, Page string
}

// parse makes a click of a line; one without a time is of 1970.
func parse(line string) click {
	seconds, rest, _ := strings.Cut(line, ",")
	user, page, _ := strings.Cut(rest, ",")
	s, _ := strconv.ParseInt(strings.TrimSpace(seconds), 10, 64)
	return click{time.Unix(s, 0).UTC(), user, page}
}

// job prints visits when they are over, and clicks that came too late.
func job(site func() topology.Source[string], out io.Writer) *topology.Job {
	j := topology.NewJob("user_sessions")
	at := func(line string) time.Time { return parse(line).At }
	clicks := topology.MapFunc(topology.AddSource(j, "site", site, topology.EventTime(at, 10*time.Second)), "clicks", parse)
	byUser := topology.Fields(clicks, func(c click) string { return c.User })
	visits := topology.ApplyWindows(byUser, "visits", topology.Session(30*time.Second), func() visit { return visit{} }, topology.Parallelism(2))
	late := topology.MapFunc(topology.LateEvents[click](visits), "late", func(c click) string { return fmt.Sprintf("too late: %s at %s", c.User, c.At.Format("15:04:05")) })
	topology.To(topology.Merge(visits, late), "print", sink.Lines(out, func(s string) string { return s }))
	return j
}

// visit tells what a user saw.
type visit struct{}

func (visit) Apply(_ *topology.Context, w topology.WindowOf[click], out *topology.Emitter[string]) error {
	var pages []string
	for _, c := range w.Events {
		pages = append(pages, c.Page)
	}
	out.Emit(fmt.Sprintf("%s from %s: %s", w.Events[0].User, w.Start.Format("15:04:05"), strings.Join(pages, " ")))
	return nil
}
