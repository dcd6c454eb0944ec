package rdd

import (
	"context"
	"slices"

	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/sparkerr"
)

// node returns the RDD's. One that is nil, or that no context has made, has one of
// a context of its own, so that what is made of it fails, too.
func (r *RDD[T]) node() *node {
	if r == nil || r.n == nil {
		return nowhere()
	}
	return r.n
}

func nowhere() *node {
	n := newNode(NewContext("nowhere"), "EmptyRDD", "nowhere")
	n.fail(sparkerr.New("", "an RDD is nil or a zero value: make one with a context, such as rdd.Empty for no rows"))
	return n
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

// lacking is the error of an action that was given nil for its ctx.
func lacking(ctx context.Context) error {
	if ctx == nil {
		return exec.NotGiven("an action").At(exec.CallSite())
	}
	return nil
}

// given returns the RDD, whose actions all fail unless every function that its
// operation needs is there.
func (r *RDD[T]) given(there ...bool) *RDD[T] {
	if slices.Contains(there, false) {
		r.n.fail(exec.NotGiven(r.n.op))
	}
	return r
}

// needs is given for an action.
func needs(action string, there ...bool) error {
	if slices.Contains(there, false) {
		return exec.NotGiven(action).At(exec.CallSite())
	}
	return nil
}
