package topology

import "github.com/spatestream/spate/connector"

// Env returns the job's clock, seed, file system and log, which components use
// instead of reaching for those of the machine.
func (c *Context) Env() *connector.Env {
	return &connector.Env{Clock: c.env.Clock, Seed: c.env.Seed, FS: c.env.FS, Log: c.Log()}
}

// Drainer is a sink that shows its output at the end of a job without
// checkpoints: Drain is called once every source has ended and all that came of
// it is in, before Close, and not at all if the job fails or is cancelled before.
// With checkpoints Commit is what shows it.
type Drainer interface {
	Drain() error
}
