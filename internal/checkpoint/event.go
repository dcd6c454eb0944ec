package checkpoint

import (
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/eventtime"
)

// NothingSeen stands for the largest event time of a node without rows.
const NothingSeen = -1 << 63

// Event is something that happened.
type Event interface{ event() }

// Action is something to be done.
type Action interface{ action() }

// The events.
type (
	// Recovered: the directory was read. Last is the newest offsets entry, nil
	// in a fresh directory; Prev the one before it; Committed the newest commit
	// (-1: none) with its watermark; Manifest that of Last, nil if undecided.
	Recovered struct {
		Last, Prev    *Entry
		Committed     connector.Epoch
		NextWatermark eventtime.Watermark
		Manifest      *Manifest
	}
	// Restored: the tables hold what Restore asked for.
	Restored struct{}
	// Tick: the trigger fired.
	Tick struct{}
	// Ends: where the sources end now; Wants: an operator asks for an epoch
	// without data at the watermark of AskEnds; Now: the clock.
	Ends struct {
		Ends  []connector.Offset
		Wants bool
		Now   eventtime.Time
	}
	// Logged: offsets/N is durable.
	Logged struct{}
	// Ran: the stages ran and the writers prepared. EventTimes: by watermark
	// node, the largest in milliseconds or NothingSeen.
	Ran struct {
		Receipts   []connector.Receipt
		EventTimes []int64
	}
	// Saved: the state after the epoch is durable.
	Saved struct{}
	// Decided: the manifest is durable.
	Decided struct{}
	// Committed: the sinks have committed.
	Committed struct{}
	// CommitLogged: commits/N is durable.
	CommitLogged struct{}
	// Lost: a sink answered connector.ErrLost.
	Lost struct{}
	// Retry: Run failed, and it may go well if it is tried again.
	Retry struct{}
	// Failed: an action failed for good.
	Failed struct{ Err error }
	// Rest: no trigger follows for now.
	Rest struct{}
	// Stop: the user asked to stop after the epoch under way.
	Stop struct{}
)

// The actions. The answer is the event of the like name.
type (
	// AskEnds asks every source for its end, and the operators whether they
	// want an epoch at the watermark.
	AskEnds struct {
		Epoch     connector.Epoch
		From      []connector.Offset
		Watermark eventtime.Watermark
	}
	// LogOffsets makes offsets/N durable.
	LogOffsets struct{ Entry Entry }
	// Run runs the stages and prepares the sinks.
	Run struct {
		Epoch    connector.Epoch
		From, To []connector.Offset
		Time     eventtime.Time
		Evict    eventtime.Watermark
	}
	// Save makes the tables' changes durable.
	Save struct{ Epoch connector.Epoch }
	// Decide writes the manifest.
	Decide struct {
		Epoch         connector.Epoch
		NextWatermark eventtime.Watermark
		Receipts      []connector.Receipt
	}
	// CommitSinks makes the output visible.
	CommitSinks struct {
		Epoch    connector.Epoch
		Receipts []connector.Receipt
	}
	// LogCommit makes commits/N durable.
	LogCommit struct {
		Epoch         connector.Epoch
		NextWatermark eventtime.Watermark
	}
	// Flush makes durable what was logged to become so with the next entry.
	Flush struct{}
	// Forget lets sources, logs and state go up to the epoch.
	Forget struct {
		Epoch connector.Epoch
		To    []connector.Offset
	}
	// Restore puts the tables to the state before epoch State, holding the
	// watermark of the epoch before it.
	Restore struct {
		State connector.Epoch
		Held  eventtime.Watermark
	}
	// Report publishes progress; Idle: nothing ran.
	Report struct {
		Epoch connector.Epoch
		Idle  bool
	}
	// End ends the query; Err is nil after a clean one.
	End struct{ Err error }
)

func (Recovered) event()    {}
func (Restored) event()     {}
func (Tick) event()         {}
func (Ends) event()         {}
func (Logged) event()       {}
func (Ran) event()          {}
func (Saved) event()        {}
func (Decided) event()      {}
func (Committed) event()    {}
func (CommitLogged) event() {}
func (Lost) event()         {}
func (Retry) event()        {}
func (Failed) event()       {}
func (Rest) event()         {}
func (Stop) event()         {}

func (AskEnds) action()     {}
func (LogOffsets) action()  {}
func (Run) action()         {}
func (Save) action()        {}
func (Decide) action()      {}
func (CommitSinks) action() {}
func (LogCommit) action()   {}
func (Flush) action()       {}
func (Forget) action()      {}
func (Restore) action()     {}
func (Report) action()      {}
func (End) action()         {}
