package topology

import "github.com/spatestream/spate/internal/flow"

// plan is the job as it runs: components that call each other directly are one
// stage.
type plan struct {
	job    *Job
	order  []*stage
	stages map[*component]*stage
	links  []link

	tracker *tracker // nil: events are not tracked
}

// stage is a vertex of the flow: a component and those called directly behind
// it.
type stage struct {
	plan    *plan
	head    *component
	inputs  []link
	outputs map[link]int
}

// link is an edge of the flow.
type link struct {
	from, by *component
	to       int // input of by
	channel  int
	nth      int // a stream may be merged with itself
}

func (l link) input() input { return l.by.inputs[l.to] }

// plan joins components into stages.
func (j *Job) plan() *plan {
	p := &plan{job: j, stages: map[*component]*stage{}}
	for _, c := range j.components { // what a component reads comes before it
		if from := c.caller(); from != nil {
			p.stages[c] = p.stages[from]
			continue
		}
		s := &stage{plan: p, head: c, outputs: map[link]int{}}
		p.stages[c] = s
		p.order = append(p.order, s)
	}
	for _, c := range j.components {
		for _, r := range c.readers {
			if from, to := p.stages[c], p.stages[r.by]; from != to {
				l := link{c, r.by, r.input, r.channel, r.nth}
				from.outputs[l] = len(from.outputs)
				to.inputs = append(to.inputs, l)
				p.links = append(p.links, l)
			}
		}
	}
	return p
}

// caller returns the component that calls c directly, nil if there is none: it
// is all that c reads, and every event stays with the instance of its number.
func (c *component) caller() *component {
	if c.apart || c.sheds() || len(c.inputs) != 1 || len(c.inputs[0].refs) != 1 {
		return nil
	}
	from := c.inputs[0].refs[0].from
	if from.parallelism != c.parallelism || c.parallelism > 1 && c.inputs[0].group != forward {
		return nil
	}
	return from
}

// graph makes the flow's graph.
func (p *plan) graph() *flow.Graph {
	g := &flow.Graph{}
	at := map[*stage]int{}
	for i, s := range p.order {
		at[s] = i
		g.Vertices = append(g.Vertices, flow.Vertex{ID: s.head.name, Parallelism: s.head.parallelism, Build: s.build})
	}
	for _, l := range p.links {
		g.Edges = append(g.Edges, flow.Edge{
			From:    at[p.stages[l.from]],
			To:      at[p.stages[l.by]],
			Forward: l.input().group == forward && l.from.parallelism == l.by.parallelism,
			Events:  p.job.credit,
			Sheds:   l.input().drops,
		})
	}
	return g
}

func (s *stage) build(int) (flow.Node, error) {
	n := node{stage: s, held: flow.NoWatermark, time: flow.NoWatermark, resumed: flow.NoWatermark}
	switch {
	case s.head.role == source:
		return &sourceNode{node: n}, nil
	case s.head.calls != nil:
		return &keeperNode{n}, nil
	}
	return &n, nil
}
