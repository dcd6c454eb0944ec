// Package exec runs task graphs to the end of an epoch: the carrier of batch
// queries and micro-batches, and the runner of RDD stages.
//
// A Runner is a pool of workers of one query, batch job or rdd.Context. Stages
// run one after another; the tasks of a stage run side by side; exchanges
// between stages are materialised in memory, then spilled. A graph is bound
// once; its chains, tables and buffers live until Close, so that an empty
// epoch costs next to nothing.
package exec

import (
	"context"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/task"
)

// Runner runs stages on at most Workers goroutines. Safe for concurrent use.
type Runner struct{}

// NewRunner returns a runner; it starts no goroutine before there is work and
// none outlives the call that needed it.
func NewRunner(e *env.Env, workers int, budget *memory.Budget, spill func() (memory.Space, error)) *Runner {
	panic("exec: not built")
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

// Run runs the stage and its parents, each once, and returns the first error
// after every started task has ended. A panic in Run is an error with the
// user's file and line.
func (r *Runner) Run(ctx context.Context, final *Stage) error { panic("exec: not built") }

// Bound is a graph with its parallelism decided: hash stages get ranges of key
// groups, source stages take splits from a queue. Used by one goroutine.
type Bound struct{}

// Bind builds the chains of g for parallelism p over groups key groups. outlet
// makes the end of task i of the last stage.
func (r *Runner) Bind(g *task.Graph, p, groups int, outlet func(task int) task.Outlet) (*Bound, error) {
	panic("exec: not built")
}

// Range is what an epoch reads of the streaming scan of that ordinal.
type Range struct{ From, To connector.Offset }

// Epoch is one epoch to run.
type Epoch struct {
	Params task.Params // copied to every task; Evict is the watermark to advance to
	Ranges []Range     // by scan ordinal
	Last   bool        // batch: End follows the rows and nothing comes after
}

// Result is what an epoch did.
type Result struct {
	RowsIn     []int64 // by scan ordinal
	RowsOut    int64
	EventTimes []task.EventTimes // by watermark node, merged over tasks
	Operators  []task.OperatorStats
	Tasks      int // tasks of the last stage
}

// RunEpoch runs every stage of the graph: push, advance, flush. After an error
// the chains are undefined until Restore.
func (b *Bound) RunEpoch(ctx context.Context, e Epoch) (Result, error) { panic("exec: not built") }

// Wants reports whether an operator asks for an epoch at w without data.
func (b *Bound) Wants(w eventtime.Watermark) bool { panic("exec: not built") }

// Stateful reports whether some chain opened a table that is kept between
// epochs.
func (b *Bound) Stateful() bool { panic("exec: not built") }

// Stores returns the stores of the stage that have tables, one a task.
func (b *Bound) Stores() []StageStores { panic("exec: not built") }

// StageStores are the stores of one stage's tasks.
type StageStores struct {
	Stage  string
	Stores []*store.Store
}

// Reset drops all chains and builds them anew, empty, holding the watermark:
// what a restore starts from.
func (b *Bound) Reset(held eventtime.Watermark) error { panic("exec: not built") }

// Close closes every chain.
func (b *Bound) Close() error { panic("exec: not built") }
