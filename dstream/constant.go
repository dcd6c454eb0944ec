package dstream

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/spatestream/spate/rdd"
	"github.com/spatestream/spate/sparkerr"
)

// ConstantInput makes a stream that has the same RDD in every batch: the base
// of reference data that a Transform reloads now and then.
func ConstantInput[T any](c *Context, r *rdd.RDD[T]) *DStream[T] {
	d := newDStream(c, "constantInput", c.batch, func(instant) (*rdd.RDD[T], error) { return r, nil })
	in := &constant{}
	in.id = addInput(d, in)
	if r == nil {
		d.n.refuse(sparkerr.New("", "ConstantInput needs an RDD, not nil: rdd.Empty makes one without rows"))
	}
	return d
}

// constant has nothing to start and nothing to remember.
type constant struct{ id int }

func (*constant) start(context.Context, instant) error { return nil }
func (*constant) stop(context.Context) error           { return nil }
func (*constant) allocate(instant) error               { return nil }
func (*constant) pending() bool                        { return false }
func (*constant) snapshot() (json.RawMessage, error)   { return nil, nil }
func (*constant) restore(json.RawMessage) error        { return nil }

func (c *constant) info(instant) (InputInfo, bool) {
	return InputInfo{Stream: c.id, Name: fmt.Sprintf("Constant stream [%d]", c.id)}, false
}
