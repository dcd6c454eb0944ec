// Package toll has what the programs fork, split and merge are made of: bridges,
// whose lines are vehicles, and toll booths, which count them.
package toll

import (
	"fmt"
	"log"
	"maps"
	"slices"
	"strings"

	"github.com/spatestream/spate/topology"
)

// Clone is the channel on which a bridge sends a copy of each vehicle, if it is
// said to.
var Clone = topology.NewChannel[string]("clone")

// Bridge makes bridges that print the vehicles that pass and send them on; with
// clone also on the channel of clones.
func Bridge(print *log.Logger, clone bool) func() topology.Operator[string, string] {
	return func() topology.Operator[string, string] { return &bridge{print: print, clone: clone} }
}

type bridge struct {
	print  *log.Logger
	clone  bool
	clones *topology.Emitter[string]
}

func (b *bridge) Setup(ctx *topology.Context) error {
	if b.clone {
		b.clones = topology.Out(ctx, Clone)
	}
	return nil
}

func (b *bridge) Apply(ctx *topology.Context, kind string, out *topology.Emitter[string]) error {
	b.print.Printf("\nbridge (%s) :: instance %d --> %s", ctx.Component(), ctx.Instance(), kind)
	out.Emit(kind)
	if b.clone {
		b.clones.Emit(kind + " clone")
	}
	return nil
}

// Booth makes toll booths that count the vehicles that come and print all counts
// with each.
func Booth(print *log.Logger) func() topology.Sink[string] {
	return func() topology.Sink[string] { return &booth{print, map[string]int{}} }
}

type booth struct {
	print  *log.Logger
	counts map[string]int
}

func (b *booth) Write(ctx *topology.Context, kind string) error {
	b.counts[kind]++
	var text strings.Builder
	for _, k := range slices.Sorted(maps.Keys(b.counts)) {
		fmt.Fprintf(&text, "\n  %s: %d", k, b.counts[k])
	}
	b.print.Printf("toll booth (%s) :: instance %d -->%s", ctx.Component(), ctx.Instance(), &text)
	return nil
}
