// Package rdd runs programs of Spark Core in typed Go: resilient distributed
// datasets with lineage, shuffles, persistence, shared variables and jobs, in
// one process.
//
// A Context is what SparkContext is; an RDD[T] is an immutable collection in
// partitions that is computed when an action asks. Operations that keep the
// type are methods, those that change it package functions, and operations on
// pairs take an RDD[Pair[K, V]]:
//
//	sc := rdd.NewContext("wordcount")
//	defer sc.Stop()
//	lines := sc.TextFile("data/*.txt", 2)
//	words := rdd.FlatMap(lines, strings.Fields)
//	ones := rdd.Map(words, func(w string) rdd.Pair[string, int] { return rdd.KV(w, 1) })
//	counts, err := rdd.ReduceByKey(ones, func(a, b int) int { return a + b }).Collect(ctx)
//
// Functions that are given to transformations are pure: they run on many
// goroutines and may run again after a failure. The Try forms get a Task and may
// return an error. A builder never fails: what is wrong with it is the error of
// the action, with the file and line of the call.
//
// How it is made: an RDD is a node of the lineage (node.go) and a function that
// pushes a partition's elements in chunks (rdd.go). A job (job.go) cuts the
// lineage at shuffles into stages, whose tasks internal/exec runs; map tasks
// leave their output in internal/shuffle until nobody can reach it any more.
package rdd
