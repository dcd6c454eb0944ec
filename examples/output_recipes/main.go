// Command output_recipes writes the counts of the words that a TCP server sends
// to a database, in one of the four ways of the books:
//
//	connection     a connection for each partition
//	pool           connections that partitions share, one after another
//	idempotent     written twice is there once: a batch's partition replaces what it wrote
//	transactional  a transaction notes the batch and the partition, and writes nothing twice
//
//	nc -lk 9999
//	go run ./examples/output_recipes transactional localhost 9999
//
// The first two write some rows again when a task or the program fails at the
// wrong moment. The database is one in this process, which forgets. A real one
// takes the words of the files that are moved into a folder, transactional:
//
//	SPATE_POSTGRES=postgres://localhost/test go run ./examples/output_recipes postgres FOLDER CHECKPOINT
//
// However often the program is killed and started again with its checkpoint, each
// word is counted once.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/rdd"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// recipes are the ways to write, by name.
var recipes = map[string]func(*dstream.DStream[count], *database){
	"connection": connectionEach, "pool": pooled, "idempotent": idempotent, "transactional": transactional,
}

var errUsage = errors.New("usage: output_recipes connection|pool|idempotent|transactional HOST PORT" +
	"\n       SPATE_POSTGRES=DSN output_recipes postgres FOLDER CHECKPOINT")

func run(ctx context.Context, args []string, out io.Writer) error {
	dsn := os.Getenv("SPATE_POSTGRES")
	switch {
	case len(args) == 3 && args[0] == "postgres" && dsn != "":
		db, err := openPostgres(ctx, dsn)
		if err != nil {
			return err
		}
		defer db.pool.Close()
		return runPostgres(ctx, db, args[1], args[2], time.Second, out)
	case len(args) == 3 && recipes[args[0]] != nil:
		return runInMemory(ctx, args, out)
	}
	return errUsage
}

func runInMemory(ctx context.Context, args []string, out io.Writer) error {
	port, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	ssc := dstream.NewContext("output_recipes", time.Second)
	defer ssc.Stop(context.WithoutCancel(ctx))
	db := &database{}
	counts := define(ssc.SocketTextStream(args[1], port))
	recipes[args[0]](counts, db)
	counts.ForEachRDD(func(context.Context, *rdd.RDD[count], time.Time) error {
		_, err := fmt.Fprintln(out, db)
		return err
	})
	if err := ssc.Start(ctx); err != nil {
		return err
	}
	return ssc.AwaitTermination(ctx)
}

// count is a word and how often a batch has it.
type count = rdd.Pair[string, int]

func define(lines *dstream.DStream[string]) *dstream.DStream[count] {
	words := dstream.FlatMap(lines, strings.Fields)
	ones := dstream.Map(words, func(w string) count { return rdd.KV(w, 1) })
	return dstream.ReduceByKey(ones, func(a, b int) int { return a + b }, rdd.Into(2))
}
