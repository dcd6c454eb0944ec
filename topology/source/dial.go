package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	"github.com/spatestream/spate/topology"
)

// Dial returns the source of the lines that a TCP server sends: each instance
// connects to it, instance i to the port i above. It ends when the server closes
// the connection.
func Dial(address string, options ...DialOption) func() topology.Source[string] {
	d := dialed{address: address, dial: (&net.Dialer{}).DialContext}
	for _, o := range options {
		if o == nil {
			return refuse[string]("Dial was given nil in place of an option")
		}
		o(&d)
	}
	switch _, err := portOf(address, 0); {
	case err != nil:
		return refuse[string]("Dial: %w", err)
	case d.dial == nil:
		return refuse[string]("Dialer was given nil: a function is needed")
	case d.again && d.pause <= 0:
		return refuse[string]("Redial(%v): the pause must be positive, or a server that is gone is called without end", d.pause)
	}
	return func() topology.Source[string] { one := d; return &one }
}

// DialOption configures Dial.
type DialOption func(*dialed)

// Redial makes Dial connect again when it cannot, or when the connection ends,
// with a pause before. It never ends then.
func Redial(pause time.Duration) DialOption {
	return func(d *dialed) { d.pause, d.again = pause, true }
}

// Dialer makes Dial connect by f, which does what net.Dialer.DialContext does.
// f may be called by several goroutines at a time.
func Dialer(f func(ctx context.Context, network, address string) (net.Conn, error)) DialOption {
	return func(d *dialed) { d.dial = f }
}

// dialed is an instance of Dial.
type dialed struct {
	address string
	dial    func(ctx context.Context, network, address string) (net.Conn, error)
	again   bool
	pause   time.Duration

	ctx   *topology.Context
	conn  net.Conn  // nil: not connected
	after time.Time // do not connect before
	lines cutter
}

func (d *dialed) Setup(ctx *topology.Context) (err error) {
	d.ctx = ctx
	d.address, err = portOf(d.address, ctx.Instance())
	return err
}

// portOf returns the address of an instance, given that of instance 0. Port 0
// stays what it is: any.
func portOf(address string, instance int) (string, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", fmt.Errorf("%q is no address; it is host:port, as localhost:9990", address)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n > 0 && int(n)+instance > 65535 {
		return "", fmt.Errorf("the port %q of %q is no number from 0 to %d", port, address, 65535-instance)
	}
	if n > 0 {
		n += uint64(instance)
	}
	return net.JoinHostPort(host, strconv.FormatUint(n, 10)), nil
}

// Next implements topology.Source.
func (d *dialed) Next(ctx context.Context, out *topology.Emitter[string]) error {
	if d.conn == nil {
		if err := d.connect(ctx); err != nil || d.conn == nil {
			return err
		}
	}
	if d.lines.emit(out) {
		return nil
	}
	err := interruptible(ctx, d.conn.SetReadDeadline, func() error { return d.lines.fill(d.conn) })
	if err == nil {
		return nil
	}
	if errors.Is(err, io.EOF) {
		d.lines.emitRest(out)
	}
	return d.lost(err)
}

// connect sets conn, or leaves it nil when ctx ends.
func (d *dialed) connect(ctx context.Context) error {
	if d.ctx.WaitUntil(ctx, d.after); d.ctx.Now().Before(d.after) {
		return nil
	}
	conn, err := d.dial(ctx, "tcp", d.address)
	if err == nil {
		d.conn = conn
		return nil
	}
	if ctx.Err() != nil {
		return nil
	}
	return d.lost(fmt.Errorf("cannot connect; start what listens there first, for example nc -lk: %w", err))
}

// lost ends the source, or makes it connect again.
func (d *dialed) lost(err error) error {
	if !d.again {
		return err
	}
	if errors.Is(err, io.EOF) {
		err = fmt.Errorf("%s closed the connection", d.address)
	}
	d.ctx.Log().Warn("no connection, it is made again", "error", err, "after", d.pause)
	d.after = d.ctx.Now().Add(d.pause)
	d.lines = cutter{}
	_ = d.Close()
	return nil
}

func (d *dialed) Close() error {
	if d.conn == nil {
		return nil
	}
	err := d.conn.Close()
	d.conn = nil
	return err
}
