package rdd

import (
	"context"
	"sync"

	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/storage"
	"github.com/spatestream/spate/sparkerr"
)

// node is an RDD without its type: its place in the lineage. It is immutable
// but for what mu guards.
type node struct {
	ctx         *Context
	id          int
	kind        string      // Spark's class, for ToDebugString: "MapPartitionsRDD"
	op          string      // the operation: "map"
	place       exec.Place  // of the call
	err         error       // what was wrong with the call, or with a parent
	partitioner Partitioner // nil: rows lie anywhere
	barrier     bool        // its stage is a barrier stage
	// before runs on a job's goroutine before tasks compute partitions; nil: nothing does.
	before func(context.Context) error
	// first does what must be done before count can tell, nil for nothing.
	first func(context.Context) error

	mu   sync.Mutex
	deps []dependency // guarded by mu; none any more once the lineage is cut
	// count gives the number of partitions when first asked; it may look at
	// files or run a job (sortByKey samples) unless ready has been called, hence
	// the error. It is guarded by mu once others know the node.
	count func() (int, error)
	mark  *mark  // guarded by mu: the checkpoint asked for, nil for none
	name  string // guarded by mu
	kept  keeper // guarded by mu: what is kept; nil: nothing ever was
}

// dependency is an edge of the lineage.
type dependency struct {
	on *node
	// shuffle is the wide dependency's exchange, nil for a narrow one, whose
	// partitions are computed in the same task.
	shuffle *exchange
}

// exchange is the map side of a shuffle as a job sees it: the typed part is in
// the closures.
type exchange struct {
	id  int
	on  *node // whose partitions the map tasks compute
	out outputs
	// byPlace says that the reducer of a row depends on its place in the partition.
	byPlace bool
	// write computes partition part of on and files its rows by reducer.
	write func(t *Task, part int) error
}

// outputs tells which map outputs of a shuffle are there.
type outputs interface {
	Missing() ([]int, error) // map partitions without output, ascending
	Drop(part int)           // forgets the output of a map partition
}

// newNode adds an RDD to the lineage. Its first bad parent makes it bad.
func newNode(c *Context, kind, op string, deps ...dependency) *node {
	n := &node{ctx: c, id: int(c.rdds.Add(1)) - 1, kind: kind, op: op, place: exec.Here(), deps: deps}
	for _, d := range deps {
		if n.err == nil {
			n.err = d.on.err
		}
		if d.on.ctx != c {
			n.fail(n.stranger(deps[0].on, d.on))
		}
	}
	if len(deps) > 0 {
		n.count = deps[0].on.partitions
	}
	return n
}

// site is where the program made the RDD.
func (n *node) site() sparkerr.Origin { return n.place.Site() }

// named is an operation or action and where the program called it, if it did.
func named(op string, at sparkerr.Origin) string {
	if at == (sparkerr.Origin{}) {
		return op
	}
	return op + " at " + at.String()
}

// fail makes every action on the RDD return err, which gets the call's place.
func (n *node) fail(err *sparkerr.Error) {
	if n.err == nil {
		n.err = err.At(n.site())
	}
}

// stranger says that parents are of two contexts.
func (n *node) stranger(a, b *node) *sparkerr.Error {
	return sparkerr.New("", n.op+" cannot take RDDs of two contexts: "+a.of()+", and "+b.of()+"; make both with one context")
}

// of names the node and its context.
func (n *node) of() string {
	return named(n.op, n.site()) + " is of " + n.ctx.AppName()
}

// fixed is a number of partitions known from the start.
func fixed(parts int) func() (int, error) { return func() (int, error) { return parts, nil } }

// once remembers what f gives when first asked.
func once[T any](f func() (T, error)) func() (T, error) { return sync.OnceValues(f) }

// partitions returns their number.
func (n *node) partitions() (int, error) {
	if n.err != nil {
		return 0, n.err
	}
	n.mu.Lock()
	count := n.count
	n.mu.Unlock()
	return count()
}

// parents returns the edges to what the node is computed from.
func (n *node) parents() []dependency {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.deps
}

// keeper is what is kept of an RDD, without its type.
type keeper interface {
	complete(n int) bool // whether all n partitions are kept
	info() (StorageLevel, storage.Info)
}

// keep says who knows what is kept.
func (n *node) keep(k keeper) {
	n.mu.Lock()
	first := n.kept == nil
	n.kept = k
	n.mu.Unlock()
	if first {
		n.ctx.persisted(n)
	}
}

// stored returns how the node is persisted and what is kept of it.
func (n *node) stored() (StorageLevel, storage.Info) {
	n.mu.Lock()
	kept := n.kept
	n.mu.Unlock()
	if kept == nil {
		return StorageNone, storage.Info{}
	}
	return kept.info()
}

// allKept reports whether every partition is kept, so that no parent is needed.
func (n *node) allKept() bool {
	n.mu.Lock()
	kept := n.kept
	n.mu.Unlock()
	if kept == nil {
		return false
	}
	parts, err := n.partitions()
	return err == nil && kept.complete(parts)
}

// narrow is a dependency within a task.
func narrow(on *node) dependency { return dependency{on: on} }
