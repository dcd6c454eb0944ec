// Command order_payment joins orders with their payments: a payment within ten
// minutes of event time pays an order, and an order without one is reported then.
// An order is a line SECONDS,ID,AMOUNT, a payment SECONDS,ID.
//
//	nc -lk 9990       # orders
//	nc -lk 9991       # payments
//	go run ./examples/topology/order_payment
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
	orders := flag.String("orders", "localhost:9990", "where orders come from")
	payments := flag.String("payments", "localhost:9991", "where payments come from")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := job(source.Dial(*orders), source.Dial(*payments), os.Stdout).Run(ctx); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// order is an order, payment that of one.
type (
	order struct {
		At     time.Time
		ID     string
		Amount string
	}
	payment struct {
		At time.Time
		ID string
	}
)

// at returns the time at the beginning of a line.
func at(line string) time.Time {
	seconds, _, _ := strings.Cut(line, ",")
	s, _ := strconv.ParseInt(strings.TrimSpace(seconds), 10, 64)
	return time.Unix(s, 0).UTC()
}

func parseOrder(line string) order {
	f := strings.SplitN(line+",,", ",", 4)
	return order{at(line), f[1], f[2]}
}

func parsePayment(line string) payment {
	return payment{at(line), strings.SplitN(line+",", ",", 3)[1]}
}

// deadline is how long a payment may take.
const deadline = 10 * time.Minute

// job prints what became of each order.
func job(orders, payments func() topology.Source[string], out io.Writer) *topology.Job {
	j := topology.NewJob("order_payment")
	timed := []topology.Setting{topology.EventTime(at, time.Minute), topology.IdleAfter(time.Minute)}
	ordered := topology.MapFunc(topology.AddSource(j, "orders", orders, timed...), "parse-orders", parseOrder)
	paid := topology.MapFunc(topology.AddSource(j, "payments", payments, timed...), "parse-payments", parsePayment)
	both := topology.JoinInterval(
		topology.Fields(ordered, func(o order) string { return o.ID }),
		topology.Fields(paid, func(p payment) string { return p.ID }),
		"pay", 0, deadline, topology.LeftJoin, topology.Parallelism(2))
	topology.To(both, "print", sink.Lines(out, report))
	return j
}

func report(x topology.Joined[order, payment]) string {
	if !x.HasRight {
		return fmt.Sprintf("order %s of %s was not paid within %v", x.Left.ID, x.Left.Amount, deadline)
	}
	return fmt.Sprintf("order %s of %s was paid after %v", x.Left.ID, x.Left.Amount, x.Right.At.Sub(x.Left.At))
}
