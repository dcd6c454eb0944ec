package topology

import (
	"fmt"
	"strings"

	"github.com/spatestream/spate/internal/diagram"
)

// Plan is a job's graph as its author made it. Its JSON has the keys of the
// plan.json of Streamwork, numbers as texts, and more.
type Plan struct {
	Name      string          `json:"name"`
	Sources   []PlanComponent `json:"sources"`
	Operators []PlanComponent `json:"operators"` // sinks among them
	Edges     []PlanEdge      `json:"edges"`
}

// PlanComponent is a component of a plan.
type PlanComponent struct {
	Name        string `json:"name"`
	Parallelism int    `json:"parallelism,string"`
	Role        string `json:"role"` // source, operator or sink
}

// PlanEdge leads from a channel of a component to one that reads it.
type PlanEdge struct {
	From            string `json:"from"`
	To              string `json:"to"`
	FromParallelism int    `json:"from_parallelism,string"`
	ToParallelism   int    `json:"to_parallelism,string"`
	Stream          string `json:"stream"` // the channel
	Grouping        string `json:"grouping"`
}

// Plan returns the job's graph: components as they were added, edges in the
// order of what they lead to. The job need not be valid.
func (j *Job) Plan() Plan {
	p := Plan{Name: j.name, Sources: []PlanComponent{}, Operators: []PlanComponent{}, Edges: []PlanEdge{}}
	for _, c := range j.components {
		of := &p.Operators
		if c.role == source {
			of = &p.Sources
		}
		*of = append(*of, PlanComponent{c.name, c.parallelism, c.role.String()})
		for _, in := range c.inputs {
			for _, r := range in.refs {
				p.Edges = append(p.Edges, PlanEdge{r.from.name, c.name, r.from.parallelism, c.parallelism, r.from.channels[r.channel].name(), in.group.String()})
			}
		}
	}
	return p
}

// components returns sources, operators and sinks.
func (p Plan) components() []PlanComponent {
	return append(append([]PlanComponent(nil), p.Sources...), p.Operators...)
}

// label is what stands at the edge: its channel, unless that is the default,
// and its grouping, unless there is nothing to group.
func (e PlanEdge) label() string {
	var parts []string
	if e.Stream != "default" {
		parts = append(parts, e.Stream)
	}
	if e.FromParallelism > 1 || e.ToParallelism > 1 {
		parts = append(parts, e.Grouping)
	}
	return strings.Join(parts, ": ")
}

// Graphviz returns the plan in the language of Graphviz's dot.
func (p Plan) Graphviz() string { return p.diagram().Graphviz() }

// Mermaid returns the plan as a Mermaid flowchart, from top to bottom.
func (p Plan) Mermaid() string { return p.diagram().Mermaid() }

func (p Plan) diagram() diagram.Graph {
	g := diagram.Graph{Name: p.Name}
	at := map[string]int{}
	for i, c := range p.components() {
		at[c.Name] = i
		g.Nodes = append(g.Nodes, diagram.Node{Label: c.label(), Inner: c.Role == "operator", First: c.Role == "source"})
	}
	for _, e := range p.Edges {
		g.Edges = append(g.Edges, diagram.Edge{From: at[e.From], To: at[e.To], Label: e.label()})
	}
	return g
}

func (c PlanComponent) label() string {
	if c.Parallelism == 1 {
		return c.Name
	}
	return fmt.Sprintf("%s × %d", c.Name, c.Parallelism)
}
