package topology

import (
	"fmt"

	"github.com/spatestream/spate/internal/acks"
	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/internal/flow"
)

// writer sends events over an edge: it collects them by target instance.
type writer[T any] struct {
	n      *node
	out    *flow.Outputs
	output int
	open   []*events[T] // by target
	limit  int
	group  grouping[T]
	turn   int       // shuffle
	load   flow.Load // partialKey
	key    cells.Finder[T]
	ledger *acks.Ledger     // nil: events are not tracked
	shed   *flow.Shedder[T] // nil: the producer waits
}

func newWriter[T any](n *node, g grouping[T], shed Shedding, dropped *flow.ShedCount, output, targets int) receiver[T] {
	w := &writer[T]{n: n, out: n.out, output: output, open: make([]*events[T], targets), limit: n.stage.plan.job.batch, group: g, load: make(flow.Load, targets), key: cells.Finder[T]{Keyer: g.key}, ledger: n.ledger, shed: shedder[T](n, shed, dropped, output, targets)}
	for i := range w.open {
		w.open[i] = &events[T]{}
	}
	n.flushes = append(n.flushes, w.flush)
	return w
}

func (w *writer[T]) receive(v T, h header) {
	n := len(w.open)
	switch k := w.group.kind; {
	case k == all:
		for t := range w.open {
			w.put(t, v, h)
		}
	case n == 1 || k == global:
		w.put(0, v, h)
	case k == fields:
		w.put(cells.Owner(w.hash(v), n), v, h)
	case k == partialKey:
		w.put(w.load.Lighter(w.hash(v)), v, h)
	case k == direct || k == custom:
		w.picked(v, h)
	default:
		w.put(w.turn, v, h)
		if w.turn++; w.turn == n {
			w.turn = 0
		}
	}
}

// put adds an event to what goes to a target.
func (w *writer[T]) put(target int, v T, h header) {
	if w.shed != nil && !w.shed.Admit(w.out, w.output, target, v) {
		return
	}
	e := w.open[target]
	e.add(v, h)
	if w.ledger != nil {
		e.roots = append(e.roots, w.ledger.Child(h.root))
	}
	if len(e.values) >= w.limit {
		w.send(target)
	}
}

func (w *writer[T]) send(target int) {
	if w.ledger != nil {
		w.ledger.Settle()
	}
	send := w.out.Send
	if w.shed != nil {
		send = w.shed.Sender(w.out)
	}
	back, _ := send(w.output, target, w.open[target]).(*events[T])
	if back == nil {
		back = &events[T]{}
	}
	back.clear()
	w.open[target] = back
}

func (w *writer[T]) flush(all bool) {
	for t, e := range w.open {
		if len(e.values) > 0 && (all || w.out.Starving(w.output, t)) {
			w.send(t)
		}
	}
}

func (w *writer[T]) hash(v T) uint32 {
	hash, _, err := w.key.Of(v)
	if err != nil {
		w.n.err = err
	}
	return hash
}

func (w *writer[T]) picked(v T, h header) {
	t := w.group.pick(v, len(w.open))
	if t < 0 || t >= len(w.open) {
		w.n.err = fmt.Errorf("a custom grouping picked instance %d of %d", t, len(w.open))
		return
	}
	w.put(t, v, h)
}
