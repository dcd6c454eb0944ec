package rdd

import (
	"iter"

	"github.com/spatestream/spate/sparkerr"
)

// Barriered is an RDD whose next step runs in a barrier stage.
type Barriered[T any] struct{ r *RDD[T] }

// Barrier makes the stage of the next step a barrier stage: its tasks start
// together, one worker each, may wait for one another, and if one fails all run
// again. A stage that has more tasks than the context has workers is an error.
// The result, and what is computed from it without a shuffle, keeps its
// partitions: Union, Coalesce, Take and First cannot follow.
func Barrier[T any](r *RDD[T]) *Barriered[T] { return &Barriered[T]{r} }

// MapPartitions applies f to every partition; f may fail, which fails the
// stage. For results of another type see BarrierMapPartitions.
func (b *Barriered[T]) MapPartitions(f func(*BarrierTask, iter.Seq[T]) (iter.Seq[T], error)) *RDD[T] {
	return BarrierMapPartitions(b, f)
}

// BarrierMapPartitions is Barriered.MapPartitions with results of any type.
func BarrierMapPartitions[T, U any](b *Barriered[T], f func(*BarrierTask, iter.Seq[T]) (iter.Seq[U], error)) *RDD[U] {
	out := TryMapPartitions(b.r, func(t *Task, in iter.Seq[T]) (iter.Seq[U], error) { return f(&BarrierTask{t}, in) })
	out.n.barrier = true
	return out
}

var errBarrierChain = sparkerr.New("", "the steps after Barrier do not keep its partitions (Union, Coalesce, Take, First), or there are two barriers in a stage: "+
	"put a shuffle such as Repartition between, or collect instead of Take")

// BarrierTask is a run of a task of a barrier stage. It belongs to the task's
// goroutine.
type BarrierTask struct{ *Task }

// Tasks returns how many tasks the stage has.
func (t *BarrierTask) Tasks() int { return t.gate.Tasks() }

// Barrier waits until all tasks of the stage have called it as often. It is an
// error if one ends before, if another calls AllGather meanwhile, or after
// spark.barrier.sync.timeout.
func (t *BarrierTask) Barrier() error {
	_, err := t.gate.Meet(t.Context(), "Barrier", t.x.Index, "")
	return err
}

// AllGather waits as Barrier does and returns the messages of all tasks, by
// partition.
func (t *BarrierTask) AllGather(message string) ([]string, error) {
	return t.gate.Meet(t.Context(), "AllGather", t.x.Index, message)
}
