package topology

import (
	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/internal/encoder"
)

// eras is the cells of a state of T: those that this code writes, and behind them
// what code that kept another type, or kept it for another time, has left. That
// is read by the names of fields, and removed when the state is written.
type eras[C storage, T any] struct {
	ctx *Context
	typed[T]
	life Lifetime
	open func(s *cells.Store, table string, life cells.Life) C
	now  C
	old  []older[C, T]
}

// storage is cells of any form.
type storage interface {
	mortal
	Clear()
}

type older[C storage, T any] struct {
	cells C
	life  Lifetime // of this state, if it counts there
	dec   *encoder.Decoder[T]
}

// keep declares a state in Setup; e stays where it is.
func (e *eras[C, T]) keep(ctx *Context, name string, life Lifetime, open func(*cells.Store, string, cells.Life) C) {
	e.ctx, e.life, e.open = ctx, life, open
	ctx.declare(name, e)
	t, err := typedOf[T]()
	if err == nil {
		e.typed = t
		e.now = open(ctx.state.cells, table{name, t.enc.Type(), t.enc.Nullable(), life.mark()}.String(), life.cells())
		ctx.state.bury(life, e.now)
	}
	ctx.check(err)
}

// adopt implements adopter.
func (e *eras[C, T]) adopt(t table) error {
	dec, err := e.enc.Decoder(t.typ, t.nullable)
	if err != nil {
		return err
	}
	o := older[C, T]{cells: e.open(e.ctx.state.cells, t.String(), t.mark != ""), dec: dec}
	if t.mark == e.life.mark() {
		o.life = e.life
	}
	e.ctx.state.bury(o.life, o.cells)
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

// Clear removes what is kept for the key at hand.
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
