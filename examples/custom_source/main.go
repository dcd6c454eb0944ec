// Command custom_source runs a query between a source and a sink of its own,
// written against Spate's public packages alone: numbers come from primes.go,
// and rows go to ledger.go.
//
//	go run ./examples/custom_source
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spatestream/spate"
	fn "github.com/spatestream/spate/functions"
)

func main() {
	if err := run(context.Background(), "100"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run counts the primes up to a number by their last digit, a few numbers in
// each micro-batch, and ends.
func run(ctx context.Context, upTo string) error {
	checkpoint, err := os.MkdirTemp("", "primes")
	if err != nil {
		return err
	}
	defer os.RemoveAll(checkpoint)
	book := &ledger{}
	s := spate.NewSession(spate.Connectors(numbers{}, book))
	defer s.Stop(ctx)

	prime := spate.UDF1(isPrime)
	primes := s.ReadStream().Format("numbers").Option("upTo", upTo).Option("rowsPerTrigger", 40).Load().Where(prime.Call("n"))
	query, err := primes.GroupBy(fn.Col("n").Mod(10).As("digit")).Count().
		WriteStream().OutputMode("complete").Format("ledger").Trigger(spate.AvailableNow()).
		Option("checkpointLocation", checkpoint).Start(ctx)
	if err != nil {
		return err
	}
	if err := query.AwaitTermination(ctx); err != nil {
		return err
	}
	book.print()
	return nil
}

func isPrime(n int64) bool {
	for d := int64(2); d*d <= n; d++ {
		if n%d == 0 {
			return false
		}
	}
	return n > 1
}
