package dstream

import (
	"iter"

	"github.com/spatestream/spate/rdd"
)

// fromCells is a stream of rows that cells of states hold.
func fromCells[T, C, U any](s *states[T, C], op string, rows func(C) iter.Seq[U]) *DStream[U] {
	return newDStream(s.d.n.ctx, op, s.d.n.slide, func(t instant) (*rdd.RDD[U], error) {
		cells, err := s.at(t)
		if cells == nil || err != nil {
			return nil, err
		}
		return shown(cells, rows), nil
	}, s.d.n)
}
