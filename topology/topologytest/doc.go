// Package topologytest runs jobs of package topology in tests: on one goroutine,
// on a clock that stands until nothing else can go on, in an order drawn from a
// seed, and through crashes that lose what a disk had not synced. A test of an
// hour's events takes milliseconds, and a seed that fails fails again.
//
//	script := topologytest.NewScript[Reading]().
//		At(0, a, b).
//		At(time.Minute, c).
//		Idle(time.Hour)
//	world := topologytest.New(seed)
//	err := world.Run(t.Context(), func(options ...topology.Option) *topology.Job {
//		job := topology.NewJob("sums", options...)
//		readings := topology.AddSource(job, "readings", script.Source)
//		...
//		return job
//	})
package topologytest
