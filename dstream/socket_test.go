package dstream_test

import (
	"bufio"
	"io"
	"iter"
	"net"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/dstream/dstreamtest"
)

// server sends each connection the next of the texts and closes it; after the
// last it keeps connections open until the test ends.
func server(t *testing.T, texts ...string) (port int) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { // ends when the listener is closed
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			defer conn.Close()
			if len(texts) > 0 {
				_, _ = io.WriteString(conn, texts[0])
				texts = texts[1:]
				_ = conn.Close()
			}
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	return l.Addr().(*net.TCPAddr).Port
}

// rowsAfter runs batches until n events of receivers have been heard, and
// returns what came.
func rowsAfter[T any](h *dstreamtest.Harness, out *dstreamtest.Batches[T], l *heard, n int) (rows []T) {
	l.wait(n)
	h.Run(1)
	for _, b := range out.All() {
		rows = append(rows, b.Rows...)
	}
	return rows
}

func TestSocketTextStream(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	long := strings.Repeat("x", 600_000)
	port := server(t, "one\ntwo\r\n\nthree\rfour\n"+long+"\nbad \xff byte\nlast", "again\n")
	out := dstreamtest.Output(h, h.Context().SocketTextStream("127.0.0.1", port))
	l := listen(h)
	h.Run(0)
	want := []string{"one", "two", "", "three", "four", long, "bad \uFFFD byte", "last"}
	if got := rowsAfter(h, out, l, 3); !reflect.DeepEqual(got, want) { // started, error, stopped
		t.Errorf("%.200q", got)
	}
	h.Run(1) // the delay of 2 s has passed
	if got := rowsAfter(h, out, l, 3); !reflect.DeepEqual(got, append(want, "again")) {
		t.Errorf("%.200q", got[len(want):])
	}
	if _, last := l.wait(0); !strings.Contains(last.LastError, "has no more data") || last.Name != "SocketReceiver-0" {
		t.Error(last)
	}
}

func TestSocketThatNeverConnects(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	_ = l.Close()
	h := dstreamtest.New(t, time.Second)
	out := dstreamtest.Output(h, h.Context().SocketTextStream("127.0.0.1", port))
	heard := listen(h)
	h.Run(0)
	for range 3 {
		if _, last := heard.wait(3); last.Active || !strings.Contains(last.LastError, "connecting to 127.0.0.1:") {
			t.Fatal(last)
		}
		h.Run(2)
	}
	out.Want(nil, nil, nil, nil, nil, nil)
}

func TestSocketStreamConverts(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	words := func(r io.Reader) iter.Seq2[string, error] {
		return func(yield func(string, error) bool) {
			s := bufio.NewScanner(r)
			s.Split(bufio.ScanWords)
			for s.Scan() && yield(s.Text(), nil) {
			}
			if s.Err() != nil {
				yield("", s.Err())
			}
		}
	}
	out := dstreamtest.Output(h, dstream.SocketStream(h.Context(), "127.0.0.1", server(t, "a b\nc"), words))
	l := listen(h)
	h.Run(0)
	if got := rowsAfter(h, out, l, 3); !reflect.DeepEqual(got, []string{"a", "b", "c"}) {
		t.Error(got)
	}
}

type reading struct {
	Sensor string
	Value  float64
}

func TestRawSocketStream(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	readings := []reading{{"a", 1.5}, {"b", -2}}
	var sent []byte
	for _, x := range readings {
		var err error
		if sent, err = dstream.AppendRawBlock(sent, []reading{x}); err != nil {
			t.Fatal(err)
		}
	}
	out := dstreamtest.Output(h, dstream.RawSocketStream[reading](h.Context(), "127.0.0.1", server(t, string(sent)+"\x00\x00\x10\x00half")))
	l := listen(h)
	h.Run(0)
	if got := rowsAfter(h, out, l, 3); !reflect.DeepEqual(got, readings) {
		t.Error(got)
	}
	if _, last := l.wait(0); !strings.Contains(last.LastError, "unexpected EOF") {
		t.Error(last)
	}
}

func TestRawSocketStreamOfStrings(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	var rows []string
	for i := range 3000 {
		rows = append(rows, strings.Repeat("y", i%300))
	}
	sent, err := dstream.AppendRawBlock(nil, rows)
	if err != nil {
		t.Fatal(err)
	}
	out := dstreamtest.Output(h, dstream.RawSocketStream[string](h.Context(), "127.0.0.1", server(t, string(sent))))
	l := listen(h)
	h.Run(0)
	if got := rowsAfter(h, out, l, 3); !reflect.DeepEqual(got, rows) {
		t.Error(len(got))
	}
}

func TestRawSocketRefusesGarbage(t *testing.T) {
	for name, sent := range map[string]string{"length": "GET / HTTP/1.1\r\n\r\n", "rows": "\x00\x00\x00\x02\xff\xff"} {
		h := dstreamtest.New(t, time.Second)
		dstream.RawSocketStream[string](h.Context(), "127.0.0.1", server(t, sent)).Print(1)
		l := listen(h)
		h.Run(0)
		_, last := l.wait(3)
		h.Run(1)
		if name == "length" && !strings.Contains(last.LastError, "is this a server of raw blocks?") {
			t.Error(last)
		}
		if name == "rows" {
			if err := h.Context().AwaitTermination(t.Context()); err == nil || !strings.Contains(err.Error(), "AppendRawBlock") {
				t.Error(err)
			}
		}
	}
}
