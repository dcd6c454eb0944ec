// Package diagram writes graphs of components in the languages of tools that draw
// them.
package diagram

import (
	"fmt"
	"strings"
)

// Graph is nodes and edges between them.
type Graph struct {
	Name  string
	Nodes []Node
	Edges []Edge
}

// Node is a node; its number is its place in the graph.
type Node struct {
	Label string
	First bool // nothing leads to it
	Inner bool // neither first nor last
}

// Edge leads from one node to another, by their numbers.
type Edge struct {
	From, To int
	Label    string // may be empty
}

// Graphviz returns the graph in the language of Graphviz's dot.
func (g Graph) Graphviz() string {
	var b strings.Builder
	fmt.Fprintf(&b, "digraph %s {\n", dotText(g.Name))
	for i, n := range g.Nodes {
		shape := "house"
		switch {
		case n.Inner:
			shape = "box"
		case n.First:
			shape = "invhouse"
		}
		fmt.Fprintf(&b, "  n%d [label=%s shape=%s]\n", i, dotText(n.Label), shape)
	}
	for _, e := range g.Edges {
		fmt.Fprintf(&b, "  n%d -> n%d", e.From, e.To)
		if e.Label != "" {
			fmt.Fprintf(&b, " [label=%s]", dotText(e.Label))
		}
		b.WriteByte('\n')
	}
	b.WriteString("}\n")
	return b.String()
}

// Mermaid returns the graph as a Mermaid flowchart, from top to bottom.
func (g Graph) Mermaid() string {
	var b strings.Builder
	b.WriteString("flowchart TD\n")
	for i, n := range g.Nodes {
		open, shut := "([", "])"
		if n.Inner {
			open, shut = "[", "]"
		}
		fmt.Fprintf(&b, "  n%d%s%s%s\n", i, open, mermaidText(n.Label), shut)
	}
	for _, e := range g.Edges {
		arrow := "-->"
		if e.Label != "" {
			arrow += "|" + mermaidText(e.Label) + "|"
		}
		fmt.Fprintf(&b, "  n%d %s n%d\n", e.From, arrow, e.To)
	}
	return b.String()
}

var dotEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", "")

func dotText(s string) string { return `"` + dotEscapes.Replace(s) + `"` }

var mermaidEscapes = strings.NewReplacer("#", "#35;", `"`, "#quot;", "<", "#lt;", ">", "#gt;", "&", "#amp;", "`", "#96;", `\`, "#92;", "\n", "<br>", "\r", "")

func mermaidText(s string) string { return `"` + mermaidEscapes.Replace(s) + `"` }
