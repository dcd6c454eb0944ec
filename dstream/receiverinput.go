package dstream

import (
	"context"
	"sync"
	"time"

	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/rdd"
	"github.com/spatestream/spate/sparkerr"
)

// receiverInput is the input of a receiver: it supervises it, keeps the blocks
// and gives them to batches.
type receiverInput[T any] struct {
	c         *Context
	id        int
	name, who string
	op        string
	site      sparkerr.Origin
	receiver  Receiver[T]
	interval  time.Duration // between blocks
	gathering gathering[T]
	limiter   *limiter
	log       *blockLog[T]   // nil: none
	queue     chan *block[T] // of blocks for the log
	sizes     *memory.Sizer[T]
	held      held

	cancel   context.CancelCauseFunc // ends the receiver
	stopping context.CancelFunc      // ends the cutting
	left     chan struct{}           // closed when the receiver's goroutine has ended
	keeping  sync.WaitGroup          // cutting and logging
	handing  sync.Mutex              // held while a block is handed over without a log; before mu

	mu       sync.Mutex
	received []*block[T]             // guarded by mu: in no batch yet, in their order
	batches  map[instant][]*block[T] // guarded by mu
	owed     map[instant]span        // guarded by mu: batches of a checkpoint, until start
	next     uint64                  // guarded by mu: the first record of the log that no batch has
	state    ReceiverInfo            // guarded by mu
	closed   bool                    // guarded by mu: nothing is kept any more
}

func newReceiverInput[T any](c *Context, r Receiver[T]) *receiverInput[T] {
	in := &receiverInput[T]{c: c, receiver: r, batches: map[instant][]*block[T]{}}
	in.interval = c.duration("spark.streaming.blockInterval", 200*time.Millisecond)
	in.limiter = newLimiter(c)
	in.gathering.init()
	in.held.init(c)
	in.sizes = memory.SizerOf[T]()
	return in
}

// start opens the log and starts the goroutines, which stop ends.
func (in *receiverInput[T]) start(ctx context.Context, _ instant) error {
	if in.interval <= 0 {
		return sparkerr.New("", "spark.streaming.blockInterval must be positive").At(in.site)
	}
	if err := in.openLog(); err != nil {
		return err
	}
	if in.log != nil {
		if err := in.replay(); err != nil {
			return err
		}
	}
	receiving, cancel := context.WithCancelCause(ctx)
	cutting, stopping := context.WithCancel(ctx)
	in.cancel, in.stopping = cancel, stopping
	context.AfterFunc(receiving, in.gathering.close)
	in.keeping.Go(func() { in.cutting(cutting) })
	if in.log != nil {
		in.queue = make(chan *block[T], max(in.c.number("spark.streaming.blockQueueSize", 10), 1))
		in.keeping.Go(in.logging)
	}
	in.left = make(chan struct{})
	go func() { // ends with the receiver
		defer close(in.left)
		in.supervise(receiving)
	}()
	return nil
}

// stop ends the receiver, then what keeps blocks; what was stored is kept. A
// receiver that does not end is left behind: it can store nothing any more.
func (in *receiverInput[T]) stop(ctx context.Context) error {
	in.cancel(errReceiverStopped)
	err := in.leave(ctx)
	in.stopping()
	if in.log == nil {
		in.keeping.Wait()
		in.cut()
	} else {
		if b := in.gathering.cut(); b != nil {
			in.queue <- b
		}
		close(in.queue)
		in.keeping.Wait()
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.closed = true
	return err
}

// leave waits for the receiver to end, at most
// spate.streaming.receiverStopTimeout and until ctx ends.
func (in *receiverInput[T]) leave(ctx context.Context) error {
	limit := in.c.duration("spate.streaming.receiverStopTimeout", 10*time.Second)
	if env.Within(ctx, in.c.env.Clock, limit, in.left) {
		return nil
	}
	err := sparkerr.New("", "the receiver "+in.who+" has not ended in time ("+printed(limit)+
		") and is left behind: Run must return when its ctx ends; spate.streaming.receiverStopTimeout gives it more time").At(in.site)
	in.c.env.Log.Warn("a receiver does not stop", "receiver", in.who, "error", err)
	return err
}

// Close closes the log, which the last batches were still written to.
func (in *receiverInput[T]) Close() error {
	if in.log == nil {
		return nil
	}
	return in.log.log.Close()
}

// keep makes a block one that was received: durable, if there is a log.
func (in *receiverInput[T]) keep(b *block[T]) error {
	if in.log != nil {
		if err := in.log.add(b); err != nil {
			return err
		}
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.closed {
		return errReceiverStopped
	}
	b.weight = in.weigh(b)
	in.held.add(b.weight)
	in.received = append(in.received, b)
	return nil
}

func (in *receiverInput[T]) allocate(t instant) error {
	if in.log == nil {
		in.cut()
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	switch _, known := in.batches[t]; {
	case known:
	case in.log != nil:
		in.batches[t] = in.contiguous()
	default:
		in.batches[t], in.received = in.received, nil
	}
	return nil
}

// at makes the RDD of a batch.
func (in *receiverInput[T]) at(t instant) (*rdd.RDD[T], error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	blocks := in.batches[t]
	return rdd.Generate(in.c.sc, in.op, len(blocks), func(_ *rdd.Task, part int, emit func([]T) error) error {
		return blocks[part].each(emit)
	}), nil
}

func (in *receiverInput[T]) pending() bool {
	in.mu.Lock()
	received := len(in.received)
	in.mu.Unlock()
	return received > 0 || !in.gathering.empty()
}

func (in *receiverInput[T]) info(t instant) (InputInfo, bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	out := InputInfo{Stream: in.id, Name: in.name}
	for _, b := range in.batches[t] {
		out.Records += b.rows
	}
	return out, true
}

func (in *receiverInput[T]) limit(rowsPerSecond float64) { in.limiter.set(rowsPerSecond) }

// forget lets go of batches before t, and of what only they had in the log.
func (in *receiverInput[T]) forget(t instant) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for at := range in.batches {
		if at < t {
			delete(in.batches, at)
		}
	}
	if in.log != nil {
		in.purge()
	}
}
