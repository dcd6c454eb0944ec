// Command system_usage counts transactions and those that are frauds, under one of
// three guarantees: the system usage job of the book. A transaction is a line
// AMOUNT,MERCHANDISE of a file; one of 1000 or more is a fraud. With -fail n each
// writer fails at its n-th line, once, to show what a guarantee is worth.
//
//	go run ./examples/topology/system_usage -guarantee at-least-once -fail 3 transactions.txt
//
// Exactly once, lines go to files of the folder usage/out; else they are printed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spatestream/spate/topology"
	"github.com/spatestream/spate/topology/sink"
	"github.com/spatestream/spate/topology/source"
)

func main() {
	guarantee := flag.String("guarantee", "exactly-once", "at-most-once, at-least-once or exactly-once")
	fail := flag.Int64("fail", 0, "the line at which each writer fails once; 0: none")
	dir := flag.String("dir", "usage", "where exactly once keeps its checkpoint and its output")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := errors.New("usage: system_usage [-guarantee G] [-fail N] [-dir DIR] FILE")
	if flag.NArg() == 1 {
		err = job(*guarantee, source.Tail(flag.Arg(0), time.Second), *dir, *fail, os.Stdout).Run(ctx)
	}
	if err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// options is what a guarantee asks of a job: what fails is left out, or done
// again, or the whole job goes back to where its checkpoint is.
func options(guarantee, dir string) []topology.Option {
	switch guarantee {
	case "at-most-once":
		return []topology.Option{topology.AtMostOnce(), topology.OnError(topology.Skip)}
	case "at-least-once":
		return []topology.Option{topology.AtLeastOnce(), topology.OnError(topology.Replay)}
	}
	return []topology.Option{topology.ExactlyOnce(path.Join(dir, "checkpoint")), topology.Restart(topology.FixedDelay(10, 0))}
}

// job counts the transactions of a source.
func job(guarantee string, transactions func() topology.Source[string], dir string, failAt int64, out io.Writer) *topology.Job {
	var written [2]atomic.Int64
	j := topology.NewJob("system_usage_job", options(guarantee, dir)...)
	lines := topology.AddSource(j, "transaction-source", transactions)
	usages := topology.Apply(topology.Shuffle(lines), "system-usage-analyser", func() *analyser { return &analyser{} }, topology.Parallelism(2))
	texts := topology.Apply(usages, "usage-writer", func() *writer { return &writer{failAt, &written} })
	same := func(text string) string { return text }
	if guarantee == "exactly-once" {
		topology.To(texts, "files", sink.File(path.Join(dir, "out"), same))
	} else {
		topology.To(texts, "print", sink.Lines(out, same))
	}
	return j
}

// usage is what an analyser has counted.
type usage struct{ Transactions, Frauds int }

// analyser counts the transactions that come to its instance.
type analyser struct{ counts *topology.Value[usage] }

func (a *analyser) Setup(ctx *topology.Context) error {
	a.counts = topology.NewValue[usage](ctx, "counts")
	return nil
}

func (a *analyser) Apply(_ *topology.Context, line string, out *topology.Emitter[usage]) error {
	amount, _, _ := strings.Cut(line, ",")
	value, err := strconv.ParseFloat(strings.TrimSpace(amount), 64)
	if err != nil {
		return nil // no transaction
	}
	u, _ := a.counts.Get()
	u.Transactions++
	if value >= 1000 {
		u.Frauds++
	}
	a.counts.Set(u)
	out.Emit(u)
	return nil
}

// writer makes lines. It fails at one of them, the first time that its instance
// comes to it.
type writer struct {
	failAt  int64
	written *[2]atomic.Int64 // by instance, of the whole program
}

func (w *writer) Apply(ctx *topology.Context, u usage, out *topology.Emitter[string]) error {
	if w.written[ctx.Instance()].Add(1) == w.failAt {
		return errors.New("the database is away")
	}
	out.Emit(fmt.Sprintf("[transaction count: %d; fraud transaction count: %d]", u.Transactions, u.Frauds))
	return nil
}
