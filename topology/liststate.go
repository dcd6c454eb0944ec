package topology

import (
	"iter"

	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/internal/encoder"
)

// List is a state of several T in a row for each key; see Value.
type List[T any] struct{ several[T] }

// several is the cells of a List.
type several[T any] = eras[*cells.List, T]

// NewList declares a state, in Setup; see NewValue.
func NewList[T any](ctx *Context, name string, life ...Lifetime) *List[T] {
	l := &List[T]{}
	l.keep(ctx, name, only(ctx, life), (*cells.Store).List)
	return l
}

// newPartList is NewList for parts of keys; see Context.within.
func newPartList[T any](ctx *Context, name string) *List[T] {
	l := &List[T]{}
	l.keep(ctx, name, Lifetime{}, (*cells.Store).PartList)
	return l
}

// Add puts x at the end.
func (l *List[T]) Add(x T) {
	l.begin()
	b, err := l.Encode(&x)
	if err == nil {
		l.Now.Add(b)
	}
	l.ctx.check(err)
}

// Clear removes all values of the key at hand.
func (l *List[T]) Clear() { l.several.Clear() }

// All yields the values in the order of their adding. The list must not change
// meanwhile.
func (l *List[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) {
		l.begin()
		if l.life.read {
			l.Now.Keep()
		}
		for _, o := range l.Old {
			if !l.each(o.Cells, o.Dec, yield) {
				return
			}
		}
		l.each(l.Now, l.Dec, yield)
	}
}

// empty reports whether there are no values.
func (l *List[T]) empty() bool {
	l.begin()
	none := true
	look := func([]byte) bool { none = false; return false }
	l.Now.All(look)
	for _, o := range l.Old {
		o.Cells.All(look)
	}
	return none
}

func (l *List[T]) each(list *cells.List, dec *encoder.Decoder[T], yield func(T) bool) (on bool) {
	on = true
	list.All(func(b []byte) bool {
		var x T
		_, err := dec.Decode(b, &x)
		l.ctx.check(err)
		on = err == nil && yield(x)
		return on
	})
	return on
}

// every yields the values of all keys, and clearEvery removes them.
func (l *List[T]) every(yield func(T)) {
	from := func(list *cells.List, dec *encoder.Decoder[T]) {
		list.Every(func(b []byte) {
			var x T
			_, err := dec.Decode(b, &x)
			l.ctx.check(err)
			yield(x)
		})
	}
	for _, o := range l.Old {
		from(o.Cells, o.Dec)
	}
	from(l.Now, l.Dec)
}

func (l *List[T]) clearEvery() {
	l.Now.ClearEvery()
	for _, o := range l.Old {
		o.Cells.ClearEvery()
	}
}
