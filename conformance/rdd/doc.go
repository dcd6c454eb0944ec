// Package conformance runs small programs of package rdd beside the same programs
// in Spark and compares their results partition by partition. programs.scala
// holds Spark's side, expected.jsonl what it answered (VERSION says which Spark
// and how to ask again), known.txt the answers that differ, with the reason.
package conformance
