package topology

import (
	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/internal/encoder"
)

// Value is a state of one T for each key. On a stream that is not by Fields it is
// one T for each instance. It belongs to the instance.
//
// What has a checkpoint lasts: fields of T match by name when newer code reads
// what older code has written.
type Value[T any] struct {
	single[T]
	x T // being read or written: a variable would be an allocation
}

// single is the cells of a Value.
type single[T any] = eras[*cells.Cell, T]

// NewValue declares a state, in Setup. Names of states are words, unique in
// their component. A T without an encoder fails the job. It lasts until it is
// cleared, or as long as a Lifetime says, of which there is at most one.
func NewValue[T any](ctx *Context, name string, life ...Lifetime) *Value[T] {
	v := &Value[T]{}
	v.keep(ctx, name, only(ctx, life), (*cells.Store).Cell)
	return v
}

// newPartValue is NewValue for parts of keys; see Context.within.
func newPartValue[T any](ctx *Context, name string) *Value[T] {
	v := &Value[T]{}
	v.keep(ctx, name, Lifetime{}, (*cells.Store).PartCell)
	return v
}

// Get returns the value, and whether there is one.
func (v *Value[T]) Get() (x T, ok bool) {
	v.begin()
	if b, ok := v.Now.Get(); ok {
		x = v.read(v.Dec, b)
		if v.life.read {
			v.Now.Keep()
		}
		return x, true
	}
	for _, o := range v.Old {
		if b, ok := o.Cells.Get(); ok {
			return v.read(o.Dec, b), true
		}
	}
	return x, false
}

// Clear removes the value of the key at hand.
func (v *Value[T]) Clear() { v.single.Clear() }

func (v *Value[T]) read(dec *encoder.Decoder[T], b []byte) T {
	var none T
	v.x = none
	_, err := dec.Decode(b, &v.x)
	v.ctx.check(err)
	return v.x
}

// Set makes x the value.
func (v *Value[T]) Set(x T) {
	v.begin()
	v.x = x
	b, err := v.Encode(&v.x)
	if err == nil {
		v.Now.Set(b)
	}
	v.Forget()
	v.ctx.check(err)
}
