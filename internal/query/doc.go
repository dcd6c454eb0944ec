// Package query runs a streaming query: it carries out what the checkpoint
// coordinator decides, with sources, a bound graph, a sink and a directory,
// and tells listeners how it goes.
//
// One goroutine a query, started by Start, ended by the context of Start, by
// Stop, by the end of a bounded run or by a failure; Query's methods may be
// called from any goroutine.
package query
