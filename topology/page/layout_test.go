package page

import (
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/spatestream/spate/topology"
)

// planOf makes a plan of components a, b, ... and edges between them, "ab".
func planOf(components int, edges ...string) topology.Plan {
	p := topology.Plan{Name: "test"}
	name := func(i int) string { return string(rune('a' + i)) }
	read := map[string]bool{}
	for _, e := range edges {
		read[e[1:]] = true
	}
	for i := range components {
		if c := (topology.PlanComponent{Name: name(i), Parallelism: 1, Role: "source"}); read[c.Name] {
			c.Role = "operator"
			p.Operators = append(p.Operators, c)
		} else {
			p.Sources = append(p.Sources, c)
		}
	}
	for _, e := range edges {
		p.Edges = append(p.Edges, topology.PlanEdge{From: e[:1], To: e[1:], Stream: "default", Grouping: "fields"})
	}
	return p
}

func TestLayersAndOrder(t *testing.T) {
	// Two sources whose readers are given in the wrong order; a wire from b passes
	// the layer of c and d.
	pic := draw(planOf(6, "ad", "bc", "ce", "de", "be", "ef"))
	at := map[string]box{}
	for _, b := range pic.Boxes {
		at[b.Name] = b
	}
	for name, layer := range map[string]int{"a": 0, "b": 0, "c": 1, "d": 1, "e": 2, "f": 3} {
		if at[name].X != left(layer) {
			t.Errorf("%s is at %d, not in layer %d", name, at[name].X, layer)
		}
	}
	if (at["a"].Y < at["b"].Y) != (at["d"].Y < at["c"].Y) {
		t.Errorf("the wires of a and b cross: %+v", at)
	}
	if through := pic.Wires[4]; strings.Count(through.Path, "H") != 1 {
		t.Errorf("the wire from b to e does not pass a layer: %s", through.Path)
	}
	if w := pic.Wires[0]; w.Label != "fields" || w.LabelX >= at["d"].X {
		t.Errorf("%+v", w)
	}
}

// Whatever the graph: boxes are inside the picture and do not overlap, and every
// wire goes to the right, from the side of a box to that of another.
func TestEveryGraphCanBeDrawn(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		n := 1 + r.IntN(12)
		var edges []string
		for to := 1; to < n; to++ {
			for range r.IntN(4) {
				edges = append(edges, string(rune('a'+r.IntN(to)))+string(rune('a'+to)))
			}
		}
		pic := draw(planOf(n, edges...))
		if len(pic.Boxes) != n || len(pic.Wires) != len(edges) {
			t.Fatalf("seed %d: %d boxes, %d wires", seed, len(pic.Boxes), len(pic.Wires))
		}
		at := map[string]box{}
		for i, b := range pic.Boxes {
			at[b.Name] = b
			if b.X < 0 || b.Y < 0 || b.X+boxWidth > pic.Width || b.Y+boxHeight > pic.Height {
				t.Fatalf("seed %d: %+v is outside of %d × %d", seed, b, pic.Width, pic.Height)
			}
			for _, c := range pic.Boxes[:i] {
				if b.X == c.X && b.Y < c.Y+boxHeight && c.Y < b.Y+boxHeight {
					t.Fatalf("seed %d: %+v and %+v overlap", seed, b, c)
				}
			}
		}
		for _, w := range pic.Wires {
			from, to := at[w.From], at[w.To]
			var x, y int
			if _, err := fmt.Sscanf(w.Path, "M%d %d", &x, &y); err != nil || x != from.X+boxWidth || y <= from.Y || y >= from.Y+boxHeight {
				t.Fatalf("seed %d: %s does not begin at %+v", seed, w.Path, from)
			}
			ends := strings.Fields(w.Path[strings.LastIndex(w.Path, "C")+1:])
			if _, err := fmt.Sscan(ends[4], &x); err != nil || x != to.X || to.X <= from.X {
				t.Fatalf("seed %d: %s does not end at %+v", seed, w.Path, to)
			}
		}
	}
}

// The document is well-formed but for what HTML leaves open, and shows names as
// they are.
func TestNamesInTheDocument(t *testing.T) {
	p := planOf(2, "ab")
	p.Name = `</script><b>"`
	p.Sources[0].Name, p.Edges[0].From = `<i>&"x`, `<i>&"x`
	var b strings.Builder
	if err := parsed.Execute(&b, struct {
		Name   string
		Graph  picture
		Style  string
		Script string
	}{p.Name, draw(p), "", ""}); err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(strings.NewReader(b.String()))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	var title, name string
	for {
		tok, err := d.Token()
		if err != nil {
			break
		}
		if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "h1" {
			_ = d.DecodeElement(&title, &e)
		}
		if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "section" && name == "" {
			name = e.Attr[len(e.Attr)-1].Value
		}
	}
	if title != p.Name || name != p.Sources[0].Name {
		t.Errorf("%q %q\n%s", title, name, &b)
	}
}
