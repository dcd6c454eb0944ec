package main

import (
	"log"
	"math"
	"time"

	"github.com/spatestream/spate/topology"
)

// averageTicket scores a transaction of three times what its user pays on
// average, or more, once the user has had a few. It keeps what each user paid.
type averageTicket struct{ paid *topology.Value[payments] }

type payments struct {
	N   int
	All float64
}

func (a *averageTicket) Setup(ctx *topology.Context) error {
	a.paid = topology.NewValue[payments](ctx, "paid")
	return nil
}

func (a *averageTicket) Apply(_ *topology.Context, t transaction, out *topology.Emitter[score]) error {
	paid, _ := a.paid.Get()
	s := score{ID: t.ID}
	if paid.N >= 3 && t.Amount >= 3*paid.All/float64(paid.N) {
		s.Value = 1
	}
	a.paid.Set(payments{paid.N + 1, paid.All + t.Amount})
	out.Emit(s)
	return nil
}

// span is how far back proximity and transactionCount look: what they keep lives
// that long.
const span = time.Minute

// proximity scores a transaction too far from the user's last one for the time
// between them. Merchandise n is sold at kilometre n of the road here, and
// nobody does more than two kilometres a minute. It keeps each user's last
// transaction.
type proximity struct{ last *topology.Value[transaction] }

func (p *proximity) Setup(ctx *topology.Context) error {
	p.last = topology.NewValue[transaction](ctx, "last", topology.TTL(span).ByClock())
	return nil
}

func (p *proximity) Apply(_ *topology.Context, t transaction, out *topology.Emitter[score]) error {
	last, known := p.last.Get()
	p.last.Set(t)
	s := score{ID: t.ID}
	if km := math.Abs(float64(t.Merchandise - last.Merchandise)); known && km > 2*t.At.Sub(last.At).Minutes() {
		s.Value = 1
	}
	out.Emit(s)
	return nil
}

// transactionCount scores a user's fourth transaction within the span and all
// after it. It keeps the amounts of those within the span.
type transactionCount struct{ recent *topology.List[float64] }

func (c *transactionCount) Setup(ctx *topology.Context) error {
	c.recent = topology.NewList[float64](ctx, "recent", topology.TTL(span).ByClock())
	return nil
}

func (c *transactionCount) Apply(_ *topology.Context, t transaction, out *topology.Emitter[score]) error {
	n := 0
	for range c.recent.All() {
		n++
	}
	c.recent.Add(t.Amount)
	s := score{ID: t.ID}
	if n >= 3 {
		s.Value = 1
	}
	out.Emit(s)
	return nil
}

// aggregator adds up what the analysers think of a transaction, until all have
// said it.
type aggregator struct {
	print *log.Logger
	sum   *topology.Value[sum]
}

type sum struct {
	Value float64
	Of    int
}

// analysers is how many scores a transaction gets.
const analysers = 3

func (a *aggregator) Setup(ctx *topology.Context) error {
	a.sum = topology.NewValue[sum](ctx, "sum")
	return nil
}

func (a *aggregator) Write(_ *topology.Context, s score) error {
	all, _ := a.sum.Get()
	all = sum{all.Value + s.Value, all.Of + 1}
	a.print.Printf("Transaction score change: %s ==> %.1f", s.ID, all.Value)
	if all.Of == analysers {
		a.sum.Clear()
	} else {
		a.sum.Set(all)
	}
	return nil
}
