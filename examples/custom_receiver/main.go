// Command custom_receiver counts words with a receiver of its own, which reads
// lines from a TCP connection and dials again when it is lost:
//
//	nc -lk 9999
//	go run ./examples/custom_receiver localhost 9999
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/rdd"
	"io"
	"net"
	"os"
	"os/signal"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) != 2 {
		return errors.New("usage: custom_receiver HOST PORT")
	}
	ssc := dstream.NewContext("custom_receiver", time.Second)
	defer ssc.Stop(context.WithoutCancel(ctx))
	define(dstream.ReceiverStream(ssc, lines{address: net.JoinHostPort(args[0], args[1])}), out)
	if err := ssc.Start(ctx); err != nil {
		return err
	}
	return ssc.AwaitTermination(ctx)
}

// lines is a receiver of the lines that a TCP server sends.
type lines struct{ address string }

// Run receives until ctx ends or the connection does. The error makes the
// system call it again, two seconds later.
func (l lines) Run(ctx context.Context, store *dstream.Store[string]) error {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", l.address)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	in := bufio.NewScanner(conn)
	for in.Scan() {
		if err := store.Store(in.Text()); err != nil {
			return err
		}
	}
	return errors.Join(in.Err(), fmt.Errorf("%s has closed the connection", l.address))
}

// define prints the words of each batch and how often they come.
func define(lines *dstream.DStream[string], out io.Writer) {
	words := dstream.FlatMap(lines, strings.Fields)
	ones := dstream.Map(words, func(w string) rdd.Pair[string, int] { return rdd.KV(w, 1) })
	dstream.ReduceByKey(ones, func(a, b int) int { return a + b }).Fprint(out, 10)
}
