package main

import (
	"context"
	"iter"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/rdd"
)

// connectionEach opens a connection in the task of each partition: never outside,
// for a connection belongs to who uses it, and never for each row. A task that
// fails runs again, and what it had inserted is there twice.
func connectionEach(counts *dstream.DStream[count], db *database) {
	counts.ForEachRDD(func(ctx context.Context, r *rdd.RDD[count], t time.Time) error {
		return r.TryForEachPartition(ctx, func(task *rdd.Task, in iter.Seq[count]) error {
			c, err := db.connect(task.Context())
			if err != nil {
				return err
			}
			defer c.close()
			return insert(c, t, task.Partition(), in)
		})
	})
}

// pooled takes connections from a pool and gives them back, so that batches do
// not wait for connections to open.
func pooled(counts *dstream.DStream[count], db *database) {
	p := newPool(db, 2)
	counts.ForEachRDD(func(ctx context.Context, r *rdd.RDD[count], t time.Time) error {
		return r.TryForEachPartition(ctx, func(task *rdd.Task, in iter.Seq[count]) error {
			c, err := p.acquire(task.Context())
			if err != nil {
				return err
			}
			err = insert(c, t, task.Partition(), in)
			p.release(c, err)
			return err
		})
	})
}

func insert(c *conn, t time.Time, part int, in iter.Seq[count]) error {
	for x := range in {
		if err := c.insert(row{t, part, x}); err != nil {
			return err
		}
	}
	return nil
}

// idempotent writes under a key that is the same each time the batch runs: its
// time and the partition. Whatever an earlier run has left is replaced. The rows
// must be the same, too: those of a batch that is computed again are.
func idempotent(counts *dstream.DStream[count], db *database) {
	counts.ForEachRDD(func(ctx context.Context, r *rdd.RDD[count], t time.Time) error {
		return r.TryForEachPartition(ctx, func(task *rdd.Task, in iter.Seq[count]) error {
			c, err := db.connect(task.Context())
			if err != nil {
				return err
			}
			defer c.close()
			return c.replace(t, task.Partition(), rowsOf(t, task.Partition(), in))
		})
	})
}

// transactional stores which batch and partition the rows are of along with
// them, in one transaction: who finds that noted has nothing left to do. It serves
// where rows cannot be replaced, such as additions to a balance.
func transactional(counts *dstream.DStream[count], db *database) {
	counts.ForEachRDD(func(ctx context.Context, r *rdd.RDD[count], t time.Time) error {
		return r.TryForEachPartition(ctx, func(task *rdd.Task, in iter.Seq[count]) error {
			c, err := db.connect(task.Context())
			if err != nil {
				return err
			}
			defer c.close()
			tx := c.begin()
			if !tx.note(t, task.Partition()) {
				return nil // an earlier run has committed
			}
			tx.insert(rowsOf(t, task.Partition(), in))
			return tx.commit()
		})
	})
}

func rowsOf(t time.Time, part int, in iter.Seq[count]) []row {
	var out []row
	for x := range in {
		out = append(out, row{t, part, x})
	}
	return out
}
