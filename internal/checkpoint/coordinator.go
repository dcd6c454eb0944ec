package checkpoint

import (
	"bytes"
	"fmt"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/eventtime"
)

// Policy says how the watermarks of several nodes make one.
type Policy uint8

// The policies of spark.sql.streaming.multipleWatermarkPolicy.
const (
	Min Policy = iota
	Max
)

// Config is what a coordinator must know of its query.
type Config struct {
	Sources int
	Delays  []int64 // watermark nodes: delay in milliseconds
	Policy  Policy
	State   bool // epochs are decided by a manifest
	NoData  bool // run epochs without data when operators ask for them
	Once    bool // exactly one epoch
	Drain   bool // end when nothing is new (available-now)
	Ride    bool // commits/N becomes durable with the next log entry, or by Flush
}

// Coordinator takes a query from one epoch to the next. It belongs to one
// goroutine. An event that does not fit the phase is a bug and panics.
type Coordinator struct {
	cfg   Config
	phase phase

	// The epoch under way, or the next one.
	epoch    connector.Epoch
	from, to []connector.Offset
	time     eventtime.Time      // batch time
	evict    eventtime.Watermark // what the epoch advances to
	receipts []connector.Receipt
	rerun    bool // the epoch runs again after a restore

	held     eventtime.Watermark // what operators hold: the last epoch's evict
	next     eventtime.Watermark // global watermark for the next epoch
	nodes    []eventtime.Watermark
	ranHere  bool // an epoch has run in this process
	stopping bool
	owed     []Action // Forget of an epoch whose commit is not durable yet
}

type phase uint8

const (
	starting phase = iota
	restoring
	idle
	asking
	logging
	running
	saving
	deciding
	committing
	logCommitting
	ended
)

var phaseNames = [...]string{"starting", "restoring", "idle", "asking", "logging", "running", "saving", "deciding", "committing", "logging the commit", "ended"}

// NewCoordinator returns a coordinator that waits for Recovered.
func NewCoordinator(cfg Config) *Coordinator {
	return &Coordinator{cfg: cfg, nodes: make([]eventtime.Watermark, len(cfg.Delays))}
}

// Epoch returns the epoch under way, or the next one.
func (c *Coordinator) Epoch() connector.Epoch { return c.epoch }

// Watermark returns the global watermark the next epoch will advance to.
func (c *Coordinator) Watermark() eventtime.Watermark { return c.next }

// Step takes an event and returns what is to be done, in order. Each action
// that waits for an answer is the last one.
func (c *Coordinator) Step(e Event) []Action {
	switch e := e.(type) {
	case Recovered:
		return c.recovered(e)
	case Restored:
		return c.restored()
	case Tick:
		return c.tick()
	case Ends:
		return c.ends(e)
	case Logged:
		return c.logged()
	case Ran:
		return c.ran(e)
	case Saved:
		return c.saved(e)
	case Decided:
		c.must(deciding, e)
		return c.commit()
	case Committed:
		c.must(committing, e)
		c.phase = logCommitting
		return []Action{LogCommit{c.epoch, c.next}}
	case CommitLogged:
		return c.finished()
	case Lost:
		c.must(committing, e)
		return c.runAgain()
	case Retry:
		c.must(running, e)
		return c.runAgain()
	case Failed:
		c.phase = ended
		return []Action{End(e)}
	case Stop:
		return c.stop()
	case Rest:
		c.must(idle, e)
		return c.settle()
	}
	panic(fmt.Sprintf("checkpoint: unknown event %T", e))
}

func (c *Coordinator) must(p phase, e Event) {
	if c.phase != p {
		panic(fmt.Sprintf("checkpoint: %T while %s", e, phaseNames[c.phase]))
	}
}

// recovered starts from what the directory holds. See the package comment for
// which epoch is decided.
func (c *Coordinator) recovered(e Recovered) []Action {
	c.must(starting, e)
	c.from = make([]connector.Offset, c.cfg.Sources)
	if e.Last == nil {
		c.phase = idle
		return nil
	}
	if e.Committed >= e.Last.Epoch {
		return c.resumeAfter(e)
	}
	return c.resumePending(e)
}

// resumeAfter goes on behind a finished epoch.
func (c *Coordinator) resumeAfter(e Recovered) []Action {
	c.epoch = e.Last.Epoch + 1
	c.from = e.Last.Ends
	c.held = e.Last.Watermark
	c.next = max(e.Last.Watermark, e.NextWatermark)
	if e.Manifest != nil {
		c.next = max(c.next, e.Manifest.NextWatermark)
	}
	c.phase = restoring
	return []Action{Restore{State: c.epoch, Held: c.held}}
}

// resumePending finishes the epoch that was cut off: commits it if it is
// decided, else runs it again as it was logged.
func (c *Coordinator) resumePending(e Recovered) []Action {
	c.epoch, c.to, c.time, c.evict = e.Last.Epoch, e.Last.Ends, e.Last.Time, e.Last.Watermark
	c.next = e.Last.Watermark
	if e.Prev != nil {
		c.from, c.held = e.Prev.Ends, e.Prev.Watermark
	}
	c.phase = restoring
	if e.Manifest == nil {
		c.rerun = true
		return []Action{Restore{State: c.epoch, Held: c.held}}
	}
	c.receipts, c.next = e.Manifest.Receipts, max(c.next, e.Manifest.NextWatermark)
	return []Action{Restore{State: c.epoch + 1, Held: c.evict}}
}

func (c *Coordinator) restored() []Action {
	c.must(restoring, Restored{})
	switch {
	case c.rerun:
		c.rerun = false
		return c.run()
	case c.to != nil:
		return c.commit()
	}
	c.phase = idle
	return nil
}

func (c *Coordinator) tick() []Action {
	c.must(idle, Tick{})
	c.phase = asking
	return []Action{AskEnds{c.epoch, c.from, c.next}}
}

func (c *Coordinator) ends(e Ends) []Action {
	c.must(asking, e)
	noData := c.cfg.NoData && e.Wants && c.ranHere
	if !c.moved(e.Ends) && !noData {
		c.phase = idle
		if c.cfg.Drain || c.cfg.Once || c.stopping {
			c.phase = ended
			return append(c.settle(), Report{c.epoch, true}, End{})
		}
		return []Action{Report{c.epoch, true}}
	}
	c.to, c.time, c.evict = e.Ends, e.Now, c.next
	c.phase = logging
	return []Action{LogOffsets{Entry{c.epoch, c.to, c.time, c.evict, nil}}}
}

func (c *Coordinator) moved(to []connector.Offset) bool {
	for i := range to {
		if !bytes.Equal(to[i], c.from[i]) {
			return true
		}
	}
	return false
}

func (c *Coordinator) logged() []Action {
	c.must(logging, Logged{})
	return c.run()
}

func (c *Coordinator) run() []Action {
	c.phase = running
	return []Action{Run{c.epoch, c.from, c.to, c.time, c.evict}}
}

func (c *Coordinator) ran(e Ran) []Action {
	c.must(running, e)
	c.ranHere = true
	c.receipts = e.Receipts
	c.observe(e.EventTimes)
	if !c.cfg.State {
		return c.commit()
	}
	c.phase = saving
	return []Action{Save{c.epoch}}
}

// observe moves the watermark by what an epoch saw: each node's is its largest
// event time less its delay, the global one their minimum or maximum, and none
// ever goes back. A node that has seen nothing counts as 0.
func (c *Coordinator) observe(maxSeen []int64) {
	for i, ms := range maxSeen {
		if ms != NothingSeen {
			c.nodes[i] = max(c.nodes[i], eventtime.Watermark(ms-c.cfg.Delays[i]))
		}
	}
	if len(c.nodes) == 0 {
		return
	}
	w := c.nodes[0]
	for _, n := range c.nodes[1:] {
		if c.cfg.Policy == Max {
			w = max(w, n)
		} else {
			w = min(w, n)
		}
	}
	c.next = max(c.next, w)
}

func (c *Coordinator) saved(e Saved) []Action {
	c.must(saving, e)
	c.phase = deciding
	return []Action{Decide{c.epoch, c.next, c.receipts}}
}

func (c *Coordinator) commit() []Action {
	c.phase = committing
	return []Action{CommitSinks{c.epoch, c.receipts}}
}

func (c *Coordinator) finished() []Action {
	c.must(logCommitting, CommitLogged{})
	done, forget := c.epoch, []Action{Forget{c.epoch, c.to}}
	if c.cfg.Ride { // the commit before this one is durable: what followed it was
		forget, c.owed = c.owed, forget
	}
	actions := append(forget, Report{done, false})
	c.from, c.to, c.receipts, c.held = c.to, nil, nil, c.evict
	c.epoch++
	c.phase = idle
	if c.cfg.Once || c.stopping {
		c.phase = ended
		actions = append(append(actions, c.settle()...), End{})
	}
	return actions
}

// settle makes a commit durable that was to ride with the next epoch, when
// there is none for now, and lets go of what waits for it.
func (c *Coordinator) settle() []Action {
	if c.owed == nil {
		return nil
	}
	actions := append([]Action{Flush{}}, c.owed...)
	c.owed = nil
	return actions
}

// runAgain runs an epoch again, whose prepared output died or which failed: its
// state, decided or not, is put back to before the epoch.
func (c *Coordinator) runAgain() []Action {
	c.rerun = true
	c.phase = restoring
	return []Action{Restore{State: c.epoch, Held: c.held}}
}

// stop ends the query: at once when idle, else when the epoch under way is
// finished.
func (c *Coordinator) stop() []Action {
	c.stopping = true
	if c.phase == idle || c.phase == starting {
		c.phase = ended
		return append(c.settle(), End{})
	}
	return nil
}
