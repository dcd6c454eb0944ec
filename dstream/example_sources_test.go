package dstream_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/rdd"
)

// serve sends bytes to who connects first.
func serve(bytes []byte) (host string, port int) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() { // ends when the client has gone
		defer l.Close()
		conn, err := l.Accept()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		_, _ = conn.Write(bytes)
		_, _ = io.Copy(io.Discard, conn)
	}()
	return "127.0.0.1", l.Addr().(*net.TCPAddr).Port
}

var errSeen = errors.New("all rows are here")

// until runs a program whose batches come by the real clock until its stream has
// had n rows, and prints them.
func until(n int, define func(ssc *dstream.Context) *dstream.DStream[string]) {
	ctx, stop := context.WithCancelCause(context.Background())
	ssc := dstream.NewContext("example", 20*time.Millisecond)
	define(ssc).ForEachRDD(func(ctx context.Context, r *rdd.RDD[string], _ time.Time) error {
		rows, err := r.Collect(ctx)
		for _, x := range rows {
			fmt.Println(x)
		}
		if n -= len(rows); n == 0 {
			stop(errSeen)
		}
		return err
	})
	if err := ssc.Start(ctx); err != nil {
		panic(err)
	}
	if err := ssc.AwaitTermination(ctx); !errors.Is(err, errSeen) && !errors.Is(err, context.Canceled) {
		fmt.Println(err)
	}
	_ = ssc.Stop(context.Background())
}

func ExampleContext_SocketTextStream() {
	until(2, func(ssc *dstream.Context) *dstream.DStream[string] {
		return ssc.SocketTextStream(serve([]byte("to be\nor not\n")))
	})
	// Output:
	// to be
	// or not
}

func ExampleSocketStream() {
	sentences := func(r io.Reader) iter.Seq2[string, error] {
		return func(yield func(string, error) bool) {
			in := bufio.NewReader(r)
			for {
				text, err := in.ReadString('.')
				if text != "" && !yield(strings.TrimSpace(text), nil) || err != nil {
					return
				}
			}
		}
	}
	until(2, func(ssc *dstream.Context) *dstream.DStream[string] {
		host, port := serve([]byte("To be. Or not."))
		return dstream.SocketStream(ssc, host, port, sentences)
	})
	// Output:
	// To be.
	// Or not.
}

func ExampleRawSocketStream() {
	block, err := dstream.AppendRawBlock(nil, []string{"to be", "or not"})
	if err != nil {
		panic(err)
	}
	until(2, func(ssc *dstream.Context) *dstream.DStream[string] {
		host, port := serve(block)
		return dstream.RawSocketStream[string](ssc, host, port)
	})
	// Output:
	// to be
	// or not
}

func ExampleReceiverStream() {
	greet := func(ctx context.Context, store *dstream.Store[string]) error {
		return store.StoreMany(ctx, []string{"hello", "world"})
	}
	until(2, func(ssc *dstream.Context) *dstream.DStream[string] {
		return dstream.ReceiverStream(ssc, dstream.ReceiverFunc[string](greet))
	})
	// Output:
	// hello
	// world
}

// arrived makes a folder with a file that arrives before the first batch.
func arrived(text string) string {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		panic(err)
	}
	name, at := filepath.Join(dir, "file"), dstreamtest.Start.Add(time.Second/2)
	if err := errors.Join(os.WriteFile(name, []byte(text), 0o644), os.Chtimes(name, at, at)); err != nil {
		panic(err)
	}
	return dir
}

func ExampleContext_TextFileStream() {
	dir := arrived("to be\nor not\n")
	defer os.RemoveAll(dir)
	run(2, func(h *dstreamtest.Harness) { show(h.Context().TextFileStream(dir)) })
	// Output:
	// 11 [or not to be]
	// 12 []
}

func ExampleFileStream() {
	dir := arrived("to be\nor not\n")
	defer os.RemoveAll(dir)
	run(1, func(h *dstreamtest.Harness) {
		show(dstream.FileStream(h.Context(), dir, func(sc *rdd.Context, path string) *rdd.RDD[string] {
			return rdd.Map(sc.TextFile(path), strings.ToUpper)
		}))
	})
	// Output: 11 [OR NOT TO BE]
}

func ExampleBinaryRecordsStream() {
	dir := arrived("\x01\x02\x03\x04")
	defer os.RemoveAll(dir)
	run(1, func(h *dstreamtest.Harness) {
		records := dstream.BinaryRecordsStream(h.Context(), dir, 2)
		show(dstream.Map(records, func(b []byte) int { return 256*int(b[0]) + int(b[1]) }))
	})
	// Output: 11 [258 772]
}

func ExampleQueueStream() {
	run(3, func(h *dstreamtest.Harness) {
		sc := h.Context().RDDContext()
		queue := dstream.NewQueue(rdd.Parallelize(sc, []int{1}), rdd.Parallelize(sc, []int{2}))
		show(dstream.QueueStream(h.Context(), queue, false, nil))
	})
	// Output:
	// 11 [1]
	// 12 [2]
	// 13 []
}

func ExampleNewQueue() {
	run(1, func(h *dstreamtest.Harness) {
		sc := h.Context().RDDContext()
		queue := dstream.NewQueue(rdd.Parallelize(sc, []int{1}), rdd.Parallelize(sc, []int{2}))
		show(dstream.QueueStream(h.Context(), queue, true, nil)) // all that are there
	})
	// Output: 11 [1 2]
}

func ExampleQueue_Push() {
	run(1, func(h *dstreamtest.Harness) {
		queue := dstream.NewQueue[int]()
		show(dstream.QueueStream(h.Context(), queue, false, nil))
		queue.Push(rdd.Parallelize(h.Context().RDDContext(), []int{1, 2}))
	})
	// Output: 11 [1 2]
}

func ExampleConstantInput() {
	run(2, func(h *dstreamtest.Harness) {
		show(dstream.ConstantInput(h.Context(), rdd.Parallelize(h.Context().RDDContext(), []int{1, 2})))
	})
	// Output:
	// 11 [1 2]
	// 12 [1 2]
}
