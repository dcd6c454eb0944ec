// Package exec runs task graphs to the end of an epoch: the carrier of batch
// queries and micro-batches, and the runner of RDD stages.
//
// A Runner is a pool of workers of one query, batch job or rdd.Context. Stages
// run one after another; the tasks of a stage run side by side; exchanges
// between stages are materialised in memory, then spilled. A graph is bound
// once; its chains, tables and buffers live until Close, so that an empty
// epoch costs next to nothing: small work runs on the caller's goroutine.
package exec

import (
	"context"

	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/memory"
)

// Runner runs stages on at most Workers goroutines. Safe for concurrent use.
type Runner struct {
	env    *env.Env // immutable
	budget *memory.Budget
	spill  func() (memory.Space, error)
	slots  chan struct{} // one token a running worker
}

// NewRunner returns a runner; it starts no goroutine before there is work and
// none outlives the call that needed it.
func NewRunner(e *env.Env, workers int, budget *memory.Budget, spill func() (memory.Space, error)) *Runner {
	if budget == nil {
		budget = memory.NewBudget(0)
	}
	return &Runner{env: e, budget: budget, spill: spill, slots: make(chan struct{}, max(workers, 1))}
}

// Task is one run of one task of a Stage.
type Task struct {
	Stage, Index, Attempt int
	Context               context.Context
	Memory                *memory.Account
	Spill                 memory.Space
}

// Stage is opaque work: Tasks runs of Run after all Parents have ended. Run is
// called again on retry.
type Stage struct {
	ID, Tasks int
	Run       func(*Task) error
	Parents   []*Stage
	Retries   int // further attempts of a failed task
}
