package dstream

import (
	"slices"

	"github.com/spatestream/spate/internal/exec"
)

// given returns the stream, with which no context starts unless every function
// that its operation needs is there.
func (d *DStream[T]) given(there ...bool) *DStream[T] {
	d.n.given(there...)
	return d
}

func (n *node) given(there ...bool) {
	if slices.Contains(there, false) {
		n.refuse(exec.NotGiven(n.op))
	}
}
