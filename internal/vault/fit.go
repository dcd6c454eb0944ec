package vault

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/internal/checkpoint"
)

// Fit refuses what a checkpoint, of a directory, holds of components that keep it
// otherwise now, and leaves out what of that is dropped. layout is that of the
// component which takes what one of a name had; false: none does.
func Fit(stages []checkpoint.StageState, dir string, dropped []string, layout func(component string) (cells.Layout, bool)) (fit []checkpoint.StageState, err error) {
	for _, st := range stages {
		name := cells.NameOf(st.Stage)
		why := misfit(st, name, layout)
		switch {
		case why == nil:
			fit = append(fit, st)
		case !slices.Contains(dropped, name):
			return nil, fmt.Errorf("the state of %q in the checkpoint %s does not fit: %w; run the job as it was, or give the component another name and its state up, by Dropped(%q)", name, dir, why, name)
		}
	}
	return fit, nil
}

// misfit says why the component that takes a state cannot; nil: it can, or the state
// says nothing.
func misfit(st checkpoint.StageState, name string, layout func(string) (cells.Layout, bool)) error {
	now, some := layout(name)
	if !some || len(st.Layout) == 0 {
		return nil
	}
	var was cells.Layout
	if err := json.Unmarshal(st.Layout, &was); err != nil {
		return err
	}
	return now.Follows(was)
}

// Untaken is why a job does not go on from a checkpoint with a stage that nobody
// takes: its component is gone, or is there and keeps no state, or has another number
// of instances.
func Untaken(dir, stage string, there, keeps bool) error {
	name, of := cells.NameOf(stage), cells.InstancesOf(stage)
	switch {
	case !there:
		return fmt.Errorf("the checkpoint %s holds state of %q, which the job no longer has; give it up by Dropped(%q), or say what it is called now by Renamed", dir, name, name)
	case !keeps:
		return fmt.Errorf("the checkpoint %s holds state of %q, which keeps none any more; give it up by Dropped(%q)", dir, name, name)
	}
	return fmt.Errorf("the checkpoint %s holds state of %q by instance, of %d, which another number of instances cannot take (of sources: only one that is Movable); run it with Parallelism(%d), or give the state up by Dropped(%q)", dir, name, of, of, name)
}
