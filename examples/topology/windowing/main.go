// Command windowing gathers transactions in windows of five seconds, two seconds
// after they ended by the clock: the windowing test job of the book.
// A transaction is a line AMOUNT or AMOUNT,OFFSET: it was made OFFSET seconds
// from now.
//
//	nc -lk 9990
//	go run ./examples/topology/windowing
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
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
	terminal := flag.String("terminal", "localhost:9990", "where transactions come from")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := job(source.Dial(*terminal), os.Stdout).Run(ctx); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// transaction is a payment by card.
type transaction struct {
	Amount float64
	At     time.Time
	User   int
}

func (t transaction) String() string {
	return fmt.Sprintf("[amount:%f; transactionTime: %s; user: %d]", t.Amount, t.At.UTC().Format("2006-01-02 15:04:05-0700"), t.User)
}

// job prints windows of the transactions that a terminal sends, and those that
// were too late for theirs.
func job(terminal func() topology.Source[string], out io.Writer) *topology.Job {
	print := log.New(out, "", 0)
	j := topology.NewJob("windowing_test_job")
	lines := topology.AddSource(j, "terminal", terminal, topology.ClockWatermark(2*time.Second))
	transactions := topology.Apply(lines, "transactions", func() reader { return reader{print} })
	byUser := topology.Fields(transactions, func(t transaction) int { return t.User })
	windows := topology.ApplyWindows(byUser, "test-windowed-analyser", topology.Fixed(5*time.Second), func() analyser { return analyser{} }, topology.Parallelism(2))
	late := topology.MapFunc(topology.LateEvents[transaction](windows), "late", func(t transaction) string { return fmt.Sprintf("Late: %v", t) })
	topology.To(topology.Merge(windows, late), "print", sink.Func(func(_ *topology.Context, s string) error { return print.Output(1, s) }))
	return j
}

// reader makes transactions of lines. What is none it says, and goes on.
type reader struct{ print *log.Logger }

func (r reader) Apply(ctx *topology.Context, line string, out *topology.Emitter[transaction]) error {
	amount, offset, _ := strings.Cut(line, ",")
	if offset == "" {
		offset = "0"
	}
	a, err1 := strconv.ParseFloat(strings.TrimSpace(amount), 64)
	s, err2 := strconv.Atoi(strings.TrimSpace(offset))
	if err1 != nil || err2 != nil {
		r.print.Printf("%q is no transaction; it is amount or amount,offset", line)
		return nil
	}
	at := ctx.Now().Add(time.Duration(s) * time.Second)
	out.EmitAt(transaction{a, at, 1}, at)
	return nil
}

// analyser lists what is in a window.
type analyser struct{}

func (analyser) Apply(_ *topology.Context, w topology.WindowOf[transaction], out *topology.Emitter[string]) error {
	text := fmt.Sprintf("%d transactions are received between %d and %d", len(w.Events), w.Start.UnixMilli(), w.End.UnixMilli())
	for _, t := range w.Events {
		text += fmt.Sprintf("\nEvent: %v", t)
	}
	out.Emit(text)
	return nil
}
