package topology

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/internal/checkpoint"
)

// laidOut says what the state of a component hangs on, but for its keys.
func laidOut(l cells.Layout) Setting { return func(c *component) { c.state = l } }

// layout returns what the component's state hangs on.
func (c *component) layout() cells.Layout {
	l := c.state
	if l.Windows != nil {
		l.Pass = c.job.pass
	}
	if own := l.Windows != nil && l.Windows.Instance; !own && !c.pooled && c.calls == nil {
		l.Keys = c.keys()
	}
	return l
}

// fit refuses what the checkpoint holds of components that keep it otherwise now,
// and leaves out what of that is Dropped.
func (c *checkpoints) fit() (err error) {
	c.last.Stages = slices.DeleteFunc(slices.Clone(c.last.Stages), func(st checkpoint.StageState) bool {
		why := c.misfit(st)
		if why == nil {
			return false
		}
		name := cells.NameOf(st.Stage)
		if slices.Contains(c.dropped, name) {
			return true
		}
		if err == nil {
			err = fmt.Errorf("the state of %q in the checkpoint %s does not fit: %w; run the job as it was, or give the component another name and its state up, by Dropped(%q)", name, c.dir, why, name)
		}
		return false
	})
	return err
}

// misfit says why the component that takes a state cannot; nil: it can, or there is
// none.
func (c *checkpoints) misfit(st checkpoint.StageState) error {
	if len(st.Layout) == 0 {
		return nil
	}
	var was cells.Layout
	if err := json.Unmarshal(st.Layout, &was); err != nil {
		return err
	}
	name := cells.NameOf(st.Stage)
	for _, comp := range c.job.components {
		if from, renamed := c.renamed[comp.name]; comp.name == name || renamed && from == name {
			return comp.layout().Follows(was)
		}
	}
	return nil
}
