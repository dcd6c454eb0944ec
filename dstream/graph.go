package dstream

import (
	"time"

	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/sparkerr"
)

// node is a DStream without its type: its place in the graph. What is set by
// the program is fixed when the context starts; what changes afterwards is
// guarded by the context's graph lock.
type node struct {
	ctx     *Context
	id      int    // in the order of the program: its identity in a checkpoint
	op      string // the operation: "map"
	site    sparkerr.Origin
	err     error // what was wrong with the call, or with a parent
	parents []*node
	slide   time.Duration

	remember time.Duration // how long RDDs are remembered, at least
	shown    time.Duration // the part of it that is not for recovery
	interval time.Duration // between data checkpoints, 0: none
	must     bool          // data checkpoints are needed for the result to stay computable

	// forget drops the RDDs of batches before t. What a node without parents
	// keeps is forgotten when a checkpoint is durable that does not need it.
	forget func(t instant)
	// release returns the directories of data checkpoints of batches before t,
	// which no checkpoint needs any more, to be deleted; nil for none.
	release func(t instant) []string
	// saved returns the directories of the data checkpoints that are complete,
	// and restore takes them in a later run, before it starts; nil for none.
	saved   func() map[instant]string
	restore func(map[instant]string) error
	// reach is how much older RDDs of parents are than those made of them: the
	// length of a window.
	reach time.Duration
	late  bool // defined after the start: no part of the graph
}

// newNode adds a DStream to the graph. Its first bad parent makes it bad; so
// does a context that runs already.
func newNode(c *Context, op string, slide time.Duration, parents ...*node) *node {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := &node{ctx: c, id: len(c.nodes), op: op, site: exec.CallSite(), parents: parents, slide: slide, forget: func(instant) {}}
	for _, p := range parents {
		if n.err == nil {
			n.err = p.err
		}
	}
	if c.state != Initialized {
		n.fail(sparkerr.New("", "the context is "+c.state.String()+": inputs, transformations and output operations are defined before it starts"))
		n.late = true
		c.env.Log.Error("a stream is defined too late and has no effect", "error", n.err)
	} else {
		c.nodes = append(c.nodes, n)
	}
	if n.err != nil && c.err == nil {
		c.err = n.err
	}
	return n
}

// fail makes Start return err, which gets the call's place.
func (n *node) fail(err *sparkerr.Error) {
	if n.err == nil {
		n.err = err.At(n.site)
	}
}

// refuse is fail for a node that is in the graph already.
func (n *node) refuse(err *sparkerr.Error) {
	n.ctx.mu.Lock()
	defer n.ctx.mu.Unlock()
	n.fail(err)
	if n.ctx.err == nil {
		n.ctx.err = n.err
	}
}

// multiple reports whether d is a positive multiple of the node's slide.
func (n *node) multiple(d time.Duration) bool { return d > 0 && d%n.slide == 0 }

// valid reports whether the node has an RDD at t: after time zero, in steps of
// its slide.
func (n *node) valid(t instant) bool {
	zero := n.ctx.zero
	return t > zero && (t-zero)%instant(n.slide.Milliseconds()) == 0
}

// keep makes the node and what it is made of remember RDDs for d at least.
func (n *node) keep(d time.Duration) {
	d = max(d, n.slide, n.ctx.remembered)
	n.shown = max(n.shown, d)
	if n.interval >= n.slide { // what no checkpoint has yet can be made again
		d = max(d, 2*n.interval)
	}
	d = max(d, n.remember)
	n.remember = d
	for _, p := range n.parents {
		p.keep(d + n.reach)
	}
}

// validate refuses data checkpoints that cannot be; dir is the checkpoint
// directory.
func (n *node) validate(dir string) error {
	if n.must && n.interval == 0 {
		n.interval = n.slide * ((10*time.Second + n.slide - 1) / n.slide)
	}
	switch {
	case n.err != nil:
		return n.err
	case n.interval == 0:
		return nil
	case dir == "":
		return sparkerr.New("", "the checkpoint directory has not been set, which "+n.op+" needs: call Context.Checkpoint").At(n.site)
	case !n.multiple(n.interval):
		return sparkerr.New("", "the checkpoint interval of "+n.op+" ("+printed(n.interval)+") must be a multiple of its slide duration ("+printed(n.slide)+")").At(n.site)
	}
	return nil
}
