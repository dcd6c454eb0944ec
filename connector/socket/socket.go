// Package socket is the source of lines that a TCP server sends, for trying
// things out: what was read and not processed when the process ends is lost.
//
// One goroutine reads the connection, from the first Latest until Close or the
// end of the connection. After that no rows come, as in Spark: it is not opened
// again, and a warning says so. It waits while more than 64 MiB are read and not
// forgotten.
package socket

import (
	"bufio"
	"context"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Dial opens a connection, as net.Dialer.DialContext does.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// Connector returns the format socket; dial nil is the network. Options: host
// and port (required), includeTimestamp (false).
func Connector(dial Dial) connector.SourceConnector {
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	return conn{dial}
}

type conn struct{ dial Dial }

func (conn) Name() string { return "socket" }

// Advice implements connector.Adviser.
func (conn) Advice(o connector.Options) []string {
	return connector.UnknownOptions("socket", o, "host", "port", "includeTimestamp")
}

func (c conn) Source(_ context.Context, r connector.Request) (connector.Source, error) {
	host, ok := r.Options.Get("host")
	if !ok {
		return nil, sparkerr.New("_LEGACY_ERROR_TEMP_1295", `Set a host to read from with option("host", ...).`)
	}
	port, ok := r.Options.Get("port")
	if !ok {
		return nil, sparkerr.New("_LEGACY_ERROR_TEMP_1296", `Set a port to read from with option("port", ...).`)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return nil, sparkerr.New("_LEGACY_ERROR_TEMP_1296", "option port must be a number from 1 to 65535, not '"+port+"'")
	}
	s := &source{dial: c.dial, address: net.JoinHostPort(host, port), env: r.Env, last: -1, dropped: -1}
	s.text = "TextSocketV2[host: " + host + ", port: " + port + "]"
	s.schema = sqltype.NewStruct(sqltype.F("value", sqltype.String))
	switch strings.ToLower(r.Options.Or("includeTimestamp", "false")) {
	case "true":
		s.schema = sqltype.NewStruct(sqltype.F("value", sqltype.String), sqltype.F("timestamp", sqltype.Timestamp))
	case "false":
	default:
		return nil, sparkerr.New("_LEGACY_ERROR_TEMP_1297", `IncludeTimestamp must be set to either "true" or "false".`)
	}
	if r.Schema != nil {
		return nil, sparkerr.New("_LEGACY_ERROR_TEMP_1189", "TextSocketSourceProvider source does not support user-specified schema. Leave the schema out: it is value STRING.")
	}
	if !r.Streaming {
		return nil, sparkerr.New("UNSUPPORTED_FEATURE.TABLE_OPERATION", "The source socket makes an endless stream and cannot be read as a batch; use readStream.")
	}
	s.room = sync.NewCond(&s.mu)
	return s, nil
}

// maxHeld is how many bytes may be read and not forgotten.
const maxHeld = 64 << 20

type line struct {
	text   string
	micros int64
}

// source numbers lines from 0; an offset is the number of the last one, -1 for
// none.
type source struct {
	dial    Dial
	address string
	text    string
	env     *connector.Env
	schema  *sqltype.Struct

	open net.Conn      // set by the first Latest
	done chan struct{} // closed when the reading goroutine has ended

	mu      sync.Mutex // guards what is below
	room    *sync.Cond // held shrank, or closed
	lines   []line     // numbers dropped+1 to last
	last    int64
	dropped int64
	held    int
	closed  bool
}

func (s *source) Schema() *sqltype.Struct { return s.schema }

// Describe implements connector.Describer.
func (s *source) Describe() string { return s.text }

// Latest implements connector.Source. The first call connects, and fails if it
// cannot.
func (s *source) Latest(ctx context.Context, from connector.Offset, _ connector.Limit) (connector.Offset, error) {
	at, err := numberOf(from)
	if err != nil {
		return nil, err
	}
	if s.open == nil {
		c, err := s.dial(ctx, "tcp", s.address)
		if err != nil {
			return nil, sparkerr.New("", "cannot connect to "+s.address+"; start the server (for example nc -lk) first").Because(err)
		}
		s.open, s.done = c, make(chan struct{})
		s.last, s.dropped = at, at // numbers go on after a restart
		go s.read(c)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last <= at {
		if len(from) == 0 {
			return nil, nil
		}
		return from, nil
	}
	return strconv.AppendInt(nil, s.last, 10), nil
}

func numberOf(o connector.Offset) (int64, error) {
	if len(o) == 0 {
		return -1, nil
	}
	n, err := strconv.ParseInt(string(o), 10, 64)
	if err != nil {
		return 0, sparkerr.Corrupt(string(o), "this is not an offset of a socket source; the checkpoint belongs to another query")
	}
	return n, nil
}

// read is the goroutine: it ends with the connection, which Close closes.
func (s *source) read(c net.Conn) {
	defer close(s.done)
	r := bufio.NewReaderSize(c, 64<<10)
	for {
		text, err := r.ReadString('\n')
		if err == nil || err == io.EOF && text != "" {
			text = strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
			if !s.put(line{text, s.env.Clock.Now().UnixMicro()}) {
				return
			}
		}
		if err != nil {
			s.over(err)
			return
		}
	}
}

// over says that the connection has ended, unless Close has ended it.
func (s *source) over(err error) {
	s.mu.Lock()
	closed, lines := s.closed, s.last+1
	s.mu.Unlock()
	if closed {
		return
	}
	s.env.Log.Warn("the server has closed the connection: the socket source will give no further rows",
		"address", s.address, "lines", lines, "error", err,
		"advice", "start the server again, then this query")
}

// put keeps a line, waiting for room; false when the source is closed.
func (s *source) put(l line) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.held > maxHeld && !s.closed {
		s.room.Wait()
	}
	if s.closed {
		return false
	}
	s.lines = append(s.lines, l)
	s.held += len(l.text)
	s.last++
	return true
}

// splitLines is how many lines a split has.
const splitLines = columnar.MaxRows

// Splits implements connector.Source. Lines of another process are gone: no
// splits.
func (s *source) Splits(_ context.Context, from, to connector.Offset) ([]connector.Split, error) {
	lo, err := numberOf(from)
	if err != nil {
		return nil, err
	}
	hi, err := numberOf(to)
	if err != nil {
		return nil, err
	}
	if len(to) == 0 {
		return nil, sparkerr.New("", "the socket source cannot be read continuously yet; use a micro-batch trigger")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a, z := max(lo-s.dropped, 0), min(hi-s.dropped, int64(len(s.lines)))
	var out []connector.Split
	for ; a < z; a += splitLines {
		part := s.lines[a:min(a+splitLines, z)]
		out = append(out, connector.Split{ID: strconv.FormatInt(s.dropped+1+a, 10), Spec: part})
	}
	return out, nil
}

// Forget implements connector.Source.
func (s *source) Forget(_ context.Context, upTo connector.Offset) error {
	n, err := numberOf(upTo)
	s.mu.Lock()
	defer s.mu.Unlock()
	k := min(n-s.dropped, int64(len(s.lines)))
	if err != nil || k <= 0 {
		return err
	}
	for _, l := range s.lines[:k] {
		s.held -= len(l.text)
	}
	s.lines, s.dropped = append([]line(nil), s.lines[k:]...), s.dropped+k
	s.room.Broadcast()
	return nil
}

// Open implements connector.Source.
func (s *source) Open(_ context.Context, sp connector.Split, want connector.Wanted) (connector.Reader, error) {
	r := &reader{lines: sp.Spec.([]line)}
	for _, c := range want.Columns {
		r.want[c] = true
	}
	return r, nil
}

// Close implements connector.Source: it closes the connection and waits for
// the goroutine.
func (s *source) Close() error {
	s.mu.Lock()
	s.closed = true
	s.room.Broadcast()
	s.mu.Unlock()
	if s.open == nil {
		return nil
	}
	err := s.open.Close()
	<-s.done
	return err
}

type reader struct {
	lines []line
	want  [2]bool
	done  bool
}

// Read implements connector.Reader.
func (r *reader) Read(_ context.Context, b *columnar.Batch) error {
	b.Resize(0)
	if r.done {
		return io.EOF
	}
	r.done = true
	for i, v := range b.Cols {
		if !r.want[i] {
			v.Len = len(r.lines)
			continue
		}
		for _, l := range r.lines {
			if i == 0 {
				v.AppendText([]byte(l.text))
			} else {
				columnar.AppendFixed(v, l.micros)
			}
		}
	}
	b.Len = len(r.lines)
	return nil
}

// Position implements connector.Reader; the splits are bounded.
func (*reader) Position() connector.Offset { return nil }

// Close implements connector.Reader.
func (*reader) Close() error { return nil }
