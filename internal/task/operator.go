// Package task is the contract of operators and the chain that drives them.
//
// For each epoch a task does, on its chain of operators: begin, push*, advance,
// flush, seal. An operator starts no goroutine, reads no clock and does no I/O;
// state, time, memory and spill files are handed in. Carriers (exec, flow,
// Kafka) choose where inputs come from, where outputs go and who ends an epoch.
//
// An operator has one watermark: what it holds while rows arrive is Spark's
// late watermark (that of the epoch before), what it advances to is the
// eviction watermark. Each operator advances before the next, and what it emits
// then reaches the next one before that one advances.
package task

import (
	"errors"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/store"
)

// Operator is one step of a chain. It belongs to one goroutine. Between epochs
// it holds nothing outside its tables. Where it has the ability it also
// implements Advancer, Flusher, Ender, Wanter, Holder, Delayer.
type Operator interface {
	// Open is called once, before anything else.
	Open(*Context) error
	// Push takes the selected rows of b on input in. b is borrowed for the
	// call and must not be changed, its selection excepted: an operator may
	// emit b itself with another selection and restores it.
	Push(in int, b *columnar.Batch, out Out) error
	// Close is always called, also after a failed Open.
	Close() error
}

// ErrEnough is what Push, and Emit with it, returns when an operator needs no more
// rows of a bounded run (a limit is reached): whoever emits returns it
// unchanged, and the carrier goes on with End. It is no failure.
var ErrEnough = errors.New("task: no more rows are needed")

// Advancer emits and drops what is at or before the watermark. Called once an
// epoch, after its rows and before Flush, also when the watermark has not
// moved.
type Advancer interface {
	Advance(w eventtime.Watermark, out Out) error
}

// Flusher emits what the output mode owes for the epoch. It may come early
// (continuous mode).
type Flusher interface{ Flush(out Out) error }

// Ender is told that an input of a bounded run is over: a sort emits, a hash
// join turns from build to probe.
type Ender interface {
	End(in int, out Out) error
}

// Wanter asks for an epoch without data because the watermark would make it
// emit or evict.
type Wanter interface {
	Wants(w eventtime.Watermark) bool
}

// Holder is an operator that has a watermark: Hold sets it silently before the
// first epoch, to what was held when the checkpoint was taken.
type Holder interface {
	Hold(w eventtime.Watermark)
}

// Delayer is an operator whose output may be older than the watermark (a join
// of streams): Delay returns the watermark of its output at w, not above w.
type Delayer interface {
	Delay(w eventtime.Watermark) eventtime.Watermark
}

// Out is where an operator puts its rows. The batch is lent for the call.
type Out interface {
	Emit(*columnar.Batch) error
	// Late takes rows at or behind the watermark: they are counted, and go to
	// the side output if the query has one.
	Late(*columnar.Batch) error
}

// Outlet is the end of a chain: an exchange or a sink. Write copies what it
// keeps; it blocks or spills. Made by exec, flow and Kafka.
type Outlet interface {
	Write(*columnar.Batch) error
}

// Params are bound anew for each epoch and shared by all operators of a task.
type Params struct {
	Epoch store.Epoch
	Expr  expr.Context        // batch time, seed, zone
	Evict eventtime.Watermark // what this epoch will advance to (join look-ahead)
	Last  bool                // a bounded run: End follows and nothing comes after
}

// Context is what an operator is opened with.
type Context struct {
	Params *Params
	Task   int
	Groups store.Groups // the task's key groups
	// Table opens a table of the task's store; the chain seals, saves and
	// restores it, operators never do.
	Table  func(store.Spec) (*store.Table, error)
	Memory *memory.Account
	Spill  memory.Space
	Stats  *Stats
}

// Stats are plain counters of a task, copied out each epoch.
type Stats struct {
	RowsIn, RowsOut, Late int64
	// EventTimes of each watermark node of the plan, by its ordinal.
	EventTimes []EventTimes
	Operators  []OperatorStats
}

// EventTimes is what one watermark node saw in an epoch, in milliseconds.
type EventTimes struct {
	Count    int64
	Min, Max int64
	Sum      float64
}

// OperatorStats are one stateful operator's counters for Spark's progress
// report.
type OperatorStats struct {
	Name                      string // stateStoreSave, dedupe, ...
	Rows, Updated, Removed    int64
	Dropped                   int64 // rows behind the watermark
	Bytes                     int64
	UpdateNanos, RemovalNanos int64
	Custom                    map[string]int64
}
