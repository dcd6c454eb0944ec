package main

import "context"

func Example_run() {
	if err := run(context.Background(), "100"); err != nil {
		panic(err)
	}
	// Output:
	// after batch 2:
	// 5 primes end in 1
	// 1 primes end in 2
	// 7 primes end in 3
	// 1 primes end in 5
	// 6 primes end in 7
	// 5 primes end in 9
}
