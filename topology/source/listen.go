package source

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"

	"github.com/spatestream/spate/topology"
)

// Listen returns the source of the lines that TCP clients send: each instance
// takes connections, instance i at the port i above, and goes on for ever. Lines
// of a connection keep their order.
func Listen(address string, options ...ListenOption) func() topology.Source[string] {
	l, err := listenAt(address, options)
	if err != nil {
		return refuse[string]("Listen: %w", err)
	}
	return func() topology.Source[string] { return &listened{listening: l} }
}

// ListenOption configures Listen and HTTP.
type ListenOption func(*listening)

// Listener makes a source listen by f, which does what net.ListenConfig.Listen
// does. f may be called by several goroutines at a time.
func Listener(f func(ctx context.Context, network, address string) (net.Listener, error)) ListenOption {
	return func(l *listening) { l.listen = f }
}

// listening is where and how a source listens.
type listening struct {
	address string
	listen  func(ctx context.Context, network, address string) (net.Listener, error)
}

// listenAt returns what listens at an address.
func listenAt(address string, options []ListenOption) (listening, error) {
	l := listening{address, new(net.ListenConfig).Listen}
	for _, o := range options {
		if o == nil {
			return l, errors.New("nil was given in place of an option")
		}
		o(&l)
	}
	if l.listen == nil {
		return l, errors.New("Listener was given nil: a function is needed")
	}
	_, err := portOf(address, 0)
	return l, err
}

func (l listening) open(ctx *topology.Context) (net.Listener, error) {
	address, err := portOf(l.address, ctx.Instance())
	if err != nil {
		return nil, err
	}
	return l.listen(ctx, "tcp", address)
}

// listened is an instance of Listen.
type listened struct {
	listening
	ctx      *topology.Context
	listener net.Listener
	inbox    *inbox[string]

	mu    sync.Mutex
	conns map[net.Conn]bool // guarded by mu; nil once the source is closed
}

func (l *listened) Setup(ctx *topology.Context) (err error) {
	if l.listener, err = l.open(ctx); err != nil {
		return err
	}
	l.ctx, l.inbox, l.conns = ctx, newInbox[string](), map[net.Conn]bool{}
	l.inbox.all.Go(l.accept)
	return nil
}

// Next implements topology.Source.
func (l *listened) Next(ctx context.Context, out *topology.Emitter[string]) error {
	return l.inbox.next(ctx, out)
}

// accept is the goroutine of the listener; it ends when that is closed.
func (l *listened) accept() {
	for {
		conn, err := l.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			l.inbox.fail(err)
			return
		}
		if l.keep(conn, true) {
			l.inbox.all.Go(func() { l.read(conn) })
		}
	}
}

// keep adds a connection to those that Close closes, or takes it away; it
// reports whether the source is open, and closes the connection if not.
func (l *listened) keep(conn net.Conn, add bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conns != nil && add {
		l.conns[conn] = true
		return true
	}
	delete(l.conns, conn)
	_ = conn.Close()
	return l.conns != nil
}

// read is the goroutine of a connection; it ends with it.
func (l *listened) read(conn net.Conn) {
	defer l.keep(conn, false)
	var lines cutter
	for {
		err := lines.fill(conn)
		var events []string
		for line, ok := lines.cut(); ok; line, ok = lines.cut() {
			events = append(events, string(line))
		}
		if errors.Is(err, io.EOF) {
			if line, ok := lines.rest(); ok {
				events = append(events, string(line))
			}
		} else if err != nil && !errors.Is(err, net.ErrClosed) {
			l.ctx.Log().Warn("a connection is lost", "from", conn.RemoteAddr(), "error", err)
		}
		if len(events) > 0 && !l.inbox.put(parcel[string]{events: events}) || err != nil {
			return
		}
	}
}

// Close closes the listener and the connections.
func (l *listened) Close() error {
	if l.inbox == nil {
		return nil
	}
	return l.inbox.close(l.cut)
}

func (l *listened) cut() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for conn := range l.conns {
		_ = conn.Close()
	}
	l.conns = nil
	return l.listener.Close()
}
