package socket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type clock struct{}

func (clock) Now() time.Time                             { return time.UnixMicro(42) }
func (clock) Sleep(context.Context, time.Duration) error { return nil }

var ctx = context.Background()

func request(o connector.Options) connector.Request {
	return connector.Request{Env: &connector.Env{Clock: clock{}, Log: slog.New(slog.DiscardHandler)}, Options: o, Streaming: true}
}

// serve returns a dialer to a server that is the other end of a pipe.
func serve(t *testing.T) (Dial, net.Conn) {
	client, server := net.Pipe()
	t.Cleanup(func() { _ = server.Close() })
	return func(context.Context, string, string) (net.Conn, error) { return client, nil }, server
}

func read(t *testing.T, s connector.Source, from, to connector.Offset) string {
	t.Helper()
	splits, err := s.Splits(ctx, from, to)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	b := columnar.NewBatch(s.Schema())
	for _, sp := range splits {
		r, err := s.Open(ctx, sp, connector.Wanted{Columns: []int{0, 1}[:len(b.Cols)]})
		if err != nil {
			t.Fatal(err)
		}
		for {
			if err = r.Read(ctx, b); err != nil {
				break
			}
			for i := range b.Len {
				for _, c := range b.Cols {
					out = append(out, fmt.Sprint(c.Value(i)))
				}
			}
		}
		if !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
	}
	return strings.Join(out, " ")
}

// until asks for the end until it is at least want.
func until(t *testing.T, s connector.Source, from connector.Offset, want string) connector.Offset {
	t.Helper()
	for {
		o, err := s.Latest(ctx, from, connector.Limit{})
		if err != nil {
			t.Fatal(err)
		}
		if string(o) == want {
			return o
		}
	}
}

func TestLines(t *testing.T) {
	dial, server := serve(t)
	s, err := Connector(dial).Source(ctx, request(connector.Options{"host": "h", "port": "1", "includeTimestamp": "true"}))
	if err != nil {
		t.Fatal(err)
	}
	if o, err := s.Latest(ctx, nil, connector.Limit{}); len(o) != 0 || err != nil {
		t.Error(string(o), err)
	}
	_, _ = io.WriteString(server, "one\r\ntwo\n")
	first := until(t, s, nil, "1")
	if got := read(t, s, nil, first); got != "one 42 two 42" {
		t.Error(got)
	}
	if err := s.Forget(ctx, first); err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(server, "three")
	_ = server.Close() // the last line counts, then the stream is quiet
	second := until(t, s, first, "2")
	if got := read(t, s, first, second); got != "three 42" {
		t.Error(got)
	}
	if got := read(t, s, nil, first); got != "" {
		t.Error("forgotten lines:", got)
	}
	if o, err := s.Latest(ctx, second, connector.Limit{}); string(o) != "2" || err != nil {
		t.Error(string(o), err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// The end of the connection is told once, with what to do; Close is no such end.
func TestServerGone(t *testing.T) {
	for _, gone := range []bool{true, false} {
		dial, server := serve(t)
		var log bytes.Buffer
		r := request(connector.Options{"host": "h", "port": "1"})
		r.Env.Log = slog.New(slog.NewTextHandler(&log, nil))
		src, err := Connector(dial).Source(ctx, r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := src.Latest(ctx, nil, connector.Limit{}); err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(server, "one\n")
		if gone {
			_ = server.Close()
			<-src.(*source).done
			if _, err := src.Latest(ctx, nil, connector.Limit{}); err != nil {
				t.Error("as in Spark the query goes on:", err)
			}
		}
		if err := src.Close(); err != nil {
			t.Error(err)
		}
		told := strings.Count(log.String(), "no further rows")
		if gone != (told == 1) || gone && !strings.Contains(log.String(), "address=h:1 lines=1") {
			t.Errorf("gone %v: %s", gone, log.String())
		}
	}
}

// A line that waits for room does not keep Close from ending.
func TestCloseWhileFull(t *testing.T) {
	dial, server := serve(t)
	src, err := Connector(dial).Source(ctx, request(connector.Options{"host": "h", "port": "1"}))
	if err != nil {
		t.Fatal(err)
	}
	s := src.(*source)
	s.held = maxHeld + 1
	_, _ = s.Latest(ctx, nil, connector.Limit{})
	_, _ = io.WriteString(server, "waits\n")
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		o     connector.Options
		class string
	}{
		{nil, "_LEGACY_ERROR_TEMP_1295"}, {connector.Options{"host": "h"}, "_LEGACY_ERROR_TEMP_1296"}, {connector.Options{"host": "h", "port": "x"}, "_LEGACY_ERROR_TEMP_1296"},
		{connector.Options{"host": "h", "port": "1", "includeTimestamp": "z"}, "_LEGACY_ERROR_TEMP_1297"},
	} {
		if _, err := Connector(nil).Source(ctx, request(c.o)); sparkerr.ClassOf(err) != c.class {
			t.Errorf("%v: %v", c.o, err)
		}
	}
	r := request(connector.Options{"host": "h", "port": "1"})
	r.Schema = &sqltype.Struct{}
	if _, err := Connector(nil).Source(ctx, r); err == nil {
		t.Error("a schema was taken")
	}
	refuse := func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("refused") }
	s, err := Connector(refuse).Source(ctx, request(connector.Options{"host": "h", "port": "1"}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Latest(ctx, nil, connector.Limit{}); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
