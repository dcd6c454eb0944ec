package flow

import "sync/atomic"

// Usage says where an instance's time went since it began, in nanoseconds, and
// what it took in. What was neither idle nor blocked was busy. It is safe for
// concurrent use.
type Usage struct {
	Idle     atomic.Int64 // waiting for something to do
	Blocked  atomic.Int64 // waiting for credit
	Received atomic.Int64 // events; a source may store here how many it gave
	began    atomic.Int64 // Unix nanoseconds, 0: not yet

	watermark atomic.Int64 // of what was sent
}
