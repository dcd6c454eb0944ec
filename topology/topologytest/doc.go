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
//
// A process that dies begins again: build is called anew, and may make the job with
// other instances, or as newer code has it (World.Crashes says how often it died).
//
//	world := topologytest.New(seed).CrashAt(90 * time.Second)
package topologytest
