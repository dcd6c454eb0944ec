package topology

import (
	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/internal/encoder"
	"github.com/spatestream/spate/sqltype"
)

// Value is a state of one T for each key. On a stream that is not by Fields it is
// one T for each instance. It belongs to the instance.
//
// What has a checkpoint lasts: fields of T match by name when newer code reads
// what older code has written.
type Value[T any] struct {
	ctx *Context
	typed[T]
	cell *cells.Cell
	old  []older[T]
	open func(s *cells.Store, table string) *cells.Cell
	x    T // being read or written: a variable would be an allocation
}

// older is what code that kept another type has left.
type older[T any] struct {
	cell *cells.Cell
	from typed[T]
}

// NewValue declares a state, in Setup. Names of states are words, unique in
// their component. A T without an encoder fails the job.
func NewValue[T any](ctx *Context, name string) *Value[T] {
	return newValue[T](ctx, name, func(s *cells.Store, table string) *cells.Cell { return s.Cell(table, false) })
}

// newPartValue is NewValue for parts of keys; see Context.within.
func newPartValue[T any](ctx *Context, name string) *Value[T] {
	return newValue[T](ctx, name, (*cells.Store).PartCell)
}

func newValue[T any](ctx *Context, name string, open func(*cells.Store, string) *cells.Cell) *Value[T] {
	v := &Value[T]{ctx: ctx, open: open}
	ctx.declare(name, v)
	t, err := typedOf[T]()
	if err != nil {
		ctx.check(err)
		return v
	}
	v.typed, v.cell = t, open(ctx.state.cells, table(name, t.enc.Type(), t.enc.Nullable()))
	ctx.check(nil)
	return v
}

func (v *Value[T]) adopt(name string, t sqltype.Type, nullable bool) error {
	dec, err := v.enc.Decoder(t, nullable)
	if err != nil {
		return err
	}
	v.old = append(v.old, older[T]{v.open(v.ctx.state.cells, name), typed[T]{dec: dec}})
	return nil
}

// Get returns the value, and whether there is one.
func (v *Value[T]) Get() (x T, ok bool) {
	v.ctx.at()
	b, ok := v.cell.Get()
	if ok {
		return v.read(v.dec, b), true
	}
	for _, o := range v.old {
		if b, ok := o.cell.Get(); ok {
			return v.read(o.from.dec, b), true
		}
	}
	return x, false
}

func (v *Value[T]) read(dec *encoder.Decoder[T], b []byte) T {
	var none T
	v.x = none
	_, err := dec.Decode(b, &v.x)
	v.ctx.check(err)
	return v.x
}

// Set makes x the value.
func (v *Value[T]) Set(x T) {
	v.ctx.at()
	v.x = x
	b, err := v.encode(&v.x)
	if err == nil {
		v.cell.Set(b)
	}
	for _, o := range v.old {
		o.cell.Clear()
	}
	v.ctx.check(err)
}

// Clear removes the value.
func (v *Value[T]) Clear() {
	v.ctx.at()
	v.cell.Clear()
	for _, o := range v.old {
		o.cell.Clear()
	}
	v.ctx.check(nil)
}
