// Package memory keeps rows in the process: a sink whose table can be queried
// (format memory), and a stream that a test feeds (Stream).
//
// A Connector belongs to one session: its tables are named after queries.
// Everything here is safe for concurrent use and starts no goroutine.
package memory
