package rdd

import (
	"context"

	"github.com/spatestream/spate/internal/storage"
	"github.com/spatestream/spate/sparkerr"
)

// LocalCheckpoint asks that the RDD be kept in memory and, what does not fit,
// on disk, when the next action that computes it has ended; then nothing of its
// lineage is held any more. It needs no directory and costs no extra copy of a
// persisted RDD, but a partition that is lost then, as by Unpersist, is lost
// for good: actions fail.
func (r *RDD[T]) LocalCheckpoint() *RDD[T] {
	if r.node().checkpointed() == nil {
		r.keeping().persistForGood(r.node(), storage.Open[T])
	}
	r.node().ask(&mark{local: true, write: r.keepAll})
	return r
}

// keepAll computes the partitions that are not kept yet and cuts the lineage.
func (r *RDD[T]) keepAll(ctx context.Context) error {
	parts, err := all(ctx, r.node())
	if err != nil {
		return err
	}
	var missing []int
	kept := r.held.blocks()
	for _, p := range parts {
		if kept == nil || !kept.Has(p) {
			missing = append(missing, p)
		}
	}
	if len(missing) > 0 {
		err = run(ctx, r.node(), "localCheckpoint", missing, func(t *Task, part int) error {
			return r.each(t, part, func([]T) error { return nil })
		})
	}
	if err != nil {
		return err
	}
	id := itoa(r.node().id)
	r.cut("LocalCheckpointRDD", len(parts), func(_ *Task, part int, _ func([]T) error) error {
		block := "rdd_" + id + "_" + itoa(part)
		return sparkerr.New("CHECKPOINT_RDD_BLOCK_ID_NOT_FOUND", "partition "+itoa(part)+" of RDD "+id+
			", kept by LocalCheckpoint, is not there any more (was Unpersist called?), and its lineage is cut: use Checkpoint for what must survive",
			"rddBlockId", block).At(r.node().site())
	})
	return nil
}
