package topology

import "errors"

// Snapshotter is an operator, sink or source that keeps what it knows in fields of
// its own: in a sketch, a cache, a model. A checkpoint holds what Snapshot returns,
// for this instance, so that the job goes on with as many instances as it had. State
// by key is for states (NewValue and others), which any number of instances takes:
// an operator whose streams are all by Fields must not be a Snapshotter.
type Snapshotter interface {
	// Snapshot returns what the instance holds, between two events; nil for
	// nothing. The bytes may be used again after the next call.
	Snapshot() ([]byte, error)
	// Restore takes what Snapshot returned for the checkpoint, after Setup and
	// before the first event. It is not called on a fresh start. The bytes are the
	// instance's from then on.
	Restore(snapshot []byte) error
}

// snapshots is the Snapshotter of an instance, and where the checkpoint has it.
type snapshots struct {
	of   Snapshotter // nil: the instance is none, or there are no checkpoints
	kept *Value[[]byte]
}

// snapshots begins, before Setup.
func (c *Context) snapshots(own any) (s snapshots, err error) {
	of, ok := own.(Snapshotter)
	switch {
	case !ok:
		if _, half := own.(interface{ Snapshot() ([]byte, error) }); half {
			err = errors.New("it has Snapshot, and no Restore([]byte) error: what it keeps could not be taken back")
		}
		return s, err
	case c.keyed != nil && !c.own:
		return s, errors.New("it is a Snapshotter, which keeps state for an instance, and reads a stream by Fields, whose state is by key; keep it in states, such as NewValue in Setup")
	case !c.Checkpointed():
		return s, nil
	}
	return snapshots{of, NewValue[[]byte](c, "instance.snapshot")}, nil
}

// save puts what the instance holds into the state.
func (s snapshots) save(c *Context) error {
	if s.of == nil {
		return nil
	}
	b, err := s.of.Snapshot()
	if err != nil {
		return err
	}
	c.focusSelf()
	if b == nil {
		s.kept.Clear()
	} else {
		s.kept.Set(b)
	}
	return nil
}

func (s snapshots) restore(c *Context) error {
	if s.of == nil {
		return nil
	}
	c.focusSelf()
	if b, ok := s.kept.Get(); ok {
		return s.of.Restore(b)
	}
	return nil
}

// focusSelf puts the instance's own key in focus; the event at hand comes after.
func (c *Context) focusSelf() {
	c.stale = false
	_ = c.focusOwn(c.state.Cells)
}
