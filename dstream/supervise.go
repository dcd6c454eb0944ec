package dstream

import (
	"context"
	"errors"

	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/exec"
)

// supervise runs the receiver, again after a delay when it fails, until ctx
// ends or the receiver has no more. It is the receiver's goroutine.
func (in *receiverInput[T]) supervise(ctx context.Context) {
	for {
		in.report(func(s *ReceiverInfo) { s.Active = true }, func(l *Listener) func(ReceiverInfo) { return l.ReceiverStarted })
		err := exec.Apart(func() error { return in.receiver.Run(ctx, &Store[T]{ctx: ctx, in: in}) })
		if ctx.Err() == nil && err != nil {
			delay := in.c.delayOf(err)
			next := in.c.env.Clock.Now().Add(delay)
			in.c.env.Log.Warn("a receiver failed and is started again", "receiver", in.who, "delay", delay, "error", err)
			in.reportError("the receiver is started again after "+printed(delay), err)
			in.reportStopped()
			if env.SleepUntil(ctx, in.c.env.Clock, next) == nil {
				continue
			}
			return
		}
		if err != nil && !errors.Is(err, context.Cause(ctx)) && !errors.Is(err, ctx.Err()) {
			in.reportError("the receiver failed while it was stopped", err)
		}
		in.reportStopped()
		return
	}
}

// report changes the receiver's state and tells it to the listeners.
func (in *receiverInput[T]) report(change func(*ReceiverInfo), event func(*Listener) func(ReceiverInfo)) {
	in.mu.Lock()
	change(&in.state)
	now := in.state
	in.mu.Unlock()
	in.c.listeners.tell(func(l *Listener) { call(event(l), now) })
}

func (in *receiverInput[T]) reportError(message string, err error) {
	at := in.c.env.Clock.Now()
	in.report(func(s *ReceiverInfo) {
		s.LastErrorMessage, s.LastError, s.LastErrorTime = message, "", at
		if err != nil {
			s.LastError = err.Error()
		}
	}, func(l *Listener) func(ReceiverInfo) { return l.ReceiverError })
}

func (in *receiverInput[T]) reportStopped() {
	in.report(func(s *ReceiverInfo) { s.Active = false }, func(l *Listener) func(ReceiverInfo) { return l.ReceiverStopped })
}
