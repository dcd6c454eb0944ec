package rate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
	"github.com/spatestream/spate/sqltype"
)

type clock struct{ now time.Time }

func (c *clock) Now() time.Time                             { return c.now }
func (c *clock) Sleep(context.Context, time.Duration) error { return nil }

var ctx = context.Background()

// read returns "ms:value" of every row, by value.
func read(t *testing.T, s connector.Source, from, to connector.Offset) []string {
	t.Helper()
	splits, err := s.Splits(ctx, from, to)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	b := columnar.NewBatch(s.Schema())
	for _, sp := range splits {
		r, err := s.Open(ctx, sp, connector.Wanted{Columns: []int{0, 1}})
		if err != nil {
			t.Fatal(err)
		}
		for {
			if err = r.Read(ctx, b); err != nil {
				break
			}
			for i := range b.Len {
				out = append(out, fmt.Sprintf("%05d:%d", columnar.At[int64](b.Cols[1], i), columnar.At[int64](b.Cols[0], i)/1000))
			}
		}
		if !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
	}
	slices.Sort(out)
	return out
}

func TestRate(t *testing.T) {
	c := &clock{time.UnixMilli(1_000_000)}
	e := &connector.Env{Clock: c, FS: simfs.New(1, c.Now)}
	open := func() connector.Source {
		t.Helper()
		s, err := Connector().Source(ctx, connector.Request{Env: e, Streaming: true, Log: "/ck/sources/0", Options: connector.Options{"rowsPerSecond": "4", "numPartitions": "3"}})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open()
	first, err := s.Latest(ctx, nil, connector.Limit{})
	if err != nil || string(first) != "0" || len(read(t, s, nil, first)) != 0 {
		t.Error(string(first), err)
	}
	c.now = c.now.Add(2500 * time.Millisecond)
	s = open() // a restart keeps the time of creation
	second, err := s.Latest(ctx, first, connector.Limit{})
	want := []string{"00000:1000000", "00001:1000250", "00002:1000500", "00003:1000750", "00004:1001000", "00005:1001250", "00006:1001500", "00007:1001750"}
	if got := read(t, s, first, second); string(second) != "2" || err != nil || !slices.Equal(got, want) {
		t.Error(string(second), err, got)
	}
	if data, err := vfs.ReadFile(e.FS, "/ck/sources/0/0"); string(data) != "v1\n1000000" {
		t.Errorf("%q %v", data, err)
	}
}

func TestRamp(t *testing.T) {
	s := &clocked{perSecond: 10, ramp: 4}
	for second, want := range []int64{0, 2, 6, 12, 20, 30, 40} {
		if got, err := s.value(int64(second)); got != want || err != nil {
			t.Errorf("V(%d) = %d, %v; want %d", second, got, err, want)
		}
	}
	if _, err := s.value(1 << 62); err == nil {
		t.Error("overflow")
	}
}

func TestMicroBatch(t *testing.T) {
	s, err := MicroBatch().Source(ctx, connector.Request{Streaming: true, Options: connector.Options{"rowsPerBatch": "3", "startTimestamp": "5000", "numPartitions": "2"}})
	if err != nil {
		t.Fatal(err)
	}
	a, _ := s.Latest(ctx, nil, connector.Limit{})
	if err := s.(connector.Snapshotter).Snapshot(ctx); err != nil {
		t.Fatal(err)
	}
	if got := read(t, s, nil, a); string(a) != `{"offset":3,"timestamp":6000}` || !slices.Equal(got, []string{"00000:5000", "00001:5000", "00002:5000"}) {
		t.Error(string(a), got)
	}
	if z, _ := s.Latest(ctx, a, connector.Limit{}); string(z) != string(a) {
		t.Error("more than one batch is available:", string(z))
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		from   connector.SourceConnector
		option string
		value  string
		want   string
	}{
		{Connector(), "rowsPerSecond", "0", "Invalid value '0'. The option 'rowsPerSecond' must be positive"},
		{Connector(), "numPartitions", "0", "The option 'numPartitions' must be positive"}, {Connector(), "rampUpTime", "-1s", "must not be negative"},
		{MicroBatch(), "x", "", "Invalid value '0'. The option 'rowsPerBatch' must be positive"},
	} {
		_, err := c.from.Source(ctx, connector.Request{Streaming: true, Options: connector.Options{c.option: c.value}})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
	if _, err := Connector().Source(ctx, connector.Request{Streaming: true, Schema: &sqltype.Struct{}}); err == nil || !strings.Contains(err.Error(), "does not support user-specified schema") {
		t.Error(err)
	}
}

func BenchmarkRead(b *testing.B) {
	for name, every := range map[string]float64{"batch": 0, "clock": 0.25} {
		b.Run(name, func(b *testing.B) {
			sp := cut(0, 1<<62, 2, 1_700_000_000_000, every)[0]
			r := open(sp, connector.Wanted{Columns: []int{0, 1}})
			batch := columnar.NewBatch(schema)
			b.ReportAllocs()
			for range b.N {
				if err := r.Read(ctx, batch); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/columnar.MaxRows, "ns/row")
		})
	}
}
