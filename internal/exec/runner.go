// Package exec runs task graphs to the end of an epoch: the carrier of batch
// queries and micro-batches, and the runner of RDD stages.
//
// A Runner is a number of workers of one query, batch job or rdd.Context. The
// stages of an epoch run one after another, those of a job as soon as their
// parents have ended; the tasks of a stage run side by side; exchanges between
// stages are materialised in memory, then spilled. A graph is bound once; its
// chains, tables and buffers live until Close, so that an empty epoch costs
// next to nothing: small work runs on the caller's goroutine.
//
// A desk (desk.go) hands free workers to the tasks that wait: of several jobs
// the earlier first, or by pools (pools.go). Each job is coordinated by the
// goroutine that called RunJob (job.go): only it knows which tasks wait, run
// and are done, so none of that needs a lock.
package exec

import (
	"context"
	"sync"

	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/memory"
)

// Runner runs stages on at most Workers goroutines. Safe for concurrent use.
type Runner struct {
	env    *env.Env // immutable
	budget *memory.Budget
	spill  func() (memory.Space, error)
	desk   *desk
	late   sync.WaitGroup // attempts that lost to a faster one and still run
}

// NewRunner returns a runner; it starts no goroutine before there is work and
// none outlives the call that needed it, but for what Wait waits for.
func NewRunner(e *env.Env, workers int, budget *memory.Budget, spill func() (memory.Space, error)) *Runner {
	if budget == nil {
		budget = memory.NewBudget(0)
	}
	return &Runner{env: e, budget: budget, spill: spill, desk: newDesk(max(workers, 1))}
}

// Workers returns how many tasks run at a time.
func (r *Runner) Workers() int { return r.desk.workers }

// Wait returns when no attempt runs any more that a faster one made
// superfluous: their jobs have not waited for them. No job may begin meanwhile.
func (r *Runner) Wait() { r.late.Wait() }

// Task is one run of one task of a Stage.
type Task struct {
	Stage, Index, Attempt int
	// Round counts the runs of a stage whose tasks run together.
	Round int
	// Speculative says that the task runs already and is slow.
	Speculative bool
	Context     context.Context
	Memory      *memory.Account
	Spill       memory.Space
}

// Stage is opaque work: Tasks runs of Run after all Parents have ended. Run is
// called again on retry.
type Stage struct {
	ID, Tasks int
	Run       func(*Task) error
	Parents   []*Stage
	Retries   int // further attempts of a failed task
	// Together makes all tasks start at the same time, and the failure of one
	// that of all: the whole stage runs again, up to Retries times.
	Together bool
	// Begun and Ended hear of each round of the stage, on the goroutine that
	// called RunJob; nil for nobody.
	Begun func(round int)
	Ended func(round int, err error)
}
