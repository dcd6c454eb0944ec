package operator

import (
	"math/rand/v2"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/task"
)

// Sample passes each row with a probability: those whose random number lies in
// [Lower, Upper). The numbers depend on Seed, the task and the order of rows
// only; they are not Spark's.
type Sample struct {
	Lower, Upper float64
	Seed         uint64

	task   int
	random *rand.Rand // of this epoch
	sel    []uint16
}

// Open implements task.Operator.
func (s *Sample) Open(c *task.Context) error {
	s.task = c.Task
	s.sel = make([]uint16, columnar.MaxRows)
	return nil
}

// Push implements task.Operator.
func (s *Sample) Push(_ int, b *columnar.Batch, out task.Out) error {
	if s.random == nil {
		s.random = rand.New(rand.NewPCG(s.Seed, uint64(s.task)))
	}
	k := 0
	for _, r := range selected(b) {
		s.sel[k] = r
		if x := s.random.Float64(); x >= s.Lower && x < s.Upper {
			k++
		}
	}
	return under(b, s.sel[:k], out.Emit)
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
