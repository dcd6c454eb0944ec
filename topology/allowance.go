package topology

// allowance is how many events of a source may be under way: it grows by a step
// with each windowful that is through while more was wanted, and is halved when
// events take too long, once a tick. (Additive increase, multiplicative decrease:
// Chiu and Jain, Analysis of the Increase and Decrease Algorithms, 1989.)
type allowance struct {
	size, most int
	through    int    // events since it grew last
	wanted     bool   // it was full since then
	shrunk     uint32 // tick, from 1, at which it was halved last
}

// firstAllowance is as much as an edge holds.
const firstAllowance = 4096

func newAllowance(most int) allowance { return allowance{size: min(most, firstAllowance), most: most} }

func (a *allowance) acked(tick uint32) {
	if a.through++; a.through < a.size {
		return
	}
	if a.wanted && tick > a.shrunk {
		a.size = min(a.most, a.size+max(1, a.most/64))
	}
	a.through, a.wanted = 0, false
}

func (a *allowance) shrink(tick uint32) {
	if a.shrunk == tick {
		return
	}
	a.size, a.shrunk, a.through = max(1, a.size/2), tick, 0
}
