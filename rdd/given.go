package rdd

import (
	"slices"

	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/sparkerr"
)

// noFunction is the error of an operation that was given nil for a function.
func noFunction(op string) *sparkerr.Error {
	return sparkerr.New("", op+" was given nil in place of a function: give it one")
}

// blamed is an error of an operation or action, nil for none, with the place of the
// program where it was called.
func blamed(op string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := err.(*sparkerr.Error); ok {
		return e.At(exec.CallSite())
	}
	return sparkerr.New("", op+" failed").At(exec.CallSite()).Because(err)
}

// given returns the RDD, whose actions all fail unless every function that its
// operation needs is there.
func (r *RDD[T]) given(there ...bool) *RDD[T] {
	if slices.Contains(there, false) {
		r.n.fail(noFunction(r.n.op))
	}
	return r
}

// needs is given for an action.
func needs(action string, there ...bool) error {
	if slices.Contains(there, false) {
		return noFunction(action).At(exec.CallSite())
	}
	return nil
}
