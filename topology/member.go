package topology

import (
	"fmt"
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/vault"
)

// member is an instance of a component within a node.
type member interface {
	open() error
	advance(w eventtime.Watermark) error
	due() time.Time
	wake(now time.Time) error
	context() *Context
	restored() error // the state is there
	seal() error     // an epoch ends: what is not in the state goes there
	close() error
}

// instance is what members have in common: what the user's constructor made,
// and its context.
type instance struct {
	own  any
	ctx  *Context
	self snapshots
}

// newInstance calls the user's constructor.
func newInstance[O any](n *node, c *component, create func() O) (i instance, err error) {
	i.ctx = n.context(c)
	if err = exec.Protect(func() error { i.own = create(); return nil }); err == nil && isNil(i.own) {
		err = fmt.Errorf("its constructor returned nil; %s", c.site)
	}
	return i, n.named(c, err)
}

func (i *instance) open() (err error) {
	if i.self, err = i.ctx.snapshots(i.own); err != nil {
		return err
	}
	if s, ok := i.own.(Setup); ok {
		return s.Setup(i.ctx)
	}
	return nil
}

func (i *instance) advance(w eventtime.Watermark) error {
	i.ctx.watermark = w
	i.ctx.state.Expire(vault.ByEvent, w)
	if d, ok := i.own.(Drainer); ok && w == eventtime.End && !i.ctx.Checkpointed() {
		return d.Drain()
	}
	return nil
}

func (i *instance) due() time.Time    { return i.ctx.state.Due() }
func (i *instance) restored() error   { return i.self.restore(i.ctx) }
func (i *instance) seal() error       { return i.self.save(i.ctx) }
func (i *instance) context() *Context { return i.ctx }

func (i *instance) wake(now time.Time) error {
	i.ctx.state.Expire(vault.ByClock, eventtime.Watermark(now.UnixMilli()))
	return nil
}

func (i *instance) close() error {
	c, ok := i.own.(Closer)
	if !ok {
		return nil
	}
	return exec.Protect(c.Close)
}

// fail says that dealing with an event failed.
func (i *instance) fail(err error) { i.ctx.fail(err) }

// fail says that dealing with an event failed. Unless the job's OnError says
// otherwise it ends the job, the first error of the node.
func (c *Context) fail(err error) {
	if c.of.job.onError != Fail {
		c.failed = err // for the guard
		return
	}
	c.node.fail(c, err)
}
