package topology

import (
	"fmt"
	"maps"
	"slices"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/internal/flow"
)

// place is where a source instance is, in the checkpoint.
type place struct {
	Position  []byte
	Watermark int64 // milliseconds
	Splits    []flow.SplitPlace
}

func (s *sourceMember[T]) open() error {
	if _, ok := s.own.(Positioned); ok && s.ctx.Checkpointed() {
		s.place = NewValue[place](s.ctx, "place")
	}
	if err := s.instance.open(); err != nil {
		return err
	}
	for _, p := range s.ctx.node.pending { // what was under way before a restart
		if err := p.begin(s.own); err != nil {
			return err
		}
	}
	return nil
}

func (s *sourceMember[T]) seal() error {
	if s.place == nil {
		return nil
	}
	at, err := s.own.(Positioned).Position()
	if err != nil {
		return err
	}
	s.place.Set(place{at, int64(s.ctx.node.held), s.ctx.splits.Places()})
	return s.instance.seal()
}

func (s *sourceMember[T]) restored() error {
	if s.place == nil {
		return nil
	}
	if err := s.instance.restored(); err != nil {
		return err
	}
	if were := s.were(); len(were) > 0 && len(were) != s.ctx.instances {
		return s.move(were)
	}
	p, ok := s.place.Get()
	if !ok {
		return nil
	}
	s.ctx.node.resumed = eventtime.Watermark(p.Watermark)
	s.ctx.resume(p.Splits)
	return s.own.(Positioned).Seek(p.Position)
}

// were returns where the instances of a Movable source were, by their number.
func (s *sourceMember[T]) were() map[int]place {
	all := map[int]place{}
	for i := 0; s.ctx.of.state == pooled && i < cells.KeyGroups; i++ {
		s.ctx.focusOf(s.ctx.state.Cells, i)
		if p, ok := s.place.Get(); ok {
			all[i] = p
		}
	}
	_ = s.ctx.focusOwn(s.ctx.state.Cells)
	return all
}

// move goes on where other instances were, another number of them. Those that are
// no more are forgotten, each by one that is.
func (s *sourceMember[T]) move(were map[int]place) error {
	if len(s.ctx.state.States) > 1 {
		return fmt.Errorf("%q has state beside its position, which belongs to %d instances; run it with Parallelism(%d)", s.ctx.of.name, len(were), len(were))
	}
	var positions [][]byte
	var splits []flow.SplitPlace
	mark := eventtime.End
	for _, i := range slices.Sorted(maps.Keys(were)) {
		p := were[i]
		positions = append(positions, p.Position)
		mark = min(mark, eventtime.Watermark(p.Watermark))
		splits = append(splits, p.Splits...)
		if i >= s.ctx.instances && i%s.ctx.instances == s.ctx.instance {
			s.ctx.focusOf(s.ctx.state.Cells, i)
			s.place.Clear()
		}
	}
	_ = s.ctx.focusOwn(s.ctx.state.Cells)
	s.ctx.node.resumed = mark
	s.ctx.resume(splits)
	return s.own.(Movable).SeekAll(positions)
}
