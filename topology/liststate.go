package topology

import (
	"iter"

	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/sqltype"
)

// List is a state of several T in a row for each key; see Value.
type List[T any] struct {
	ctx *Context
	typed[T]
	list *cells.List
	old  []olderList[T]
	open func(s *cells.Store, table string) *cells.List
}

type olderList[T any] struct {
	list *cells.List
	from typed[T]
}

// NewList declares a state, in Setup; see NewValue.
func NewList[T any](ctx *Context, name string) *List[T] {
	return newList[T](ctx, name, (*cells.Store).List)
}

// newPartList is NewList for parts of keys; see Context.within.
func newPartList[T any](ctx *Context, name string) *List[T] {
	return newList[T](ctx, name, (*cells.Store).PartList)
}

func newList[T any](ctx *Context, name string, open func(*cells.Store, string) *cells.List) *List[T] {
	l := &List[T]{ctx: ctx, open: open}
	ctx.declare(name, l)
	t, err := typedOf[T]()
	if err != nil {
		ctx.check(err)
		return l
	}
	l.typed, l.list = t, open(ctx.state.cells, table(name, t.enc.Type(), t.enc.Nullable()))
	ctx.check(nil)
	return l
}

func (l *List[T]) adopt(name string, t sqltype.Type, nullable bool) error {
	dec, err := l.enc.Decoder(t, nullable)
	if err != nil {
		return err
	}
	l.old = append(l.old, olderList[T]{l.open(l.ctx.state.cells, name), typed[T]{dec: dec}})
	return nil
}

// Add puts x at the end.
func (l *List[T]) Add(x T) {
	l.ctx.at()
	b, err := l.encode(&x)
	if err == nil {
		l.list.Add(b)
	}
	l.ctx.check(err)
}

// All yields the values in the order of their adding. The list must not change
// meanwhile.
func (l *List[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) {
		l.ctx.at()
		for _, o := range l.old {
			if !l.each(o.list, &o.from, yield) {
				return
			}
		}
		l.each(l.list, &l.typed, yield)
	}
}

// empty reports whether there are no values.
func (l *List[T]) empty() bool {
	l.ctx.at()
	none := true
	look := func([]byte) bool { none = false; return false }
	l.list.All(look)
	for _, o := range l.old {
		o.list.All(look)
	}
	return none
}

func (l *List[T]) each(list *cells.List, t *typed[T], yield func(T) bool) (on bool) {
	on = true
	list.All(func(b []byte) bool {
		var x T
		_, err := t.dec.Decode(b, &x)
		l.ctx.check(err)
		on = err == nil && yield(x)
		return on
	})
	return on
}

// Clear removes all values.
func (l *List[T]) Clear() {
	l.ctx.at()
	l.list.Clear()
	for _, o := range l.old {
		o.list.Clear()
	}
	l.ctx.check(nil)
}

// every yields the values of all keys, and clearEvery removes them.
func (l *List[T]) every(yield func(T)) {
	from := func(list *cells.List, t *typed[T]) {
		list.Every(func(b []byte) {
			var x T
			_, err := t.dec.Decode(b, &x)
			l.ctx.check(err)
			yield(x)
		})
	}
	for _, o := range l.old {
		from(o.list, &o.from)
	}
	from(l.list, &l.typed)
}

func (l *List[T]) clearEvery() {
	l.list.ClearEvery()
	for _, o := range l.old {
		o.list.ClearEvery()
	}
}
