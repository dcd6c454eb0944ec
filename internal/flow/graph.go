package flow

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/spatestream/spate/eventtime"
)

// NoWatermark is what an edge holds before the first watermark.
const NoWatermark = eventtime.Watermark(math.MinInt64)

// Epoch numbers barriers from 0.
type Epoch int64

// Payload is a number of events handed over as one: a batch of columns, or a
// slice of typed events. It belongs to its edge: the consumer has it for the
// time of Receive, then it goes back to the producer, which fills it again.
type Payload interface {
	Len() int
	Bytes() int
}

// Node is the work of one instance. Its methods are called by one goroutine, one
// after another: Open first, Close last and always.
type Node interface {
	// Open prepares the node; out stays valid until Close.
	Open(ctx context.Context, in *Instance, out *Outputs) error
	// Receive takes a payload of an input, by its number among the edges that
	// lead to the vertex. The payload is borrowed.
	Receive(in int, p Payload) error
	// Advance says that the watermark of all inputs together is now w. It only
	// grows; eventtime.End is the last one.
	Advance(w eventtime.Watermark) error
	// Barrier ends epoch e: what was received up to now belongs to it.
	Barrier(e Epoch) error
	Close() error
}

// Source is a node without inputs.
type Source interface {
	Node
	// Poll sends the next events, waiting for them if there are none, and tells
	// whether there were any. When ctx has ended it does not wait, and nothing
	// is lost. io.EOF: there will be no more.
	Poll(ctx context.Context) (worked bool, err error)
}

// Waker is a node that wants to be woken by the clock.
type Waker interface {
	// Due returns the next time it wants to be woken; zero: never.
	Due() time.Time
	Wake(now time.Time) error
}

// Keeper is a node with inputs that keeps events beyond the step that received
// them, while something outside works on them. It tells its consumers the time
// itself (Outputs.Advance): that of its inputs may be ahead of what it keeps.
// Instance.Go runs what works, and Instance.Rouse has its result attended to.
type Keeper interface {
	Node
	// Attend sees to what has been done since it was called last.
	Attend() error
	// Full reports whether inputs are to be left alone for now.
	Full() bool
	// Empty reports whether nothing is kept. The end of the input waits for that,
	// and so does a barrier behind the last event.
	Empty() bool
}

// Vertex is a kind of node and the number of its instances. It is a source if
// its nodes are.
type Vertex struct {
	ID          string
	Parallelism int
	Build       func(instance int) (Node, error)
}

// Edge leads from each instance of From to each of To, or, if Forward, from
// each to the one of the same number.
type Edge struct {
	From, To int // indices of vertices
	Forward  bool
	Events   int  // credit of one producer at one consumer, 0: DefaultEvents
	Bytes    int  // 0: DefaultBytes
	Sheds    bool // its producer drops what finds no Room, and never waits
}

// Credit of an edge from one instance to another.
const (
	DefaultEvents = 4096
	DefaultBytes  = 4 << 20
)

// Graph is vertices and edges without a cycle. The outputs of a vertex are
// numbered in the order of its edges, and so are its inputs.
type Graph struct {
	Vertices []Vertex
	Edges    []Edge
}

// Validate names what is wrong with the graph.
func (g *Graph) Validate() error {
	for _, v := range g.Vertices {
		if v.Parallelism < 1 {
			return fmt.Errorf("flow: vertex %s has no instance", v.ID)
		}
	}
	for _, e := range g.Edges {
		if e.Forward && g.Vertices[e.From].Parallelism != g.Vertices[e.To].Parallelism {
			return fmt.Errorf("flow: a forward edge needs as many instances of %s as of %s", g.Vertices[e.From].ID, g.Vertices[e.To].ID)
		}
	}
	if left := g.cycle(); left != "" {
		return fmt.Errorf("flow: %s is part of a cycle", left)
	}
	return nil
}

// cycle returns a vertex on a cycle, or behind one: what is left when vertices
// without unvisited inputs are taken away until there are none.
func (g *Graph) cycle() string {
	waiting := make([]int, len(g.Vertices))
	for _, e := range g.Edges {
		waiting[e.To]++
	}
	var free []int
	for v, n := range waiting {
		if n == 0 {
			free = append(free, v)
		}
	}
	for i := 0; i < len(free); i++ {
		for _, e := range g.Edges {
			if e.From != free[i] {
				continue
			}
			if waiting[e.To]--; waiting[e.To] == 0 {
				free = append(free, e.To)
			}
		}
	}
	if len(free) == len(g.Vertices) {
		return ""
	}
	for v, n := range waiting {
		if n > 0 {
			return g.Vertices[v].ID
		}
	}
	return ""
}
