package rdd_test

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/spatestream/spate/rdd"
	"github.com/spatestream/spate/sparkerr"
)

func ExampleBarrier() {
	sc := rdd.NewContext("example", rdd.Workers(2))
	defer sc.Stop()
	// Every task learns the sums of all before it goes on.
	shares := rdd.Barrier(rdd.Parallelize(sc, []int{10, 20, 30, 40}, 2)).MapPartitions(func(t *rdd.BarrierTask, in iter.Seq[int]) (iter.Seq[int], error) {
		sum := 0
		for x := range in {
			sum += x
		}
		sums, err := t.AllGather(fmt.Sprint(sum))
		if t.Partition() == 0 {
			fmt.Println(t.Tasks(), "tasks with", strings.Join(sums, " and "))
		}
		return func(yield func(int) bool) { yield(sum) }, err
	})
	fmt.Println(shares.Collect(context.Background()))
	// Output:
	// 2 tasks with 30 and 70
	// [30 70] <nil>
}

func ExampleBarrierMapPartitions() {
	sc := rdd.NewContext("example", rdd.Workers(2))
	defer sc.Stop()
	names := rdd.BarrierMapPartitions(rdd.Barrier(rdd.Parallelize(sc, []int{1, 2}, 2)), func(t *rdd.BarrierTask, in iter.Seq[int]) (iter.Seq[string], error) {
		err := t.Barrier() // all have started
		return func(yield func(string) bool) { yield(fmt.Sprint("task ", t.Partition())) }, err
	})
	fmt.Println(names.Collect(context.Background()))
	// Output: [task 0 task 1] <nil>
}

func ExampleWithJobGroup() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	began := make(chan bool, 100)
	report := rdd.Async(rdd.WithJobGroup(context.Background(), "reports", "the nightly report"), func(ctx context.Context) (bool, error) {
		return true, rdd.Range(sc, 0, 100, 1).TryForEach(ctx, func(t *rdd.Task, _ int64) error {
			began <- true
			<-t.Context().Done() // work that takes long
			return t.Context().Err()
		})
	})
	<-began
	sc.CancelJobGroup("reports")
	_, err := report.Get(context.Background())
	fmt.Println(sparkerr.ClassOf(err))
	// Output: SPARK_JOB_CANCELLED
}

func ExampleWithJobTag() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	sc.AddListener(&rdd.Listener{JobStarted: func(j rdd.JobInfo) { fmt.Println(j.Tags) }})
	ctx := rdd.WithJobTag(rdd.WithJobTag(context.Background(), "nightly"), "small")
	fmt.Println(rdd.Range(sc, 0, 100, 1).Count(ctx))
	// Output:
	// [nightly small]
	// 100 <nil>
}

func ExampleWithPool() {
	sc := rdd.NewContext("example", rdd.Conf("spark.scheduler.mode", "FAIR"))
	defer sc.Stop()
	// A long job and a short one share the workers.
	long := rdd.Async(rdd.WithPool(context.Background(), "batch"), rdd.Range(sc, 0, 100000, 1).Count)
	fmt.Println(rdd.Range(sc, 0, 10, 1).Count(rdd.WithPool(context.Background(), "interactive")))
	fmt.Println(long.Get(context.Background()))
	// Output:
	// 10 <nil>
	// 100000 <nil>
}

func ExampleContext_Status() {
	sc := rdd.NewContext("example", rdd.Workers(1))
	defer sc.Stop()
	err := rdd.Parallelize(sc, []int{1, 2, 3}, 3).ForEach(context.Background(), func(x int) {
		for _, s := range sc.Status().Jobs[0].Stages {
			fmt.Println(s.Tasks.Running, "of", s.Info.Tasks, "tasks run,", s.Tasks.Done, "are done")
		}
	})
	fmt.Println(err)
	// Output:
	// 1 of 3 tasks run, 0 are done
	// 1 of 3 tasks run, 1 are done
	// 1 of 3 tasks run, 2 are done
	// <nil>
}

func ExampleBarriered_MapPartitions() {
	sc := rdd.NewContext("example", rdd.Workers(2))
	defer sc.Stop()
	together := rdd.Barrier(rdd.Parallelize(sc, []int{1, 2}, 2)).MapPartitions(func(t *rdd.BarrierTask, in iter.Seq[int]) (iter.Seq[int], error) {
		return in, t.Barrier() // once all tasks are here
	})
	fmt.Println(together.Collect(context.Background()))
	// Output: [1 2] <nil>
}
