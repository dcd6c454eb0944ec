package text

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/connector/file/filetest"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
)

// world is a disk and a reader's options.
type world struct {
	*filetest.Disk
	opts connector.Options
	log  string
}

func newWorld(t testing.TB) *world {
	return &world{Disk: filetest.New(t), log: "/ck/sources/0", opts: connector.Options{"path": "/in"}}
}

func (w *world) open(stream bool) (connector.Source, error) {
	return Connector().Source(context.Background(), connector.Request{Env: w.Env, Options: w.opts, Streaming: stream, Log: w.log})
}

func (w *world) source(stream bool) connector.Source {
	w.Helper()
	s, err := w.open(stream)
	if err != nil {
		w.Fatal(err)
	}
	return s
}

func (w *world) lines(s connector.Source, splits []connector.Split) []string {
	w.Helper()
	out, err := filetest.Rows(s, splits, "|")
	if err != nil {
		w.Fatal(err)
	}
	return out
}

func (w *world) batch() []string {
	w.Helper()
	out, err := filetest.Batch(w.source(false), "|")
	if err != nil {
		w.Fatal(err)
	}
	return out
}

func (w *world) equal(what string, got, want []string) {
	w.Helper()
	if !slices.Equal(got, want) {
		w.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

func TestLineEnds(t *testing.T) {
	w := newWorld(t)
	w.Put("/in/1.txt", "a\r\nb\rc\n\nlast")
	w.equal("any", w.batch(), []string{"a", "b", "c", "", "last"})
	w.opts["lineSep"] = ";"
	w.Put("/in/1.txt", "a;b;;c")
	w.equal("own", w.batch(), []string{"a", "b", "", "c"})
	w.opts = connector.Options{"path": "/in", "wholetext": "true"}
	w.equal("whole", w.batch(), []string{"a;b;;c"})
}

func TestListing(t *testing.T) {
	w := newWorld(t)
	for _, n := range []string{"/in/b.txt", "/in/a.txt", "/in/_x", "/in/.y", "/in/z._COPYING_", "/in/deep/c.txt"} {
		w.Put(n, path.Base(n))
	}
	w.equal("folder", w.batch(), []string{"a.txt", "b.txt"})
	w.opts["recursiveFileLookup"] = "true"
	w.equal("recursive", w.batch(), []string{"a.txt", "b.txt", "c.txt"})
	w.opts["pathGlobFilter"] = "[bc]*"
	w.equal("names", w.batch(), []string{"b.txt", "c.txt"})
	w.opts = connector.Options{"path": "/in/{a,b}.t?t"}
	w.equal("glob", w.batch(), []string{"a.txt", "b.txt"})
	w.opts = connector.Options{"paths": "/in/b.txt\x00file:///in/a.txt"}
	w.equal("paths", w.batch(), []string{"b.txt", "a.txt"})
	w.opts = connector.Options{"path": "/nope"}
	if _, err := w.open(false); sparkerr.ClassOf(err) != "PATH_NOT_FOUND" {
		t.Error(err)
	}
}

func TestPartitions(t *testing.T) {
	w := newWorld(t)
	w.Put("/in/k=1/d=2024-01-02/x", "one")
	w.Put("/in/k=3000000000/d=__HIVE_DEFAULT_PARTITION__/x", "two")
	w.equal("rows", w.batch(), []string{"one|1|19724", "two|3000000000|<nil>"})
	if got := w.source(false).Schema().String(); got != "struct<value:string,k:bigint,d:date>" {
		t.Error(got)
	}
	w.Put("/in/j=1/d=x/x", "three")
	if _, err := w.open(false); sparkerr.ClassOf(err) != "CONFLICTING_PARTITION_COLUMN_NAMES" {
		t.Error(err)
	}
}

// Every place of the cuts gives each line once.
func TestSplitsCoverLines(t *testing.T) {
	w := newWorld(t)
	content := "a\nbb\r\nccc\n\n\rlast line\nx"
	w.Put("/in/1.txt", content)
	want := w.batch()
	for cut := range len(content) + 1 {
		var got []string
		for _, r := range [][2]int{{0, cut}, {cut, len(content)}} {
			in, err := file1(w.Env.FS, "/in/1.txt", int64(r[0]), int64(r[1]))
			if err != nil {
				t.Fatal(err)
			}
			c := &codec{}
			rs, _ := c.Reader(in, schema, connector.Wanted{Columns: []int{0}})
			b := columnar.NewBatch(schema)
			for rs.Read(context.Background(), b) == nil {
				for i := range b.Len {
					got = append(got, b.Cols[0].Str(i)+"")
				}
				for i := range got {
					got[i] = strings.Clone(got[i])
				}
			}
		}
		w.equal(fmt.Sprint("cut at ", cut), got, want)
	}
}

func TestBigFiles(t *testing.T) {
	w := newWorld(t)
	var want []string
	for i := range 200_000 {
		want = append(want, fmt.Sprintf("line %d %s", i, strings.Repeat("x", i%17)))
	}
	want[77] = strings.Repeat("long", 400_000)
	w.Put("/in/1.txt", strings.Join(want, "\n"))
	w.equal("plain", w.batch(), want)
	var z strings.Builder
	g := gzip.NewWriter(&z)
	_, _ = io.WriteString(g, strings.Join(want, "\n"))
	_ = g.Close()
	w.Put("/zip/1.txt.gz", z.String())
	w.opts["path"] = "/zip"
	w.equal("gzip", w.batch(), want)
}

func TestStream(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.opts["maxFilesPerTrigger"] = "2"
	for _, n := range []string{"1", "2", "3"} {
		w.Put("/in/"+n, n)
	}
	s := w.source(true)
	if d := s.(connector.Describer).Describe(); d != "FileStreamSource[file:/in]" {
		t.Error(d)
	}
	step := func(from, to string, want ...string) {
		t.Helper()
		got, err := s.Latest(ctx, connector.Offset(from), connector.Limit{})
		if err != nil || string(got) != to {
			t.Fatalf("Latest(%s) = %s, %v; want %s", from, got, err, to)
		}
		sp, err := s.Splits(ctx, connector.Offset(from), got)
		if err != nil {
			t.Fatal(err)
		}
		w.equal(to, w.lines(s, sp), want)
	}
	step("", `{"logOffset":0}`, "1", "2")
	step(`{"logOffset":0}`, `{"logOffset":1}`, "3")
	step(`{"logOffset":1}`, `{"logOffset":1}`)
	w.Put("/in/2", "changed") // same name: not read again
	step(`{"logOffset":1}`, `{"logOffset":1}`)
	w.Put("/in/4", "4")
	s = w.source(true) // a restart
	step(`{"logOffset":1}`, `{"logOffset":2}`, "4")
	s = w.source(true)
	step(`{"logOffset":1}`, `{"logOffset":2}`, "4") // logged, not yet in the offset log
	data, err := vfs.ReadFile(w.Env.FS, "/ck/sources/0/1")
	if want := "v1\n" + `{"path":"file:///in/3","timestamp":1700000003000,"batchId":1,"crc32c":"014a1f66"}`; string(data) != want {
		t.Errorf("log %q, %v; want %q", data, err, want)
	}
}

func TestStreamCompactsItsLog(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.opts["maxFilesPerTrigger"] = "1"
	w.opts["cleanSource"] = "delete"
	for i := range 25 {
		w.Put(fmt.Sprintf("/in/%02d", i), "row")
	}
	s := w.source(true)
	var at connector.Offset
	for i := range 25 {
		next, err := s.Latest(ctx, at, connector.Limit{})
		if err != nil {
			t.Fatal(err)
		}
		sp, err := s.Splits(ctx, at, next)
		if err != nil || len(sp) != 1 || sp[0].ID != fmt.Sprintf("file:///in/%02d", i) {
			t.Fatal(sp, err)
		}
		at = next
		w.At = w.At.Add(time.Hour)
		if err := s.Forget(ctx, at); err != nil {
			t.Fatal(err)
		}
	}
	es, _ := w.Env.FS.List("/ck/sources/0")
	var names []string
	for _, e := range es {
		names = append(names, e.Name)
	}
	w.equal("log", names, []string{"19.compact", "20", "21", "22", "23", "24"})
	left, _ := w.Env.FS.List("/in")
	if len(left) != 0 {
		t.Error("not cleaned:", left)
	}
	w.Put("/in/new", "new")
	s = w.source(true)
	next, err := s.Latest(ctx, at, connector.Limit{})
	if err != nil || string(next) != `{"logOffset":25}` {
		t.Error(string(next), err)
	}
}

func TestAllTakesEverything(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.opts["maxFilesPerTrigger"] = "1"
	for _, n := range []string{"1", "2", "3"} {
		w.Put("/in/"+n, n)
	}
	s := w.source(true)
	first, err := s.Latest(ctx, nil, connector.Limit{})
	if err != nil {
		t.Fatal(err)
	}
	w.Put("/in/4", "4")
	second, err := s.Latest(ctx, first, connector.Limit{All: true})
	if err != nil {
		t.Fatal(err)
	}
	sp, err := s.Splits(ctx, first, second)
	if err != nil {
		t.Fatal(err)
	}
	w.equal("the rest", w.lines(s, sp), []string{"2", "3", "4"})
}

func TestSnapshotStops(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.Put("/in/1", "1")
	s := w.source(true)
	if err := s.(connector.Snapshotter).Snapshot(ctx); err != nil {
		t.Fatal(err)
	}
	w.Put("/in/2", "2")
	first, _ := s.Latest(ctx, nil, connector.Limit{})
	second, _ := s.Latest(ctx, first, connector.Limit{})
	if string(first) != `{"logOffset":0}` || string(second) != string(first) {
		t.Error(string(first), string(second))
	}
	sp, _ := s.Splits(ctx, nil, first)
	w.equal("rows", w.lines(s, sp), []string{"1"})
}

func TestStreamOptions(t *testing.T) {
	for _, c := range []struct{ name, value string }{
		{"maxFilesPerTrigger", "0"}, {"maxFilesPerTrigger", "x"}, {"maxBytesPerTrigger", "-1"}, {"latestFirst", "maybe"},
		{"maxFileAge", "soon"}, {"cleanSource", "burn"}, {"cleanSource", "archive"}, {"maxCachedFiles", "-1"},
		{"discardCachedInputRatio", "2"}, {"modifiedBefore", "2024-01-01T00:00:00"},
	} {
		w := newWorld(t)
		w.Put("/in/1", "1")
		w.opts[c.name] = c.value
		if _, err := w.open(true); err == nil {
			t.Errorf("%s=%s was taken", c.name, c.value)
		}
	}
}
