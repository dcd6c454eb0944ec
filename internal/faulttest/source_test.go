package faulttest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/connector/file/csv"
	"github.com/spatestream/spate/connector/file/json"
	"github.com/spatestream/spate/connector/file/parquet"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
	"github.com/spatestream/spate/sqltype"
)

// Every content of a file gives its rows, the mode's answer to what is
// malformed, or an error that says what is wrong.
func TestContents(t *testing.T) {
	const ab = "a STRING, b INT"
	wide := make([]string, 10_000)
	for i := range wide {
		wide[i] = fmt.Sprintf("c%d INT", i)
	}
	deep := strings.Repeat(`{"a":`, 500) + "1" + strings.Repeat("}", 500)
	bottomless := strings.Repeat(`{"a":`, 100_000)
	for _, c := range []struct{ name, format, schema, options, data, query, want string }{
		{"empty", "json", ab, "", "", "SELECT * FROM t", ""},
		{"empty", "csv", ab, "", "", "SELECT * FROM t", ""},
		{"only line ends", "json", ab, "", "\n\r\n\n", "SELECT * FROM t", ""},
		{"no last line end", "json", ab, "", `{"a":"x","b":1}`, "SELECT * FROM t", "x,1"},
		{"no last line end", "csv", ab, "", "x,1", "SELECT * FROM t", "x,1"},
		{"CRLF", "json", ab, "", "{\"a\":\"x\",\"b\":1}\r\n{\"a\":\"y\",\"b\":2}\r\n", "SELECT * FROM t", "x,1\ny,2"},
		{"CRLF", "csv", ab, "", "x,1\r\ny,2\r\n", "SELECT * FROM t", "x,1\ny,2"},
		{"BOM", "json", ab, "", "\xef\xbb\xbf{\"a\":\"x\",\"b\":1}\n", "SELECT * FROM t", "x,1"},
		{"BOM", "csv", ab, "", "\xef\xbb\xbfx,1\n", "SELECT * FROM t", "x,1"},
		{"NUL", "json", ab, "", `{"a":"x\u0000y","b":1}` + "\n", "SELECT length(a), b FROM t", "3,1"},
		{"NUL", "csv", ab, "", "x\x00y,1\n", "SELECT length(a), b FROM t", "3,1"},
		{"a cell of 64 MiB", "json", ab, "", `{"a":"` + strings.Repeat("z", 64<<20) + `","b":7}`, "SELECT length(a), b FROM t", "67108864,7"},
		{"a cell of 64 MiB", "csv", ab, "maxCharsPerColumn '-1',", strings.Repeat("z", 64<<20) + ",7", "SELECT length(a), b FROM t", "67108864,7"},
		{"10,000 columns", "json", strings.Join(wide, ", "), "", `{"c9999":5,"c0":3}`, "SELECT c0, c1, c9999 FROM t", "3,NULL,5"},
		{"10,000 columns", "csv", strings.Join(wide, ", "), "maxColumns '20000',", strings.Repeat("1,", 9_999) + "5\n", "SELECT c0, c9999 FROM t", "1,5"},
		{"500 levels", "json", "a STRING", "", deep, "SELECT length(a) FROM t", fmt.Sprint(len(deep) - 6)},
		{"100,000 levels", "json", "a STRING", "", bottomless, "SELECT a FROM t", "NULL"},
		{"permissive", "json", ab + ", _corrupt_record STRING", "mode 'PERMISSIVE',", "{\"a\":\"x\",\"b\":1}\n{\"a\":\n", "SELECT * FROM t", "NULL,NULL,{\"a\":\nx,1,NULL"},
		{"permissive", "csv", ab + ", _corrupt_record STRING", "mode 'PERMISSIVE',", "x,1\ny,two\n", "SELECT * FROM t", "x,1,NULL\ny,NULL,y,two"},
		{"drop", "json", ab, "mode 'DROPMALFORMED',", "{\"a\":\"x\",\"b\":1}\n{\"a\":\n", "SELECT * FROM t", "x,1"},
		{"drop", "csv", ab, "mode 'DROPMALFORMED',", "x,1\ny,two\n", "SELECT * FROM t", "x,1"},
		{"fail fast", "json", ab, "mode 'FAILFAST',", "{\"a\":\"x\",\"b\":1}\n{\"a\":\n", "SELECT * FROM t", "error MALFORMED_RECORD_IN_PARSING"},
		{"fail fast", "csv", ab, "mode 'FAILFAST',", "x,1\ny,two\n", "SELECT * FROM t", "error MALFORMED_RECORD_IN_PARSING"},
	} {
		t.Run(c.format+" "+c.name, func(t *testing.T) {
			d := simfs.New(1, func() time.Time { return time.Unix(1_767_000_000, 0) })
			put(t, d, "/in/f", c.data)
			l := life{fs: d, connectors: []connector.Connector{json.Connector(), csv.Connector()}}
			got, err := l.ask("CREATE TABLE t ("+c.schema+") USING "+c.format+" OPTIONS ("+c.options+" path '/in')", c.query)
			if class, ok := strings.CutPrefix(c.want, "error "); ok {
				if err == nil || !strings.Contains(err.Error(), class) || !strings.Contains(err.Error(), "/in/f") {
					t.Errorf("got %.500q, %.500v; want %s and the file", got, err, class)
				}
			} else if err != nil || got != c.want {
				t.Errorf("got %.500q, %.500v; want %q", got, err, c.want)
			}
		})
	}
}

func put(t *testing.T, fs vfs.FS, name, data string) {
	t.Helper()
	if err := errors.Join(fs.MkdirAll("/in"), fs.MkdirAll("/tmp"), vfs.WriteAtomic(fs, name, []byte(data), vfs.Overwrite)); err != nil {
		t.Fatal(err)
	}
}

const copyKV = `CREATE TABLE src (k STRING, v BIGINT) USING json OPTIONS (%s path '/in', maxFilesPerTrigger '1'); SELECT k, v FROM STREAM src`

// Somebody does to the files of a stream what they should not.
func TestFilesThatChange(t *testing.T) {
	missing := func(d *simfs.Disk) error { return d.Remove("/in/1") }
	for _, c := range []struct {
		name, options string
		diesAt        string // "": the first life reads all
		change        func(*simfs.Disk) error
		fault         *simfs.Rule
		want          string
	}{
		{"grows after it was read", "", "", func(d *simfs.Disk) error {
			return vfs.WriteAtomic(d, "/in/1", []byte("{\"k\":\"b\",\"v\":1}\n{\"k\":\"more\",\"v\":9}\n"), vfs.Overwrite)
		}, nil, "a,0\nb,1\nc,2"},
		{"replaced after it was read", "", "", func(d *simfs.Disk) error {
			return vfs.WriteAtomic(d, "/in/1", []byte("{\"k\":\"other\",\"v\":9}\n"), vfs.Overwrite)
		}, nil, "a,0\nb,1\nc,2"},
		{"grows between listing and reading", "", "after LogOffsets", func(d *simfs.Disk) error {
			return vfs.WriteAtomic(d, "/in/1", []byte("{\"k\":\"b\",\"v\":1}\n{\"k\":\"more\",\"v\":9}\n"), vfs.Overwrite)
		}, nil, "a,0\nb,1\nc,2\nmore,9"},
		{"removed after it was read", "", "", missing, nil, "a,0\nb,1\nc,2"},
		{"removed between listing and reading", "", "after LogOffsets", missing, nil, "error FAILED_READ_FILE.FILE_NOT_EXIST"},
		{"removed, which is ignored", "ignoreMissingFiles 'true',", "after LogOffsets", missing, nil, "a,0\nc,2"},
		{"not readable", "", "after LogOffsets", nil, &simfs.Rule{Op: simfs.OpOpen, Path: "/in/1", Always: true, Err: syscall.EACCES}, "error /in/1"},
		{"on a disk with bad sectors", "", "after LogOffsets", nil, &simfs.Rule{Op: simfs.OpRead, Path: "/in/1", Always: true, Err: syscall.EIO}, "error /in/1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			now := time.Unix(1_767_000_000, 0)
			d := simfs.New(1, func() time.Time { now = now.Add(time.Second); return now })
			for i, k := range []string{"a", "b", "c"} {
				put(t, d, fmt.Sprintf("/in/%d", i), fmt.Sprintf("{\"k\":%q,\"v\":%d}\n", k, i))
			}
			out := &ledger{epochs: map[connector.Epoch][]string{}}
			l := life{fs: d, fail: dieAt(c.diesAt, 2)}
			if err := l.stream(fmt.Sprintf(copyKV, c.options), connector.Append, out, 0); err != nil && !errors.Is(err, errDied) {
				t.Fatal(err)
			}
			d.Kill()
			if c.change != nil {
				if err := c.change(d); err != nil {
					t.Fatal(err)
				}
			}
			l = life{fs: d}
			if c.fault != nil {
				l.fs = simfs.NewFaults(*c.fault).Wrap(d)
			}
			err := l.stream(fmt.Sprintf(copyKV, c.options), connector.Append, out, 0)
			if says, ok := strings.CutPrefix(c.want, "error "); ok {
				if err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "/in/1") {
					t.Errorf("got %v, want %s", err, says)
				}
			} else if got := out.text(connector.Append); err != nil || got != c.want {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

// mutable are files to be damaged.
var mutable = map[string]struct {
	c    connector.SourceConnector
	data string
}{
	"json": {json.Connector(), `{"a":"x\u00e9\n","b":12,"c":[1,2,{"d":null}],"e":{"f":1.5e3,"g":true},"h":"2026-01-01T00:00:00Z"}` + "\n" + `{"a":null,"b":-7,"c":[],"e":{"f":"NaN"}}` + "\n"},
	"csv":  {csv.Connector(), "x,12,1.5,true,2026-01-01\n\"y \"\"z\"\"\",-7,NaN,false,\n"},
}

const mutableSchema = "a STRING, b INT, c DOUBLE, d BOOLEAN, h TIMESTAMP"

// Whatever bytes a file has: rows or an error, no panic, and no more memory
// than such a file may cost.
func TestMutants(t *testing.T) {
	n := 2_000
	if long {
		n = 20_000
	}
	m := mutable
	m["parquet"] = struct {
		c    connector.SourceConnector
		data string
	}{parquet.Connector(), parquetFile(t)}
	for name, c := range m {
		t.Run(name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(3, 3))
			var before, after runtime.MemStats
			for i := range n {
				data := mutant(rng, []byte(c.data))
				runtime.ReadMemStats(&before)
				readAll(t, c.c, data, i)
				runtime.ReadMemStats(&after)
				if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
					t.Fatalf("mutant %d allocates %d MiB: %q", i, used>>20, data)
				}
			}
		})
	}
}

// mutant changes a few bytes of a file: flips, cuts, repeats, takes out.
func mutant(rng *rand.Rand, data []byte) []byte {
	out := append([]byte{}, data...)
	for range 1 + rng.IntN(4) {
		if len(out) == 0 {
			break
		}
		at := rng.IntN(len(out))
		end := min(len(out), at+1+rng.IntN(16))
		switch rng.IntN(5) {
		case 0:
			out[at] ^= 1 << rng.IntN(8)
		case 1:
			out[at] = byte(rng.Uint32())
		case 2:
			out = out[:at]
		case 3:
			out = append(out[:at], out[end:]...)
		case 4:
			out = append(out[:end:end], out[at:]...)
		}
	}
	return out
}

// readAll reads a file through its connector, as inferred or with a schema.
func readAll(t *testing.T, c connector.SourceConnector, data []byte, i int) {
	defer func() {
		if p := recover(); p != nil {
			t.Fatalf("mutant %d: panic %v: %q", i, p, data)
		}
	}()
	ctx := context.Background()
	d := simfs.New(1, func() time.Time { return time.Unix(1_767_000_000, 0) })
	put(t, d, "/in/f", string(data))
	r := connector.Request{Env: &connector.Env{Clock: newTick(), FS: d, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}, Options: connector.Options{"path": "/in"}, Zone: "UTC"}
	if i%2 == 0 {
		r.Schema, _ = sqltype.ParseDDL(mutableSchema)
	}
	s, err := c.Source(ctx, r)
	if err != nil {
		return
	}
	defer s.Close()
	splits, err := s.(connector.Bounded).Now(ctx, connector.Wanted{})
	if err != nil {
		return
	}
	want := connector.Wanted{}
	for k := range s.Schema().Fields {
		want.Columns = append(want.Columns, k)
	}
	b := columnar.NewBatch(s.Schema())
	for _, sp := range splits {
		rd, err := s.Open(ctx, sp, want)
		if err != nil {
			continue
		}
		for err == nil {
			err = rd.Read(ctx, b)
		}
		_ = rd.Close()
	}
}

// parquetFile is a file that the engine wrote.
func parquetFile(t *testing.T) string {
	t.Helper()
	d := simfs.New(1, func() time.Time { return time.Unix(1_767_000_000, 0) })
	put(t, d, "/in/f", mutable["csv"].data)
	l := life{fs: d, connectors: []connector.Connector{csv.Connector(), parquet.Connector()}}
	_, err := l.ask("CREATE TABLE t ("+mutableSchema+") USING csv OPTIONS (path '/in'); CREATE TABLE p USING parquet OPTIONS (path '/out') AS SELECT *, array(a, a) AS l FROM t", "SELECT 1")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range filesBelow(t, d, "/out") {
		if strings.HasSuffix(name, ".parquet") {
			data, err := vfs.ReadFile(d, name)
			if err != nil {
				t.Fatal(err)
			}
			return string(data)
		}
	}
	t.Fatal("no file was written")
	return ""
}
