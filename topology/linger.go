package topology

import (
	"context"
	"io"
)

// attend looks after the source's events under way, and waits while there are
// too many of them or, behind the last one, until none is left. It reports
// whether the source may go on.
func (n *sourceNode) attend(ctx context.Context) (goOn, worked bool, err error) {
	count, full := 0, false
	for _, p := range n.pending {
		if err := p.attend(); err != nil {
			return false, true, err
		}
		count += p.count()
		full = full || p.full()
	}
	switch {
	case n.over && count == 0:
		if err := n.tellEnd(); err != nil {
			return false, true, err
		}
		return false, true, io.EOF
	case n.over:
		if worked, err := n.linger(); worked || err != nil {
			return false, worked, err
		}
	case !full:
		return true, false, nil
	}
	n.settle()
	n.out.Flush()
	if n.watch(true) {
		return false, true, nil // it came meanwhile
	}
	<-ctx.Done()
	n.watch(false)
	return false, false, nil
}

// watch has the source woken when there may be room, and reports whether there
// is already.
func (n *sourceNode) watch(on bool) (any bool) {
	for _, p := range n.pending {
		any = p.watch(on) || any
	}
	return any
}

// linger gives what was held its chance, once the source has ended: held events
// may wait for a time that does not come unless it is said that nothing follows.
func (n *sourceNode) linger() (worked bool, err error) {
	held := true
	for _, p := range n.pending {
		p.linger(n.ended)
		held = held && (p.count() == 0 || p.held())
	}
	if !held || n.ended {
		return false, nil
	}
	return true, n.tellEnd()
}
