package page

import (
	"fmt"
	"slices"

	"github.com/spatestream/spate/topology"
)

// Sizes in pixels.
const (
	boxWidth, boxHeight = 236, 134
	betweenLayers       = 150
	betweenBoxes        = 34
	wireHeight          = 18 // of what passes a layer
	margin              = 24
	labelGap            = 12 // from the end of a label to the box
)

// picture is a plan laid out in layers from left to right.
type picture struct {
	Width, Height int
	Boxes         []box
	Wires         []wire
}

// box is a component at its place.
type box struct {
	topology.PlanComponent
	X, Y int
}

// wire is an edge of the plan, in its order.
type wire struct {
	topology.PlanEdge
	Path           string // of SVG
	Label          string
	LabelX, LabelY int
}

// place is a box in its layer, or where a wire passes a layer.
type place struct {
	box   int // -1: a wire passes
	layer int
	rank  float64 // order in the layer
	y     int     // of the middle
	left  []*place
	right []*place
}

func (p *place) height() int {
	if p.box < 0 {
		return wireHeight
	}
	return boxHeight
}

// draw lays out a plan: each component one layer behind the last that it reads,
// each layer in an order that crosses few wires (Sugiyama, Tagawa and Toda,
// Methods for Visual Understanding of Hierarchical System Structures, 1981).
func draw(p topology.Plan) picture {
	d := newDrawing(p)
	for range 4 {
		d.sweep(func(x *place) []*place { return x.left })
		slices.Reverse(d.layers)
		d.sweep(func(x *place) []*place { return x.right })
		slices.Reverse(d.layers)
	}
	d.stack()
	return d.picture()
}

type drawing struct {
	plan   topology.Plan
	all    []topology.PlanComponent
	boxes  []*place
	wires  [][]*place // by edge: from box to box, and where it passes layers
	layers [][]*place
}

func newDrawing(p topology.Plan) *drawing {
	d := &drawing{plan: p, all: slices.Concat(p.Sources, p.Operators)}
	at := map[string]*place{}
	for i, c := range d.all {
		x := &place{box: i}
		d.boxes = append(d.boxes, x)
		at[c.Name] = x
	}
	for range d.all { // as often as the longest way may have edges
		for _, e := range p.Edges {
			at[e.To].layer = max(at[e.To].layer, at[e.From].layer+1)
		}
	}
	for _, x := range d.boxes {
		d.add(x)
	}
	for _, e := range p.Edges {
		d.wires = append(d.wires, d.lead(at[e.From], at[e.To]))
	}
	return d
}

// add puts a place at the end of its layer.
func (d *drawing) add(x *place) {
	for len(d.layers) <= x.layer {
		d.layers = append(d.layers, nil)
	}
	x.rank = float64(len(d.layers[x.layer]))
	d.layers[x.layer] = append(d.layers[x.layer], x)
}

// lead takes a wire from a box to another through the layers between.
func (d *drawing) lead(from, to *place) []*place {
	way := []*place{from}
	for l := from.layer + 1; l < to.layer; l++ {
		x := &place{box: -1, layer: l}
		d.add(x)
		way = append(way, x)
	}
	way = append(way, to)
	for i := range len(way) - 1 {
		way[i].right = append(way[i].right, way[i+1])
		way[i+1].left = append(way[i+1].left, way[i])
	}
	return way
}

// sweep orders each layer by where its neighbours are in the one before.
func (d *drawing) sweep(neighbours func(*place) []*place) {
	for _, layer := range d.layers {
		for _, x := range layer {
			if near := neighbours(x); len(near) > 0 {
				sum := 0.0
				for _, n := range near {
					sum += n.rank
				}
				x.rank = sum / float64(len(near))
			}
		}
		slices.SortStableFunc(layer, func(a, b *place) int {
			switch {
			case a.rank < b.rank:
				return -1
			case a.rank > b.rank:
				return 1
			}
			return 0
		})
		for i, x := range layer {
			x.rank = float64(i)
		}
	}
}

// stack gives each place of a layer its height: centred, then as near to the
// middle of what it reads as its neighbours let it.
func (d *drawing) stack() {
	for _, layer := range d.layers {
		y := 0
		for _, x := range layer {
			want := y + x.height()/2
			if len(x.left) > 0 {
				sum := 0
				for _, l := range x.left {
					sum += l.y
				}
				want = max(want, sum/len(x.left))
			}
			x.y = want
			y = x.y + x.height()/2 + betweenBoxes
		}
	}
	d.centre()
}

// centre moves layers so that the middles of all are at one height.
func (d *drawing) centre() {
	highest := 0
	bottom := func(layer []*place) int { x := layer[len(layer)-1]; return x.y + x.height()/2 }
	top := func(layer []*place) int { return layer[0].y - layer[0].height()/2 }
	for _, layer := range d.layers {
		highest = max(highest, bottom(layer)-top(layer))
	}
	for _, layer := range d.layers {
		by := (highest-(bottom(layer)-top(layer)))/2 - top(layer)
		for _, x := range layer {
			x.y += by
		}
	}
}

func left(layer int) int { return margin + layer*(boxWidth+betweenLayers) }

func (d *drawing) picture() picture {
	var p picture
	for i, c := range d.all {
		b := box{c, left(d.boxes[i].layer), margin + d.boxes[i].y - boxHeight/2}
		p.Boxes = append(p.Boxes, b)
		p.Width, p.Height = max(p.Width, b.X+boxWidth+margin), max(p.Height, b.Y+boxHeight+margin)
	}
	for i, e := range d.plan.Edges {
		w := wire{PlanEdge: e, Label: label(e)}
		w.Path, w.LabelX, w.LabelY = d.path(d.wires[i], i)
		p.Wires = append(p.Wires, w)
		p.Height = max(p.Height, w.LabelY+margin)
	}
	return p
}

// label is the channel, unless it is the default one, and the grouping.
func label(e topology.PlanEdge) string {
	if e.Stream == "default" {
		return e.Grouping
	}
	return e.Stream + " · " + e.Grouping
}

// path draws wire i: curves from layer to layer, straight through those it
// passes. The label ends before the tip.
func (d *drawing) path(way []*place, i int) (svg string, labelX, labelY int) {
	x, y := left(way[0].layer)+boxWidth, margin+way[0].y+d.port(way[0], i, false)
	svg = fmt.Sprintf("M%d %d", x, y)
	for _, next := range way[1:] {
		nx, ny := left(next.layer), margin+next.y
		if next.box >= 0 {
			ny += d.port(next, i, true)
		}
		half := (nx - x) / 2
		svg += fmt.Sprintf("C%d %d %d %d %d %d", x+half, y, nx-half, ny, nx, ny)
		labelX, labelY = nx-labelGap, ny
		x, y = nx, ny
		if next.box < 0 {
			x += boxWidth
			svg += fmt.Sprintf("H%d", x)
		}
	}
	return svg, labelX, labelY
}

// port is where wire i meets a box, from the middle of its side: wires are
// apart, in the order of their other ends.
func (d *drawing) port(at *place, i int, in bool) int {
	var ends []int // wires
	other := func(w int) *place {
		if in {
			return d.wires[w][len(d.wires[w])-2]
		}
		return d.wires[w][1]
	}
	for w, way := range d.wires {
		if in && way[len(way)-1] == at || !in && way[0] == at {
			ends = append(ends, w)
		}
	}
	slices.SortStableFunc(ends, func(a, b int) int { return other(a).y - other(b).y })
	n := slices.Index(ends, i)
	return boxHeight*(n+1)/(len(ends)+1) - boxHeight/2
}
