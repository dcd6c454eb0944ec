package rdd

import (
	"cmp"
	"context"

	"github.com/spatestream/spate/connector/file"
	"github.com/spatestream/spate/internal/spill"
	"github.com/spatestream/spate/sparkerr"
)

// SaveAsObjectFile writes the elements as they are, in the engine's own
// checksummed form, to dir/part-00000 and so on, one file a partition, and
// _SUCCESS when all are durable; ObjectFile reads them. What exists already and
// what fails is as in SaveAsTextFile. The form is compressed by itself: Codec is
// refused.
func (r *RDD[T]) SaveAsObjectFile(ctx context.Context, dir string, opts ...SaveOption) error {
	const action = "saveAsObjectFile"
	var asked saver
	for _, o := range opts {
		o(&asked)
	}
	if asked.err == nil && asked.codec.Ext() != "" {
		asked.err = sparkerr.New("", "SaveAsObjectFile takes no Codec: object files are compressed by themselves")
	}
	form, err := spill.FormOf[T]()
	if err := cmp.Or(asked.err, err); err != nil {
		return blamed(action, err)
	}
	return save(ctx, r, action, dir, opts, rowsFiller(r, form))
}

// ObjectFile makes an RDD of what SaveAsObjectFile wrote; paths are as of
// TextFile, a partition is a file. T may have changed since, fields match by
// name. A file that is damaged or of another kind is an error that names it.
func ObjectFile[T any](c *Context, paths string) *RDD[T] {
	form, bad := spill.FormOf[T]()
	whole := func(found []file.Input) []file.Input { return found }
	r := files(c, "objectFile", paths, whole, func(t *Task, in file.Input, emit func([]T) error) error {
		return readRows(t, c.env.FS, in.Path, form, chunks(emit))
	})
	if e := sparkerr.As(bad); e != nil {
		r.node().fail(e)
	}
	return r
}
