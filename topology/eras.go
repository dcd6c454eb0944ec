package topology

import (
	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/internal/encoder"
)

// eras is the cells of a state of T: those that this code writes, and behind them
// what code that kept another type, or kept it for another time, has left. That
// is read by the names of fields, and removed when the state is written.
type eras[C cells.Ending, T any] struct {
	ctx *Context
	cells.Coder[T]
	life Lifetime
	open func(*cells.Store, cells.Name) C
	now  C
	old  []older[C, T]
}

type older[C cells.Ending, T any] struct {
	cells C
	life  Lifetime // of this state, if it counts there
	dec   *encoder.Decoder[T]
}

// keep declares a state in Setup; e stays where it is.
func (e *eras[C, T]) keep(ctx *Context, name string, life Lifetime, open func(*cells.Store, cells.Name) C) {
	e.ctx, e.life, e.open = ctx, life, open
	ctx.declare(name, e.adopt)
	t, err := cells.CoderOf[T]()
	if err == nil {
		e.Coder = t
		e.now = open(ctx.state.Cells, cells.Name{State: name, Type: t.Enc.Type(), Nullable: t.Enc.Nullable(), End: life.end()})
		life.bury(ctx.state, e.now)
	}
	ctx.check(err)
}

// adopt takes over what older code has written.
func (e *eras[C, T]) adopt(n cells.Name) error {
	dec, err := e.Enc.Decoder(n.Type, n.Nullable)
	if err != nil {
		return err
	}
	o := older[C, T]{cells: e.open(e.ctx.state.Cells, n), dec: dec}
	if n.End == e.life.end() {
		o.life = e.life
	}
	o.life.bury(e.ctx.state, o.cells)
	e.old = append(e.old, o)
	return nil
}

// begin puts the key of the event at hand in focus, and its time.
func (e *eras[C, T]) begin() {
	e.ctx.at()
	e.life.live(e.ctx, e.now)
	for _, o := range e.old {
		o.life.live(e.ctx, o.cells)
	}
}

// Clear removes what is kept for the key at hand. Value and List have one of their
// own, for go doc shows none of an embedded type that is not exported.
func (e *eras[C, T]) Clear() {
	e.ctx.at()
	e.now.Clear()
	e.forget()
	e.ctx.check(nil)
}

// forget removes what older code has left.
func (e *eras[C, T]) forget() {
	for _, o := range e.old {
		o.cells.Clear()
	}
}
