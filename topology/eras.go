package topology

import "github.com/spatestream/spate/internal/cells"

// eras is a Value or a List: the cells of its state, of this code and of older.
type eras[C cells.Ending, T any] struct {
	cells.Eras[C, T]
	ctx  *Context
	life Lifetime
}

// keep declares a state in Setup; e stays where it is.
func (e *eras[C, T]) keep(ctx *Context, name string, life Lifetime, open func(*cells.Store, cells.Name) C) {
	e.ctx, e.life = ctx, life
	ctx.declare(name, e.adopt)
	err := e.Open(ctx.state.Cells, name, life.end(), open)
	if err == nil {
		life.bury(ctx.state, e.Now)
	}
	ctx.check(err)
}

// adopt takes over what older code has written.
func (e *eras[C, T]) adopt(n cells.Name) error {
	c, alike, err := e.Take(n)
	if err == nil && alike {
		e.life.bury(e.ctx.state, c)
	}
	return err
}

// begin puts the key of the event at hand in focus, and its time.
func (e *eras[C, T]) begin() {
	e.ctx.at()
	e.life.live(e.ctx, e)
}

// Clear removes what is kept for the key at hand. Value and List have one of their
// own, for go doc shows none of an embedded type that is not exported.
func (e *eras[C, T]) Clear() {
	e.ctx.at()
	e.Eras.Clear()
	e.ctx.check(nil)
}
