package main

import (
	"log"
	"math"
	"time"

	"github.com/spatestream/spate/topology"
)

// averageTicket scores a transaction of three times what its user pays on
// average, or more, once the user has had a few. It keeps what each user paid.
type averageTicket map[int]struct {
	n   int
	all float64
}

func (a averageTicket) Apply(_ *topology.Context, t transaction, out *topology.Emitter[score]) error {
	paid := a[t.User]
	s := score{ID: t.ID}
	if paid.n >= 3 && t.Amount >= 3*paid.all/float64(paid.n) {
		s.Value = 1
	}
	paid.n++
	paid.all += t.Amount
	a[t.User] = paid
	out.Emit(s)
	return nil
}

// span is how far back proximity and transactionCount look.
const span = time.Minute

// proximity scores a transaction too far from the user's last one for the time
// between them. Merchandise n is sold at kilometre n of the road here, and
// nobody does more than two kilometres a minute. It keeps each user's last
// transaction.
type proximity map[int]transaction

func (p proximity) Apply(_ *topology.Context, t transaction, out *topology.Emitter[score]) error {
	last, known := p[t.User]
	p[t.User] = t
	s := score{ID: t.ID}
	if passed := t.At.Sub(last.At); known && passed < span {
		if km := math.Abs(float64(t.Merchandise - last.Merchandise)); km > 2*passed.Minutes() {
			s.Value = 1
		}
	}
	out.Emit(s)
	return nil
}

// transactionCount scores a user's fourth transaction within the span and all
// after it. It keeps when the last three of each user were.
type transactionCount map[int][3]time.Time

func (c transactionCount) Apply(_ *topology.Context, t transaction, out *topology.Emitter[score]) error {
	at := c[t.User]
	s := score{ID: t.ID}
	if t.At.Sub(at[0]) < span {
		s.Value = 1
	}
	c[t.User] = [3]time.Time{at[1], at[2], t.At}
	out.Emit(s)
	return nil
}

// aggregator adds up what the analysers think of a transaction, until all have
// said it.
type aggregator struct {
	print *log.Logger
	sums  map[string]sum
}

type sum struct {
	value float64
	of    int
}

// analysers is how many scores a transaction gets.
const analysers = 3

func (a *aggregator) Write(_ *topology.Context, s score) error {
	all := a.sums[s.ID]
	all.value += s.Value
	all.of++
	a.print.Printf("Transaction score change: %s ==> %.1f", s.ID, all.value)
	if a.sums[s.ID] = all; all.of == analysers {
		delete(a.sums, s.ID)
	}
	return nil
}
