// Command foreach_batch writes each micro-batch of a stream to two places, once
// each: it streams the JSON files of a folder and, for every micro-batch, adds
// the rows to a table of files and keeps totals of its own.
//
//	mkdir in && echo '{"user": "ada", "amount": 3}' > in/a.json
//	go run ./examples/foreach_batch in out
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spatestream/spate"
	fn "github.com/spatestream/spate/functions"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: foreach_batch IN OUT")
		os.Exit(2)
	}
	if err := run(context.Background(), os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// total is what a user has paid in one micro-batch.
type total struct {
	User string `spate:"user"`
	Sum  *int64 `spate:"sum"`
}

// run processes what is in the folder and ends; the next run continues from the
// checkpoint with what has come since.
func run(ctx context.Context, in, out string) error {
	s := spate.NewSession()
	defer s.Stop(ctx)

	payments := s.ReadStream().Schema("user STRING, amount BIGINT").JSON(in)
	query, err := payments.WriteStream().
		Option("checkpointLocation", out+"/checkpoint").
		Trigger(spate.AvailableNow()).
		ForeachBatch(func(ctx context.Context, batch *spate.DataFrame, id int64) error {
			// The id is a part of the path: running it again replaces it.
			if err := batch.Write().Mode("overwrite").JSON(ctx, fmt.Sprintf("%s/batch=%d", out, id)); err != nil {
				return err
			}
			totals, err := spate.ToStructs[total](ctx, batch.GroupBy("user").Agg(fn.Sum("amount").As("sum")).OrderBy("user"))
			for _, t := range totals {
				fmt.Printf("batch %d: %s paid %d\n", id, t.User, *t.Sum)
			}
			return err
		}).Start(ctx)
	if err != nil {
		return err
	}
	return query.AwaitTermination(ctx)
}
