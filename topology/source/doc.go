// Package source has sources for jobs of package topology: lines of TCP
// connections and files, HTTP requests, Go channels, values and a generator.
//
//	cars := topology.AddSource(job, "sensor", source.Dial("localhost:9990"))
//
// Each function returns the constructor that AddSource asks for. What has a
// network address takes that of instance 0; instance i uses the port i above.
//
// A connection, a request or a channel cannot be read twice: events that a job
// has taken and lost with its process are gone, unless the sender sends again.
package source
