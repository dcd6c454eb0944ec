package topology

import (
	"fmt"
	"sync"

	"github.com/spatestream/spate/internal/acks"
)

// tracker follows the events of one run of a job that is AtLeastOnce.
type tracker struct {
	*acks.Tracker
	kept *sync.Map // pendingKey -> pending, to be adopted after a restart
}

// newTracker makes the tracker of a run. before is the tracker of the run
// before, or nil.
func newTracker(j *Job, before *tracker) (*tracker, error) {
	kinds := make([]acks.Kind, len(j.components))
	for i, c := range j.components {
		kinds[i] = acks.Kind{Instances: c.parallelism, Channels: len(c.channels)}
	}
	t, err := acks.New(kinds)
	if err != nil {
		return nil, fmt.Errorf("job %s: %w", j.name, err)
	}
	kept := &sync.Map{}
	if before != nil {
		kept = before.kept
	}
	return &tracker{t, kept}, nil
}
