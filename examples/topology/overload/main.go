// Command overload makes a thousand events a second for an operator that can take
// a hundred, and drops what it cannot: freshness is worth more than completeness
// here. Every second it prints what was dropped, and which component is full at
// that moment.
//
//	go run ./examples/topology/overload -seconds 10 -shed oldest
//	go run ./examples/topology/overload -seconds 600 -shed priority -page localhost:7000
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/spatestream/spate/topology"
	"github.com/spatestream/spate/topology/page"
	"github.com/spatestream/spate/topology/source"
)

func main() {
	seconds := flag.Int64("seconds", 10, "how long events are made")
	shed := flag.String("shed", "newest", "what is dropped: newest, oldest, sample (all but a tenth of what finds no room), or priority (the last digit)")
	address := flag.String("page", "", "`address` at which a browser finds the job, such as localhost:7000")
	flag.Parse()
	if _, known := policies[*shed]; !known {
		fmt.Fprintf(os.Stderr, "-shed %s: it is newest, oldest, sample or priority\n", *shed)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var options []topology.Option
	if *address != "" {
		options = append(options, page.At(*address))
	}
	if err := job(*seconds, *shed, os.Stdout, options...).Run(ctx); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

const (
	perSecond = 1000
	takes     = 10 * time.Millisecond // for an event
)

// policies are what -shed may say.
var policies = map[string]topology.Shedding{
	"newest": topology.DropNewest, "oldest": topology.DropOldest, "sample": topology.Sample(0.1),
	"priority": topology.DropLeast(func(n int64) int { return int(n % 10) }),
}

// job makes events for some seconds, and lets a slow operator have what it can
// take.
func job(seconds int64, shed string, out io.Writer, options ...topology.Option) *topology.Job {
	policy := policies[shed]
	j := topology.NewJob("overload", append(options, topology.QueueSize(64))...)
	made := topology.AddSource(j, "readings", source.Generate(perSecond, func(n int64) (int64, bool) { return n, n < seconds*perSecond }))
	taken := topology.Apply(topology.Shed(made, policy), "slow", func() slow { return slow{} })
	topology.To(taken, "report", func() *report { return &report{job: j, out: out} })
	return j
}

// slow takes its time for each event.
type slow struct{}

func (slow) Apply(ctx *topology.Context, n int64, out *topology.Emitter[int64]) error {
	if err := ctx.Env().Clock.Sleep(ctx, takes); err != nil {
		return err
	}
	out.Emit(n)
	return nil
}

// report says every second how the job is.
type report struct {
	job  *topology.Job
	out  io.Writer
	n    int
	next time.Time
}

func (r *report) Write(ctx *topology.Context, _ int64) error {
	r.n++
	now := ctx.Now()
	if r.next.IsZero() {
		r.next = now.Add(time.Second)
	}
	if now.Before(r.next) {
		return nil
	}
	r.next = r.next.Add(time.Second)
	s := r.job.Status()
	text := fmt.Sprintf("%d taken, %d dropped", r.n, s.Dropped["slow"])
	if s.Bottleneck != "" {
		text += ", to scale: " + s.Bottleneck
	}
	_, err := fmt.Fprintln(r.out, text)
	return err
}
