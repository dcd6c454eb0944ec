// Package topology runs job graphs, one event at a time: typed sources,
// operators and sinks, joined by streams that say which instance gets which
// event.
//
//	job := topology.NewJob("vehicle-count")
//	cars := topology.AddSource(job, "sensor", newSensor, topology.Parallelism(2))
//	counts := topology.Apply(topology.Fields(cars, Car.Kind), "counter", newCounter)
//	topology.To(counts, "print", newPrinter)
//	err := job.Run(ctx)
//
// A component is given by a constructor, which is called once for each of its
// instances; an instance belongs to one goroutine, so its fields need no lock.
// Where a stream leads from an instance to the one of the same number, as it
// does unless the job says otherwise, its consumer is called directly; else
// events travel in batches on bounded edges (internal/flow).
//
// Order: two events that one instance emits to another arrive in that order;
// nothing is promised between events of different instances.
//
// Delivery: an event is lost with what fails, unless the job is AtLeastOnce or
// ExactlyOnce; OnError says what is done about an event that an operator cannot
// deal with, Restart whether a job that failed begins again.
//
// Mistakes in the graph are gathered while it is built; Validate and Run report
// all of them before anything starts.
package topology
