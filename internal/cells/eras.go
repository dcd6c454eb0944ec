package cells

import (
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/encoder"
)

// Eras is the cells of a state of T: those that this code writes, and behind them
// what code that kept another type, or kept it for another time, has left. That
// is read by the names of fields, and removed when the state is written.
type Eras[C Ending, T any] struct {
	Coder[T]
	Now C
	Old []Era[C, T]

	end  End
	open func(Name) C
}

// Era is cells that older code wrote.
type Era[C Ending, T any] struct {
	Cells C
	Dec   *encoder.Decoder[T]
	alike bool // they end by the time by which the state does
}

// Open opens the cells of a state that ends by a time. It is called once; e stays
// where it is.
func (e *Eras[C, T]) Open(s *Store, state string, end End, open func(*Store, Name) C) error {
	t, err := CoderOf[T]()
	if err != nil {
		return err
	}
	e.Coder, e.end = t, end
	e.open = func(n Name) C { return open(s, n) }
	e.Now = e.open(Name{State: state, Type: t.Enc.Type(), Nullable: t.Enc.Nullable(), End: end})
	return nil
}

// Take takes over what older code wrote, unless its type cannot be read as T. alike:
// it ends by the time by which the state does.
func (e *Eras[C, T]) Take(n Name) (c C, alike bool, err error) {
	dec, err := e.Enc.Decoder(n.Type, n.Nullable)
	if err != nil {
		return c, false, err
	}
	o := Era[C, T]{e.open(n), dec, n.End == e.end}
	e.Old = append(e.Old, o)
	return o.Cells, o.alike, nil
}

// Live is that of cells that end by the time by which the state does.
func (e *Eras[C, T]) Live(now, due eventtime.Time) {
	e.Now.Live(now, due)
	for _, o := range e.Old {
		if o.alike {
			o.Cells.Live(now, due)
		}
	}
}

// Clear removes what is kept for the key in focus.
func (e *Eras[C, T]) Clear() {
	e.Now.Clear()
	e.Forget()
}

// Forget removes what older code has left for the key in focus.
func (e *Eras[C, T]) Forget() {
	for _, o := range e.Old {
		o.Cells.Clear()
	}
}
