// Package sink has sinks for jobs of package topology: writers, files, HTTP
// servers, Go channels and functions.
//
//	topology.To(counts, "print", sink.Lines(os.Stdout, Count.String))
//
// Each function returns the constructor that To asks for.
package sink
