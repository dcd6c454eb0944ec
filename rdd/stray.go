package rdd

import (
	"context"

	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/sparkerr"
)

// notInTask is the error class of actions that a function of a task has asked
// for.
const notInTask = "CANNOT_INVOKE_IN_TRANSFORMATIONS"

// elsewhere runs a part of a task that calls functions of the program, which may
// even end the goroutine they are called on.
func elsewhere(f func() error) error {
	return exec.Apart(func() error { return exec.Work(f) })
}

// strayed refuses what is asked for within a task and would wait for a worker,
// which the task itself may be holding: it might wait for ever. Without a ctx
// nothing is asked for.
func strayed(ctx context.Context) error {
	if err := lacking(ctx); err != nil {
		return err
	}
	if !exec.Strays(ctx) {
		return nil
	}
	return sparkerr.New(notInTask, "an RDD was used within a function that a task of another runs, whose worker the action would wait for: "+
		"collect its rows first and let the function refer to them (NewBroadcast), join the two RDDs, or give the action the Context of the Task that Try forms get").At(exec.CallSite())
}
