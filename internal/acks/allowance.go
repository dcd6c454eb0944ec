package acks

// Allowance is how many events of a source may be under way: it grows by a step
// with each windowful that is through while more was wanted, and is halved when
// events take too long, once a tick. (Additive increase, multiplicative decrease:
// Chiu and Jain, Analysis of the Increase and Decrease Algorithms, 1989.)
type Allowance struct {
	Size    int // events
	most    int
	through int    // events since it grew last
	Wanted  bool   // it was full since then
	shrunk  uint32 // tick, from 1, at which it was halved last
}

// firstAllowance is as much as an edge holds.
const firstAllowance = 4096

// NewAllowance returns one that allows most events at most.
func NewAllowance(most int) Allowance { return Allowance{Size: min(most, firstAllowance), most: most} }

// Acked says that an event is through, at a tick.
func (a *Allowance) Acked(tick uint32) {
	if a.through++; a.through < a.Size {
		return
	}
	if a.Wanted && tick > a.shrunk {
		a.Size = min(a.most, a.Size+max(1, a.most/64))
	}
	a.through, a.Wanted = 0, false
}

// Shrink says that an event takes too long.
func (a *Allowance) Shrink(tick uint32) {
	if a.shrunk == tick {
		return
	}
	a.Size, a.shrunk, a.through = max(1, a.Size/2), tick, 0
}
