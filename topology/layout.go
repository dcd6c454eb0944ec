package topology

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/internal/checkpoint"
	"github.com/spatestream/spate/internal/window"
)

// layout is what the meaning of a component's state hangs on, beside the names and
// types of what it keeps. It is in the checkpoint, so its JSON is for good; state of
// before it was has none.
type layout struct {
	Keys    string       `json:"keys,omitempty"` // their type; "": the state is not by key
	Windows *window.Spec `json:"windows,omitempty"`
	Pass    int          `json:"pass,omitempty"` // of windows: of the BatchPass that fills them
	Join    string       `json:"join,omitempty"` // which, for those that note what they gave
}

// laidOut says what the state of a component hangs on, but for its keys.
func laidOut(l layout) Setting { return func(c *component) { c.state = l } }

// layout returns what the component's state hangs on.
func (c *component) layout() layout {
	l := c.state
	if l.Windows != nil {
		l.Pass = c.job.pass
	}
	if own := l.Windows != nil && l.Windows.Instance; !own && !c.pooled && c.calls == nil {
		l.Keys = c.keys()
	}
	return l
}

// follows says why state of an older layout cannot be gone on with; nil: it can.
func (l layout) follows(was layout) error {
	windows := func(w *window.Spec) string {
		if w == nil {
			return ""
		}
		return w.String()
	}
	switch {
	case l.Windows != nil && was.Windows != nil:
		if err := l.Windows.Follows(was.Windows); err != nil {
			return err
		}
	case l.Windows != was.Windows:
		return changed("windows were %s, and are %s", windows(was.Windows), windows(l.Windows))
	}
	switch {
	case l.Pass != was.Pass:
		return fmt.Errorf("its windows were filled by pass %d, and this is pass %d (BatchPass; 0 is none)", was.Pass, l.Pass)
	case l.Join != was.Join:
		return changed("join was %s, and is %s", was.Join, l.Join)
	case l.Keys != was.Keys:
		return changed("keys were %s, and are %s", was.Keys, l.Keys)
	}
	return nil
}

// changed says that something of a component is not what it was.
func changed(format, was, now string) error {
	return fmt.Errorf("its "+format, cmp.Or(was, "none"), cmp.Or(now, "none"))
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
	var was layout
	if err := json.Unmarshal(st.Layout, &was); err != nil {
		return err
	}
	name := cells.NameOf(st.Stage)
	for _, comp := range c.job.components {
		if from, renamed := c.renamed[comp.name]; comp.name == name || renamed && from == name {
			return comp.layout().follows(was)
		}
	}
	return nil
}
