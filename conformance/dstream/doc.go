// Package conformance runs small programs of package dstream beside the same
// programs in Spark and compares what they have batch by batch, on manual clocks
// both. programs.scala holds Spark's side, expected.jsonl what it answered
// (VERSION says which Spark and how to ask again), known.txt the answers that
// differ, with the reason.
package conformance
