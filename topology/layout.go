package topology

import (
	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/internal/vault"
)

// laidOut says what the state of a component hangs on, but for its keys.
func laidOut(l cells.Layout) Setting { return func(c *component) { c.lays = l } }

// layout returns what the component's state hangs on.
func (c *component) layout() cells.Layout {
	l := c.lays
	if l.Windows != nil {
		l.Pass = c.job.pass
	}
	if own := l.Windows != nil && l.Windows.Instance; !own && c.state == parted && c.calls == nil {
		l.Keys = c.keys()
	}
	return l
}

// fit leaves what the checkpoint holds that the job goes on with, or refuses it.
func (c *checkpoints) fit() (err error) {
	c.last.Stages, err = vault.Fit(c.last.Stages, c.dir, c.dropped, func(name string) (cells.Layout, bool) {
		for _, comp := range c.job.components {
			if from, renamed := c.renamed[comp.name]; comp.name == name || renamed && from == name {
				return comp.layout(), true
			}
		}
		return cells.Layout{}, false
	})
	return err
}
