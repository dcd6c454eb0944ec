package dstream

import (
	"context"
	"strconv"

	"github.com/spatestream/spate/rdd"
)

// SaveAsTextFiles writes each batch as text files, as RDD.SaveAsTextFile does,
// into a directory of its own: prefix-<milliseconds>.suffix, without the parts
// that are "". A batch that runs again writes over what it wrote before, so its
// lines are there once.
func (d *DStream[T]) SaveAsTextFiles(prefix, suffix string, opts ...rdd.SaveOption) {
	opts = append(opts, rdd.Overwrite())
	d.output("saveAsTextFiles", func(ctx context.Context, r *rdd.RDD[T], t instant) error {
		return r.SaveAsTextFile(ctx, batchDir(prefix, suffix, t), opts...)
	})
}

// SaveAsObjectFiles writes each batch as RDD.SaveAsObjectFile does, which
// rdd.ObjectFile reads, into directories named as by SaveAsTextFiles.
func (d *DStream[T]) SaveAsObjectFiles(prefix, suffix string, opts ...rdd.SaveOption) {
	opts = append(opts, rdd.Overwrite())
	d.output("saveAsObjectFiles", func(ctx context.Context, r *rdd.RDD[T], t instant) error {
		return r.SaveAsObjectFile(ctx, batchDir(prefix, suffix, t), opts...)
	})
}

// batchDir names the directory of a batch.
func batchDir(prefix, suffix string, t instant) string {
	name := strconv.FormatInt(int64(t), 10)
	if prefix != "" {
		name = prefix + "-" + name
	}
	if suffix != "" {
		name += "." + suffix
	}
	return name
}
