package dstream

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Receiver brings rows from outside into a stream.
type Receiver[T any] interface {
	// Run receives until ctx ends, which it does when the stream stops, and
	// hands what it gets to the store. It is called on a goroutine of its own.
	// An error and a panic are reported to the listeners, and Run is called
	// again after spark.streaming.receiverRestartDelay (2 s), or when the error
	// says (RestartAfter). nil means that nothing more will come.
	Run(ctx context.Context, store *Store[T]) error
}

// ReceiverFunc is a function as a Receiver.
type ReceiverFunc[T any] func(ctx context.Context, store *Store[T]) error

// Run calls f.
func (f ReceiverFunc[T]) Run(ctx context.Context, store *Store[T]) error { return f(ctx, store) }

// RestartAfter is err with another delay before the receiver that returns it
// runs again.
func RestartAfter(delay time.Duration, err error) error { return &restart{delay, err} }

type restart struct {
	delay time.Duration
	error
}

func (r *restart) Unwrap() error { return r.error }

// delayOf is how long to wait before a receiver that failed runs again.
func (c *Context) delayOf(err error) time.Duration {
	var r *restart
	if errors.As(err, &r) {
		return r.delay
	}
	return c.duration("spark.streaming.receiverRestartDelay", 2*time.Second)
}

// ReceiverStream makes a stream of what a receiver stores. A batch has a
// partition for each block: what Store gathered in a
// spark.streaming.blockInterval (200 ms), or one StoreMany. Blocks are held in
// memory until no batch needs them; with
// spark.streaming.receiver.writeAheadLog.enable they are in a log below the
// checkpoint directory, too, from which they come back after a crash.
func ReceiverStream[T any](c *Context, r Receiver[T]) *DStream[T] {
	who := strings.TrimPrefix(fmt.Sprintf("%T", r), "*")
	if at := strings.IndexByte(who, '['); at >= 0 {
		who = who[:at]
	}
	return receive(c, "receiverStream", "Pluggable stream", who[strings.LastIndexByte(who, '.')+1:], r)
}

// receive adds a stream of a receiver to the graph. The stream and the receiver
// have names of their own in what listeners hear.
func receive[T any](c *Context, op, stream, who string, r Receiver[T]) *DStream[T] {
	in := newReceiverInput(c, r)
	d := newDStream(c, op, c.batch, in.at)
	in.id = addInput(d, in)
	in.name, in.who = fmt.Sprintf("%s [%d]", stream, in.id), fmt.Sprintf("%s-%d", who, in.id)
	in.state = ReceiverInfo{Stream: in.id, Name: in.who}
	in.op, in.site = op, d.n.site
	return d
}
