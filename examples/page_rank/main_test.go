package main

import (
	"context"
	"os"
)

func Example_run() {
	if err := run(context.Background(), []string{"links.txt", "10"}, os.Stdout); err != nil {
		panic(err)
	}
	// Output:
	// 1 has rank 1.7380
	// 2 has rank 0.7540
	// 3 has rank 0.7540
	// 4 has rank 0.7540
}
