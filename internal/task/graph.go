package task

import (
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/expr"
)

// Exchange is how rows leave a stage for the next.
type Exchange uint8

// The exchanges.
const (
	// Forward is no exchange: the last stage of a graph, whose chain ends in a
	// sink or in the runner's collector.
	Forward Exchange = iota
	// Hash sends a row to the task that owns the key group of its keys'
	// Murmur3 hash (seed 42), and sets Batch.Hash.
	Hash
	// Range sends rows to tasks so that task i's rows sort before task i+1's.
	Range
	// RoundRobin deals rows out.
	RoundRobin
	// Broadcast gives every task all rows.
	Broadcast
	// Single sends all rows to one task.
	Single
)

// Graph is the physical plan: stages cut at exchanges only, in topological
// order, the last one the result. It is immutable and says nothing of
// parallelism.
type Graph struct{ Stages []*Stage }

// Stage is a chain of operators that every task of it runs.
type Stage struct {
	// ID is stable between runs: the logical role of the stage; it stands in
	// the checkpoint.
	ID     string
	Inputs []Input
	// Build makes one task's chain; outlet takes what leaves it. Called once a
	// task, not concurrently for one graph.
	Build  func(c *Context, outlet Outlet) (*Chain, error)
	Output Exchange
	Keys   []expr.Node // Hash, Range: over the stage's output columns
	Desc   []bool      // Range: descending keys
	First  []bool      // Range: nulls first
}

// Input is where rows come from: a scan or an earlier stage.
type Input struct {
	Scan *Scan
	From int // stage number, if Scan is nil
}

// Scan reads a source. In a streaming graph the coordinator sets the range of
// offsets for each epoch by the scan's ordinal; a batch scan (Ordinal < 0)
// reads all there is.
type Scan struct {
	Source  connector.Source
	Want    connector.Wanted
	Ordinal int // number of the streaming source in the plan, -1 batch
	Name    string
}
