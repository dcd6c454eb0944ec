package operator

import (
	"math"
	"math/rand/v2"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/task"
)

// Sample passes each row whose random number lies in [Lower, Upper), or with
// Replacement repeats it a Poisson number of times with mean Upper-Lower. The
// numbers depend on Seed, the task and the order of rows only; they are not
// Spark's.
type Sample struct {
	Lower, Upper float64
	Replacement  bool
	Seed         uint64

	task   int
	random *rand.Rand // of this epoch
	again  []int      // how often each selected row is still to be emitted
	sel    []uint16
}

// Open implements task.Operator.
func (s *Sample) Open(c *task.Context) error {
	s.task = c.Task
	s.sel = make([]uint16, 0, columnar.MaxRows)
	return nil
}

// Push implements task.Operator.
func (s *Sample) Push(_ int, b *columnar.Batch, out task.Out) error {
	if s.random == nil {
		s.random = rand.New(rand.NewPCG(s.Seed, uint64(s.task)))
	}
	s.again = s.again[:0]
	for range b.Rows() {
		s.again = append(s.again, s.times())
	}
	for more := true; more; { // a round emits each row at most once
		more = false
		s.sel = s.sel[:0]
		for k, r := range selected(b) {
			if s.again[k] > 0 {
				s.again[k]--
				s.sel = append(s.sel, r)
				more = more || s.again[k] > 0
			}
		}
		if err := under(b, s.sel, out.Emit); err != nil {
			return err
		}
	}
	return nil
}

// times is how often the next row is emitted.
func (s *Sample) times() int {
	if s.Replacement {
		return poisson(s.random, s.Upper-s.Lower)
	}
	if x := s.random.Float64(); x >= s.Lower && x < s.Upper {
		return 1
	}
	return 0
}

// poisson is Knuth's method, which suits the small means of samples; larger
// ones are sums of smaller ones.
func poisson(r *rand.Rand, mean float64) int {
	n := 0
	for ; mean > 500; mean -= 500 {
		n += poisson(r, 500)
	}
	limit, p := math.Exp(-mean), 1.0
	for {
		if p *= r.Float64(); p <= limit {
			return n
		}
		n++
	}
}

// End implements task.Ender.
func (s *Sample) End(int, task.Out) error { return s.Flush(nil) }

// Flush implements task.Flusher: the next epoch starts the numbers anew.
func (s *Sample) Flush(task.Out) error {
	s.random = nil
	return nil
}

// Close implements task.Operator.
func (s *Sample) Close() error { return nil }
