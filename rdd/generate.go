package rdd

import (
	"context"

	"github.com/spatestream/spate/sparkerr"
)

// Generate makes an RDD of n partitions of the rows that read pushes to emit:
// the way in for what is neither a slice nor files, such as the blocks of a
// receiver. op names the operation in debug strings. read runs in the task of
// each partition, again whenever the partition is computed again, and must push
// the same rows then. What it emits is borrowed until emit returns, its elements
// may be kept; an error of emit ends read and is returned as it is.
func Generate[T any](c *Context, op string, n int, read func(t *Task, part int, emit func([]T) error) error) *RDD[T] {
	r := &RDD[T]{n: newNode(c, "BlockRDD", op)}
	if n < 0 {
		r.node().fail(sparkerr.New("", "Generate needs a number of partitions, not "+itoa(n)))
	}
	r.node().count = fixed(n)
	r.compute = func(t *Task, part int, emit func([]T) error) error {
		return read(t, part, func(rows []T) error { return emitAll(rows, emit) })
	}
	return r
}

// GenerateAfter is Generate of rows that something has to make first, such as a
// query: every job that computes partitions of the RDD calls before under its
// context, ahead of its tasks, and fails with its error. Jobs may do so side by
// side and again.
func GenerateAfter[T any](c *Context, op string, n int, before func(context.Context) error, read func(t *Task, part int, emit func([]T) error) error) *RDD[T] {
	r := Generate(c, op, n, read)
	r.node().before = before
	return r
}
