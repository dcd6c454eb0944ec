// Command sql_network_wordcount counts the words that a TCP server sends with SQL:
// the rows of each batch become a DataFrame.
//
//	nc -lk 9999
//	go run ./examples/sql_network_wordcount localhost 9999
package main

import (
	"context"
	"errors"
	"fmt"
	"github.com/spatestream/spate"
	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/rdd"
	"io"
	"os"
	"os/signal"
	"strconv"
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
		return errors.New("usage: sql_network_wordcount HOST PORT")
	}
	port, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	ssc := dstream.NewContext("sql_network_wordcount", time.Second)
	defer ssc.Stop(context.WithoutCancel(ctx))
	session := spate.NewSession()
	defer session.Stop(context.WithoutCancel(ctx))
	define(session, ssc.SocketTextStream(args[0], port), out)
	if err := ssc.Start(ctx); err != nil {
		return err
	}
	return ssc.AwaitTermination(ctx)
}

// word is a row of the view words.
type word struct {
	Word string `spate:"word"`
}

// define prints the result of a query over the words of each batch.
func define(session *spate.Session, lines *dstream.DStream[string], out io.Writer) {
	words := dstream.FlatMap(lines, strings.Fields)
	words.ForEachRDD(func(ctx context.Context, r *rdd.RDD[string], t time.Time) error {
		rows := rdd.Map(r, func(w string) word { return word{w} })
		if err := spate.FromRDD(session, rows).CreateOrReplaceTempView("words"); err != nil {
			return err
		}
		counts, err := session.SQL("SELECT word, count(*) AS total FROM words GROUP BY word ORDER BY total DESC, word").Collect(ctx)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "========= %d =========\n", t.UnixMilli())
		for _, row := range counts {
			fmt.Fprintln(out, row)
		}
		return nil
	})
}
