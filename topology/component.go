package topology

import (
	"sync/atomic"

	"github.com/spatestream/spate/internal/calls"
	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/flow"
	"github.com/spatestream/spate/sparkerr"
)

// role is what a component is in the graph.
type role uint8

const (
	source role = iota
	operator
	sink
)

func (r role) String() string { return [...]string{"source", "operator", "sink"}[r] }

// component is a named part of a job, of which there are instances.
type component struct {
	job         *Job
	name        string
	role        role
	parallelism int
	site        sparkerr.Origin // the call that added it
	apart       bool            // never called directly by what comes before it
	state       holding
	inputs      []input
	channels    []channel // [0] is the default channel
	readers     []reader  // of its channels, in the order they were joined

	// make builds an instance within a node: its receivers by input, and how
	// receivers of its channels are attached.
	make func(n *node) (built, error)

	shed      flow.ShedCount   // events dropped on the way to it
	limit     flow.RateLimit   // of a source
	time      timing           // of a source
	lacks     string           // what keeps it from checkpoints, "" for nothing
	committer func() Committer // of a sink that is one: makes the instance that commits
	calls     *calls.Settings  // of Async
	lays      cells.Layout     // but for Keys and Pass
	late      atomic.Int64     // events that came too late for a window or a join

	number int    // among the job's components
	dead   outlet // the channel of dead letters, read or not
	tally  tally
}

// holding says which state an instance has after a restore: that which was its own
// or that of its keys; that of all instances there were, side by side; or, as each
// of them had the same, that of the first, which is all that a checkpoint keeps.
type holding uint8

const (
	parted holding = iota
	pooled
	copied
)

// channel is one of a component's outputs.
type channel struct {
	outlet        // nil: the default channel
	optional bool // nobody need read it
}

func (c channel) name() string {
	if c.outlet == nil {
		return "default"
	}
	return c.title()
}

// input is where an operator or sink gets events from.
type input struct {
	refs  []ref
	group kind
	keys  string // type of the keys of a stream by Fields, else ""
	sheds bool
	drops bool // it sheds, and its producers never wait
	// Typed inside: the stream's element type is known to who made it.
	writer func(n *node, by *component, output, targets int) any // a receiver that sends over an edge
	inlet  func(receiver any) func(flow any, n *node) error      // takes payloads of an edge
}

// ref is a channel of a component.
type ref struct {
	from    *component
	channel int
}

// reader is an input that reads a channel.
type reader struct {
	by      *component
	input   int
	channel int
	nth     int // among those that the input reads
}

// built is an instance of a component in a node.
type built struct {
	member    member
	receivers []any              // by input: receiver[In]
	attach    func(receiver any) // receiver[Out] of the default channel
	ctx       *Context
}

// Setting configures a component.
type Setting func(*component)

// Parallelism is the number of instances of a component; that of what it reads
// without it, 1 for sources.
func Parallelism(n int) Setting { return func(c *component) { c.parallelism = n } }

// Apart keeps a component from being called directly by what comes before it:
// its instances get goroutines of their own.
func Apart() Setting { return func(c *component) { c.apart = true } }

// add makes a component that reads the inputs.
func (j *Job) add(name string, r role, inputs []input, settings []Setting) *component {
	c := &component{job: j.there(), name: name, role: r, site: exec.CallSite(), parallelism: 1, inputs: inputs, channels: []channel{{optional: r == sink}}}
	if name == "" {
		j.mistake("this %s has no name; state, errors and metrics go by names", r)
	}
	for i, in := range inputs {
		for nth, ref := range in.refs {
			if ref.from.job != j {
				j.mistake("%s %q reads %q of another job, %s", r, name, ref.from.name, ref.from.job.name)
				continue
			}
			ref.from.readers = append(ref.from.readers, reader{c, i, ref.channel, nth})
			if i == 0 && in.group != global {
				c.parallelism = max(c.parallelism, ref.from.parallelism)
			}
		}
	}
	for _, s := range settings {
		if c.given(s != nil); s != nil {
			s(c)
		}
	}
	c.number = len(j.components)
	j.components = append(j.components, c)
	return c
}

// read reports whether anybody reads a channel.
func (c *component) read(channel int) bool {
	for _, r := range c.readers {
		if r.channel == channel {
			return true
		}
	}
	return false
}

// sheds reports whether events may be dropped on the way to it.
func (c *component) sheds() bool {
	for _, in := range c.inputs {
		if in.sheds {
			return true
		}
	}
	return false
}

// keys is the type of the keys of what the component reads, "" for none.
func (c *component) keys() string {
	for _, in := range c.inputs {
		if in.keys != "" {
			return in.keys
		}
	}
	return ""
}
