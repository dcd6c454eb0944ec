package dstream_test

import (
	"context"
	"fmt"
	"math/rand"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/rdd"
)

// sentences is n lines of 14 words in 100 bytes.
func sentences(n int) []string {
	random := rand.New(rand.NewSource(1))
	out := make([]string, n)
	for i := range out {
		var words []string
		for range 14 {
			words = append(words, fmt.Sprintf("w%05d", random.Intn(100_000))[:6])
		}
		out[i] = (strings.Join(words, " ") + "    ")[:99]
	}
	return out
}

// feed sends what to the first who connects, times times.
func feed(b *testing.B, what []byte, times int) (port int) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	go func() { // ends when all is sent, or the listener is closed
		conn, err := l.Accept()
		if err != nil {
			return
		}
		for range times {
			if _, err := conn.Write(what); err != nil {
				return
			}
		}
		// The reader may be behind: the connection closes with the listener.
		_, _ = l.Accept()
		_ = conn.Close()
	}()
	return l.Addr().(*net.TCPAddr).Port
}

// network measures a program over rows that come over the network; program
// counts those it is done with.
func network(b *testing.B, block []byte, rows int, define func(c *dstream.Context, port int, done func(n int64))) {
	b.ReportAllocs()
	for b.Loop() {
		const times = 40
		c := dstream.NewContext("bench", 100*time.Millisecond)
		all := make(chan struct{})
		left := int64(times * rows)
		define(c, feed(b, block, times), func(n int64) {
			if left -= n; left == 0 {
				close(all)
			}
		})
		began := time.Now()
		if err := c.Start(context.Background()); err != nil {
			b.Fatal(err)
		}
		<-all
		b.ReportMetric(float64(times*rows)/time.Since(began).Seconds()/1e6, "Mrows/s")
		_ = c.Stop(context.Background())
	}
}

func counted[T any](d *dstream.DStream[T], done func(n int64)) {
	d.ForEachRDD(func(ctx context.Context, r *rdd.RDD[T], _ time.Time) error {
		n, err := r.Count(ctx)
		done(n)
		return err
	})
}

func BenchmarkSocketTextStream(b *testing.B) {
	rows := sentences(64 << 10)
	network(b, []byte(strings.Join(rows, "\n")+"\n"), len(rows), func(c *dstream.Context, port int, done func(int64)) {
		counted(c.SocketTextStream("127.0.0.1", port), done)
	})
}

func BenchmarkNetworkWordCount(b *testing.B) {
	rows := sentences(64 << 10)
	network(b, []byte(strings.Join(rows, "\n")+"\n"), len(rows), func(c *dstream.Context, port int, done func(int64)) {
		lines := c.SocketTextStream("127.0.0.1", port)
		wordCount(lines).ForEachRDD(func(ctx context.Context, r *rdd.RDD[count], _ time.Time) error {
			n, err := rdd.Sum(ctx, rdd.Map(r, func(x count) float64 { return float64(x.Value) }))
			done(int64(n) / 14)
			return err
		})
	})
}

func BenchmarkRawSocketGrep(b *testing.B) {
	rows := sentences(64 << 10)
	var block []byte
	for at := 0; at < len(rows); at += 2048 {
		block, _ = dstream.AppendRawBlock(block, rows[at:at+2048])
	}
	network(b, block, len(rows), func(c *dstream.Context, port int, done func(int64)) {
		lines := dstream.RawSocketStream[string](c, "127.0.0.1", port)
		found := lines.Filter(func(line string) bool { return strings.Contains(line, "w0000 ") || true })
		counted(found, done)
	})
}
