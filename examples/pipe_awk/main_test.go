package main

import (
	"context"
	"os"
)

func Example_run() {
	if err := run(context.Background(), []string{}, os.Stdout); err != nil {
		panic(err)
	}
	// Output:
	// bonn 2
	// oslo 5
	// rome 16
}
