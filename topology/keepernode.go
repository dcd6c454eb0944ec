package topology

import (
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/flow"
)

// keeping is the head of a keeperNode: it keeps events beyond the call that gave
// it them.
type keeping interface {
	attend()                        // sees to what was done meanwhile
	learn(w eventtime.Watermark)    // the input's watermark
	watermark() eventtime.Watermark // the same, but behind all that is kept
	full() bool
	empty() bool
}

// keeperNode is a node whose head keeps events. Those it calls directly, and its
// consumers, have a watermark that stays behind what is kept. It implements
// flow.Keeper.
type keeperNode struct{ node }

// Advance implements flow.Node.
func (n *keeperNode) Advance(w eventtime.Watermark) error {
	n.keeps.learn(w)
	return n.tell()
}

// tell raises the watermark as far as what is kept allows.
func (n *keeperNode) tell() error {
	w := n.keeps.watermark()
	if w <= n.held || n.err != nil {
		return n.err
	}
	n.held = w
	if err := n.node.Advance(w); err != nil {
		return err
	}
	n.out.Advance(w)
	return nil
}

// Attend implements flow.Keeper.
func (n *keeperNode) Attend() error {
	n.keeps.attend()
	n.settle()
	return n.tell()
}

// Wake implements flow.Waker.
func (n *keeperNode) Wake(now time.Time) error {
	if err := n.node.Wake(now); err != nil {
		return err
	}
	return n.tell()
}

// Full implements flow.Keeper.
func (n *keeperNode) Full() bool { return n.keeps.full() }

// Empty implements flow.Keeper.
func (n *keeperNode) Empty() bool { return n.keeps.empty() }

func (o *callMember[In, Out]) learn(w eventtime.Watermark) { o.mark = w }

func (o *callMember[In, Out]) watermark() eventtime.Watermark {
	for first := range o.All() {
		return first.behind
	}
	return o.mark
}

func (o *callMember[In, Out]) full() bool  { return o.Len() >= o.InFlight }
func (o *callMember[In, Out]) empty() bool { return o.Len() == 0 }

var _ interface {
	flow.Keeper
	flow.Waker
	flow.Saver
} = (*keeperNode)(nil)
