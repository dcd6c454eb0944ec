package json

import (
	"context"
	"errors"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/connector/file/filetest"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

type world struct {
	*filetest.Disk
	req connector.Request
}

var table = sqltype.NewStruct(sqltype.F("k", sqltype.String), sqltype.F("v", sqltype.Int))

func newWorld(t *testing.T) *world {
	d := filetest.New(t)
	return &world{d, connector.Request{Env: d.Env, Options: connector.Options{"path": "/out"}, Schema: table, Streaming: true}}
}

func (w *world) sink() (connector.Sink, error) { return Connector().Sink(context.Background(), w.req) }

func (w *world) open() connector.Sink {
	w.Helper()
	s, err := w.sink()
	if err != nil {
		w.Fatal(err)
	}
	return s
}

func (w *world) prepare(s connector.Sink, e connector.Epoch, task int, rows ...columnar.Row) connector.Receipt {
	w.Helper()
	ctx := context.Background()
	wr, err := s.Writer(ctx, e, task)
	if err != nil {
		w.Fatal(err)
	}
	b := columnar.NewBatch(table)
	for _, r := range rows {
		for i, c := range b.Cols {
			c.AppendValue(r[i])
		}
		b.Len++
	}
	if err := wr.Write(ctx, b); err != nil {
		w.Fatal(err)
	}
	r, err := wr.Prepare(ctx)
	if err != nil {
		w.Fatal(err)
	}
	return r
}

func (w *world) commit(s connector.Sink, e connector.Epoch, r ...connector.Receipt) {
	w.Helper()
	if err := s.Commit(context.Background(), e, r); err != nil {
		w.Fatal(err)
	}
}

// read returns the rows a batch read of the folder sees.
func (w *world) read(dir string) []string {
	w.Helper()
	ctx := context.Background()
	s, err := Connector().Source(ctx, connector.Request{Env: w.req.Env, Options: connector.Options{"path": dir}, Schema: table})
	if err != nil {
		w.Fatal(err)
	}
	out, err := filetest.Batch(s, " ")
	if err != nil {
		w.Fatal(err)
	}
	if s.Schema().Index("k") > 0 { // of the folders' names
		for i, row := range out {
			v, k, _ := strings.Cut(row, " ")
			out[i] = k + " " + v
		}
	}
	slices.Sort(out)
	return out
}

func (w *world) rows(dir string, want ...string) {
	w.Helper()
	if got := w.read(dir); !slices.Equal(got, want) {
		w.Errorf("%s holds %q, want %q", dir, got, want)
	}
}

var uuid = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// files lists a tree with identifiers left out.
func (w *world) files(dir string) (out []string) {
	es, _ := w.Env.FS.List(dir)
	for _, e := range es {
		p := path.Join(dir, e.Name)
		if e.Dir {
			out = append(out, w.files(p)...)
		} else {
			out = append(out, uuid.ReplaceAllString(p, "U"))
		}
	}
	return out
}

func TestStreamSink(t *testing.T) {
	w := newWorld(t)
	s := w.open()
	r := []connector.Receipt{w.prepare(s, 0, 0, columnar.Row{"a", int32(1)}, columnar.Row{nil, int32(2)}), w.prepare(s, 0, 1, columnar.Row{"b", int32(3)})}
	w.rows("/out")
	w.commit(s, 0, r...)
	w.commit(s, 0, r...) // again: nothing happens
	w.rows("/out", "<nil> 2", "a 1", "b 3")
	data, err := vfs.ReadFile(w.Env.FS, "/out/_spark_metadata/0")
	if err == nil {
		data, err = vfs.CheckLines(data)
	}
	want := "v1\n" + `{"path":"file:///out/part-00000-U-c000.json","size":24,"isDir":false,"modificationTime":1700000000000,"blockReplication":1,"blockSize":33554432,"action":"add"}` +
		"\n" + `{"path":"file:///out/part-00001-U-c000.json","size":16,"isDir":false,"modificationTime":1700000000000,"blockReplication":1,"blockSize":33554432,"action":"add"}`
	if got := uuid.ReplaceAllString(string(data), "U"); err != nil || got != want {
		t.Errorf("log %v\n%s\nwant\n%s", err, got, want)
	}
	// Another attempt at epoch 1 is lost, its receipts cannot be committed.
	lost := w.prepare(s, 1, 0, columnar.Row{"x", int32(9)})
	if err := s.Abort(context.Background(), 1, []connector.Receipt{lost}); err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(context.Background(), 1, []connector.Receipt{lost}); !errors.Is(err, connector.ErrLost) {
		t.Error(err)
	}
	for e := connector.Epoch(1); e < 23; e++ {
		w.At = w.At.Add(time.Hour)
		s = w.open() // a restart
		w.commit(s, e, w.prepare(s, e, 0, columnar.Row{"n", int32(e)}))
	}
	if got := len(w.read("/out")); got != 25 {
		t.Error(got, "rows")
	}
	if got := w.files("/out/_spark_metadata"); !slices.Equal(got, []string{"/out/_spark_metadata/19.compact", "/out/_spark_metadata/20", "/out/_spark_metadata/21", "/out/_spark_metadata/22"}) {
		t.Error(got)
	}
}

func TestPartitionedSink(t *testing.T) {
	w := newWorld(t)
	w.req.Partition = []string{"k"}
	s := w.open()
	w.commit(s, 0, w.prepare(s, 0, 0, columnar.Row{"a", int32(1)}, columnar.Row{nil, int32(2)}, columnar.Row{"x/y z=%", int32(3)}, columnar.Row{"a", int32(4)}))
	want := []string{"/out/_spark_metadata/0", "/out/k=__HIVE_DEFAULT_PARTITION__/part-00000-U.c000.json", "/out/k=a/part-00000-U.c000.json", "/out/k=x%2Fy z%3D%25/part-00000-U.c000.json"}
	if got := w.files("/out"); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	data, _ := vfs.ReadFile(w.Env.FS, "/out/_spark_metadata/0")
	if !strings.Contains(string(data), "file:///out/k=x%252Fy%20z%253D%2525/part-") {
		t.Errorf("%s", data)
	}
	w.rows("/out", "<nil> 2", "a 1", "a 4", "x/y z=% 3")
}

func TestBatchSink(t *testing.T) {
	w := newWorld(t)
	w.req.Streaming = false
	write := func(save connector.Save, v int32) {
		t.Helper()
		w.req.Save = save
		s := w.open()
		r := w.prepare(s, 0, 0, columnar.Row{"a", v})
		before := w.files("/out")
		if slices.ContainsFunc(before, func(p string) bool {
			return strings.HasPrefix(path.Base(p), "part") && !strings.Contains(p, "_temporary")
		}) != (v > 1) {
			t.Error("seen before Commit:", before)
		}
		w.commit(s, 0, r)
		w.commit(s, 0, r)
	}
	write(connector.SaveErrorIfExists, 1)
	if got := w.files("/out"); !slices.Equal(got, []string{"/out/_SUCCESS", "/out/part-00000-U-c000.json"}) {
		t.Error(got)
	}
	if _, err := w.sink(); sparkerr.ClassOf(err) != "PATH_ALREADY_EXISTS" {
		t.Error(err)
	}
	write(connector.SaveAppend, 2)
	w.rows("/out", "a 1", "a 2")
	write(connector.SaveIgnore, 3)
	w.rows("/out", "a 1", "a 2")
	write(connector.SaveOverwrite, 4)
	w.rows("/out", "a 4")
}

func TestDynamicOverwrite(t *testing.T) {
	w := newWorld(t)
	w.req.Streaming, w.req.Save, w.req.Partition = false, connector.SaveOverwrite, []string{"k"}
	for _, step := range []struct {
		mode string
		row  columnar.Row
		want []string
	}{
		{"static", columnar.Row{"a", int32(1)}, []string{"a 1"}}, {"dynamic", columnar.Row{"b", int32(2)}, []string{"a 1", "b 2"}},
		{"dynamic", columnar.Row{"a", int32(3)}, []string{"a 3", "b 2"}}, {"static", columnar.Row{"c", int32(4)}, []string{"c 4"}},
	} {
		w.req.Options["partitionOverwriteMode"] = step.mode
		s := w.open()
		w.commit(s, 0, w.prepare(s, 0, 0, step.row))
		w.rows("/out", step.want...)
	}
}

func TestSinkErrors(t *testing.T) {
	for _, c := range []struct {
		class  string
		change func(*connector.Request)
	}{
		{"STREAMING_OUTPUT_MODE.UNSUPPORTED_DATASOURCE", func(r *connector.Request) { r.Mode = connector.Update }},
		{"_LEGACY_ERROR_TEMP_2047", func(r *connector.Request) { r.Options = nil }},
		{"ALL_PARTITION_COLUMNS_NOT_ALLOWED", func(r *connector.Request) { r.Partition = []string{"k", "v"} }},
		{"_LEGACY_ERROR_TEMP_1131", func(r *connector.Request) { r.Partition = []string{"zz"} }},
		{"EMPTY_SCHEMA_NOT_SUPPORTED_FOR_DATASOURCE", func(r *connector.Request) { r.Schema = &sqltype.Struct{} }},
		{"CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION", func(r *connector.Request) { r.Options["compression"] = "lzo" }},
	} {
		w := newWorld(t)
		c.change(&w.req)
		if _, err := w.sink(); sparkerr.ClassOf(err) != c.class {
			t.Errorf("%v, want %s", err, c.class)
		}
	}
}

// At whatever call the power fails while epochs are committed: afterwards each
// committed epoch is there whole, and those that were not can be run again.
func TestPowerCuts(t *testing.T) {
	ctx := context.Background()
	for cut := 1; ; cut++ {
		w := newWorld(t)
		disk := w.Env.FS.(*simfs.Disk)
		w.Env.FS = simfs.NewFaults(simfs.CutAt(cut)).Wrap(disk)
		run := func(from connector.Epoch) (connector.Epoch, error) {
			s, err := w.sink()
			if err != nil {
				return from, err
			}
			for e := from; e < 3; e++ {
				wr, err := s.Writer(ctx, e, 0)
				if err != nil {
					return e, err
				}
				b := columnar.NewBatch(table)
				b.Cols[0].AppendValue("k")
				b.Cols[1].AppendValue(int32(e))
				b.Len = 1
				var r connector.Receipt
				if err = wr.Write(ctx, b); err == nil {
					r, err = wr.Prepare(ctx)
				}
				if err == nil {
					err = s.Commit(ctx, e, []connector.Receipt{r})
				}
				if err != nil {
					return e, err
				}
			}
			return 3, nil
		}
		at, err := run(0)
		if err == nil {
			if cut < 20 {
				t.Fatal("only", cut, "calls")
			}
			return
		}
		w.Env.FS = disk.Recover(uint64(cut))
		if _, err := run(at); err != nil {
			t.Fatal("cut", cut, err)
		}
		w.rows("/out", "k 0", "k 1", "k 2")
	}
}
