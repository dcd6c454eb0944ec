// Command structured_network_wordcount counts the words of the lines that a
// TCP server sends, as the first program of Spark's Structured Streaming guide
// does:
//
//	nc -lk 9999
//	go run ./examples/structured_network_wordcount localhost 9999
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"github.com/spatestream/spate"
	fn "github.com/spatestream/spate/functions"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: structured_network_wordcount HOST PORT")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1], os.Args[2]); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, host, port string) error {
	s := spate.NewSession()
	defer s.Stop(context.WithoutCancel(ctx))

	lines := s.ReadStream().Format("socket").Option("host", host).Option("port", port).Load()
	words := lines.Select(fn.Explode(fn.Split("value", " ")).As("word"))
	counts := words.GroupBy("word").Count()

	query, err := counts.WriteStream().OutputMode("complete").Format("console").Start(ctx)
	if err != nil {
		return err
	}
	return query.AwaitTermination(ctx)
}
