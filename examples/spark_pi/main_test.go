package main

import (
	"context"
	"os"
)

func Example_run() {
	if err := run(context.Background(), []string{"10"}, os.Stdout); err != nil {
		panic(err)
	}
	// Output:
	// Pi is roughly 3.142
}
