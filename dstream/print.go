package dstream

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spatestream/spate/rdd"
)

// Print writes the first n elements of each batch to the standard output, as
// Spark prints them.
func (d *DStream[T]) Print(n int) { d.Fprint(os.Stdout, n) }

// Fprint is Print to w, which is written to by one batch at a time.
func (d *DStream[T]) Fprint(w io.Writer, n int) {
	d.output("print", func(ctx context.Context, r *rdd.RDD[T], t instant) error {
		rows, err := r.Take(ctx, n+1)
		if err != nil {
			return err
		}
		return printBatch(w, t, rows, n)
	})
}

var rule = strings.Repeat("-", 43)

func printBatch[T any](w io.Writer, t instant, rows []T, n int) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "%s\nTime: %v\n%s\n", rule, t, rule)
	for _, x := range rows[:min(n, len(rows))] {
		fmt.Fprintln(out, rdd.Text(x))
	}
	if len(rows) > n {
		fmt.Fprintln(out, "...")
	}
	fmt.Fprintln(out)
	return out.Flush()
}
