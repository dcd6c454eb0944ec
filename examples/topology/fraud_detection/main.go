// Command fraud_detection scores the transactions of credit cards by three
// analysers, which look for what is unusual at the same time, and adds their
// scores up: the fraud detection of the book. A transaction is a line
// AMOUNT,MERCHANDISE or AMOUNT,MERCHANDISE,USER; without a user it is user 1's.
//
//	nc -lk 9990
//	go run ./examples/topology/fraud_detection
package main

import (
	"context"
	"crypto/rand"
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
	"github.com/spatestream/spate/topology/source"
)

func main() {
	terminal := flag.String("terminal", "localhost:9990", "where transactions come from")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := job(source.Dial(*terminal), rand.Text, os.Stdout).Run(ctx); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// transaction is a payment by card.
type transaction struct {
	ID          string
	Amount      float64
	At          time.Time
	Merchandise int
	User        int
}

func (t transaction) String() string {
	return fmt.Sprintf("[transaction:%s; amount:%f; transactionTime: %s; merchandise: %d, user: %d]", t.ID, t.Amount, t.At.Format("2006-01-02 15:04:05-0700"), t.Merchandise, t.User)
}

// score is what an analyser thinks of a transaction: 0 is nothing unusual.
type score struct {
	ID    string
	Value float64
}

// job scores the transactions that a terminal sends; newID names them.
func job(terminal func() topology.Source[string], newID func() string, out io.Writer) *topology.Job {
	print := log.New(out, "", 0)
	j := topology.NewJob("fraud_detection_job")
	lines := topology.AddSource(j, "terminal", terminal)
	transactions := topology.Apply(lines, "transactions", func() *reader { return &reader{print, newID} })
	byUser := topology.Fields(transactions, func(t transaction) int { return t.User })
	two := topology.Parallelism(2)
	scores := topology.Merge(
		topology.Apply(byUser, "average-ticket", func() *averageTicket { return &averageTicket{} }, two),
		topology.Apply(byUser, "proximity", func() *proximity { return &proximity{} }, two),
		topology.Apply(byUser, "transaction-count", func() *transactionCount { return &transactionCount{} }, two),
	)
	byID := topology.Fields(scores, func(s score) string { return s.ID })
	topology.To(byID, "score-aggregator", func() *aggregator { return &aggregator{print: print} }, two)
	return j
}

// reader makes transactions of lines. What is none it says, and goes on.
type reader struct {
	print *log.Logger
	newID func() string
}

func (r *reader) Apply(ctx *topology.Context, line string, out *topology.Emitter[transaction]) error {
	t, err := parse(line)
	if err != nil {
		r.print.Printf("%q is no transaction; it is amount,merchandise or amount,merchandise,user: %v", line, err)
		return nil
	}
	t.ID, t.At = r.newID(), ctx.Now()
	r.print.Printf("\ntransaction (%s) :: instance %d --> %v", ctx.Component(), ctx.Instance(), t)
	out.Emit(t)
	return nil
}

func parse(line string) (t transaction, err error) {
	fields := strings.Split(line, ",")
	if len(fields) == 2 {
		fields = append(fields, "1")
	}
	if len(fields) != 3 {
		return t, fmt.Errorf("it has %d fields", len(fields))
	}
	if t.Amount, err = strconv.ParseFloat(strings.TrimSpace(fields[0]), 64); err != nil {
		return t, err
	}
	if t.Merchandise, err = strconv.Atoi(strings.TrimSpace(fields[1])); err != nil {
		return t, err
	}
	t.User, err = strconv.Atoi(strings.TrimSpace(fields[2]))
	return t, err
}
