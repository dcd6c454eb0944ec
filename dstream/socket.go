package dstream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"strconv"
	"unsafe"

	"github.com/spatestream/spate/sparkerr"
)

// SocketTextStream makes a stream of the lines that a TCP server sends, which
// end with \n or \r\n; bytes that are no UTF-8 are replaced. When the server
// cannot be reached or closes the connection it is dialled again after
// spark.streaming.receiverRestartDelay. The lines of up to 256 KiB share their
// memory: whoever keeps few of many clones them.
func (c *Context) SocketTextStream(host string, port int) *DStream[string] {
	return socketStream(c, "socketTextStream", host, port, readTextLines)
}

// SocketStream makes a stream of what convert makes of the bytes that a TCP
// server sends. An error that it yields restarts the connection, and so does its
// end.
func SocketStream[T any](c *Context, host string, port int, convert func(io.Reader) iter.Seq2[T, error]) *DStream[T] {
	return socketStream(c, "socketStream", host, port, func(conn io.Reader, store *Store[T]) error {
		for row, err := range convert(conn) {
			if err == nil {
				err = store.Store(row)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}).given(convert != nil)
}

func socketStream[T any](c *Context, op, host string, port int, read func(io.Reader, *Store[T]) error) *DStream[T] {
	s := socket[T]{net.JoinHostPort(host, strconv.Itoa(port)), read}
	d := receive(c, op, "Socket stream", "SocketReceiver", s)
	if port < 1 || port > 65535 {
		d.n.refuse(badPort(port))
	}
	return d
}

func badPort(port int) *sparkerr.Error {
	return sparkerr.New("", "a port is a number from 1 to 65535, not "+strconv.Itoa(port))
}

// socket is the receiver of a TCP connection.
type socket[T any] struct {
	address string
	read    func(io.Reader, *Store[T]) error // until the connection's end
}

// Run implements Receiver.
func (s socket[T]) Run(ctx context.Context, store *Store[T]) error {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", s.address)
	if err != nil {
		return fmt.Errorf("connecting to %s: %w", s.address, err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	err = s.read(conn, store)
	switch {
	case ctx.Err() != nil:
		return nil
	case err != nil:
		return fmt.Errorf("receiving from %s: %w", s.address, err)
	}
	return errors.New("the server at " + s.address + " has no more data")
}

const (
	socketRead = 256 << 10 // bytes to read at a time
	longest    = 64 << 20  // bytes of a line
)

// readTextLines stores the lines of each read in one piece.
func readTextLines(conn io.Reader, store *Store[string]) error {
	buf, have := make([]byte, socketRead), 0
	for {
		n, err := conn.Read(buf[have:])
		end := afterLastLine(buf[:have+n], have)
		have += n
		if err != nil {
			end = have
		}
		if end > 0 {
			var text string
			text, buf, have = taken(buf, end, have)
			if err := store.put(newLines(text)); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if have == len(buf) {
			if have >= longest {
				return fmt.Errorf("a line is longer than %d bytes: are these lines of text?", longest)
			}
			buf = append(buf, make([]byte, len(buf))...)
		}
	}
}

// taken returns the first end of the have bytes in buf as a text of its own,
// and the rest as the beginning of the buffer to go on with. A text that nearly
// fills the buffer takes it along instead of being copied.
func taken(buf []byte, end, have int) (text string, rest []byte, left int) {
	if end < len(buf)/4*3 {
		text = string(buf[:end])
		return text, buf, copy(buf, buf[end:have])
	}
	rest = make([]byte, max(socketRead, 2*(have-end)))
	return unsafe.String(unsafe.SliceData(buf), end), rest, copy(rest, buf[end:have])
}

// afterLastLine returns where the last whole line of data ends, 0 if there is
// none; before from none ends. A \r at the end may be half of \r\n.
func afterLastLine(data []byte, from int) int {
	if i := bytes.LastIndexByte(data[from:], '\n'); i >= 0 {
		return from + i + 1
	}
	from = max(from-1, 0)
	if i := bytes.LastIndexByte(data[from:max(len(data)-1, from)], '\r'); i >= 0 {
		return from + i + 1
	}
	return 0
}
