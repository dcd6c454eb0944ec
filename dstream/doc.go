// Package dstream runs programs of Spark Streaming in typed Go: discretized
// streams, which are one RDD a batch interval.
//
// A Context cuts time into batches; a DStream[T] says how to make the RDD of
// each batch from those of its parents; output operations say what to do with
// them. Operations that keep the type are methods, those that change it package
// functions:
//
//	ssc := dstream.NewContext("wordcount", time.Second)
//	words := dstream.FlatMap(ssc.SocketTextStream("localhost", 9999), strings.Fields)
//	pairs := dstream.Map(words, func(w string) rdd.Pair[string, int] { return rdd.KV(w, 1) })
//	dstream.ReduceByKey(pairs, func(a, b int) int { return a + b }).Print(10)
//	if err := ssc.Start(ctx); err != nil { ... }
//	err := ssc.AwaitTermination(ctx)
//
// The batch of time t holds what arrived in (t - interval, t]. Batches are
// generated in order on one goroutine (generator.go) and run by another
// (scheduler.go): a batch that takes longer than the interval makes the
// following ones wait, none is skipped. There is no event time; programs that
// need it are written with package spate.
//
// How it is made: the graph (graph.go) is the nodes that operations add, in
// the order of the program; that order is their identity in a checkpoint. A
// node remembers the RDDs of recent batches for as long as its children need
// them. The clock, the files and the log are those of the rdd.Context.
package dstream
