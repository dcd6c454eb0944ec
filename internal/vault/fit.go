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
