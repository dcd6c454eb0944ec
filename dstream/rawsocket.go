package dstream

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"unsafe"

	"github.com/spatestream/spate/internal/spill"
	"github.com/spatestream/spate/sparkerr"
)

// RawSocketStream makes a stream of blocks of rows that a TCP server sends, as
// AppendRawBlock makes them: each becomes a partition as it is, decoded only in
// the task that needs it. It is the fastest way in. Rows are not counted, so
// InputInfo.Records is 0, and no rate limit applies. What ends the connection
// restarts it, as of SocketTextStream. The strings of a block share its memory.
//
// The form is this engine's own (Spark's is serialised Java objects): a length
// of four bytes, big endian, and so many bytes of rows in the encoder's row form
// one after another. A string is its length in bytes as a varint and its bytes.
func RawSocketStream[T any](c *Context, host string, port int) *DStream[T] {
	codec, err := spill.CodecOf[T]()
	s := socket[T]{net.JoinHostPort(host, strconv.Itoa(port)), func(conn io.Reader, store *Store[T]) error { return readFrames(conn, store, codec) }}
	d := receive(c, "rawSocketStream", "Raw stream", "RawNetworkReceiver", s)
	switch e := sparkerr.As(err); {
	case e != nil:
		d.n.refuse(e)
	case port < 1 || port > 65535:
		d.n.refuse(badPort(port))
	}
	return d
}

// AppendRawBlock appends a block of rows in the form that RawSocketStream reads
// to dst.
func AppendRawBlock[T any](dst []byte, rows []T) ([]byte, error) {
	codec, err := spill.CodecOf[T]()
	if err != nil {
		return dst, err
	}
	at := len(dst)
	dst = append(dst, 0, 0, 0, 0)
	for i := range rows {
		if dst, err = codec.Append(dst, &rows[i]); err != nil {
			return dst[:at], err
		}
	}
	size := len(dst) - at - 4
	if size > maxFrame {
		return dst[:at], fmt.Errorf("a block of %d bytes is longer than %d: send it in parts", size, maxFrame)
	}
	binary.BigEndian.PutUint32(dst[at:], uint32(size))
	return dst, nil
}

const (
	maxFrame  = 1 << 30  // bytes
	frameRead = 64 << 10 // bytes to read at a time; of a block that is longer, as many as there are
)

// readFrames keeps each block that arrives.
func readFrames[T any](conn io.Reader, store *Store[T], codec *spill.Codec[T]) error {
	in := bufio.NewReaderSize(conn, frameRead)
	var head [4]byte
	for {
		if _, err := io.ReadFull(in, head[:]); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		size := binary.BigEndian.Uint32(head[:])
		if size > maxFrame {
			return fmt.Errorf("a block has a length of %d bytes, more than %d: is this a server of raw blocks?", size, maxFrame)
		}
		body, err := readBody(in, int(size))
		if err != nil {
			return err
		}
		if err := store.keep(store.ctx, newBlock([]piece[T]{frameOf(body, codec)})); err != nil {
			return err
		}
	}
}

// readBody reads size bytes, without believing a size that nothing follows.
func readBody(in io.Reader, size int) ([]byte, error) {
	body := make([]byte, min(size, 16<<20))
	for have := 0; ; {
		n, err := io.ReadFull(in, body[have:])
		have += n
		if have == size || err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return body[:have], err
		}
		body = append(body, make([]byte, min(size-have, have))...)
	}
}

// frame is a raw block, which its task decodes.
type frame[T any] struct {
	body  []byte
	codec *spill.Codec[T]
}

func (f frame[T]) size() int { return 0 }

func (f frame[T]) bytes() int { return len(f.body) }

func (f frame[T]) each(emit func([]T) error) error {
	rows, err := f.codec.Decode(f.body, nil)
	if err != nil {
		return errFrame
	}
	return emit(rows)
}

var errFrame = sparkerr.Data("", "a block that a raw socket received does not hold rows of the stream's type: the server must send what AppendRawBlock makes for the same type")

// frameOf makes a piece of a body, which becomes its own; strings need no codec.
func frameOf[T any](body []byte, codec *spill.Codec[T]) piece[T] {
	if p, ok := any(texts(unsafe.String(unsafe.SliceData(body), len(body)))).(piece[T]); ok {
		return p
	}
	return frame[T]{body, codec}
}

// texts is a frame of strings, which share its memory.
type texts string

func (texts) size() int { return 0 }

func (t texts) bytes() int { return len(t) }

func (t texts) each(emit func([]string) error) error {
	out := make([]string, 0, chunk)
	for len(t) > 0 {
		n, used := uint64(t[0]), 1
		if n >= 0x80 {
			n, used = uvarint(t)
		}
		if used <= 0 || n > uint64(len(t)-used) {
			return errFrame
		}
		end := used + int(n)
		if out = append(out, string(t[used:end])); len(out) == chunk {
			if err := emit(out); err != nil {
				return err
			}
			out = out[:0]
		}
		t = t[end:]
	}
	return emit(out)
}

// uvarint is binary.Uvarint of a string that is not empty.
func uvarint(s texts) (x uint64, n int) {
	if len(s) > 1 && s[1] < 0x80 {
		return uint64(s[0]&0x7f) | uint64(s[1])<<7, 2
	}
	return binary.Uvarint([]byte(s[:min(len(s), binary.MaxVarintLen64)]))
}
