package parquet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/connector/file"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

const all = "a BOOLEAN, b TINYINT, c SMALLINT, d INT, e BIGINT, f FLOAT, g DOUBLE, h DECIMAL(5,2), i DECIMAL(18,4), j DECIMAL(38,10), k STRING, l BINARY, m DATE, n TIMESTAMP, o TIMESTAMP_NTZ, " +
	"p ARRAY<INT>, q MAP<STRING,BIGINT>, r STRUCT<x:INT,y:STRING>, s ARRAY<ARRAY<STRING>>, t ARRAY<STRUCT<u:INT,v:ARRAY<INT>>>, w MAP<STRING,STRUCT<z:MAP<INT,STRING>>>, x INTERVAL DAY TO SECOND"

func ddl(t testing.TB, text string) *sqltype.Struct {
	t.Helper()
	s, err := sqltype.ParseDDL(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// random returns a value of the type in its Go form.
func random(r *rand.Rand, t sqltype.Type, nulls bool) any {
	if nulls && r.IntN(5) == 0 {
		return nil
	}
	switch t := t.(type) {
	case *sqltype.Array:
		out := make([]any, r.IntN(4))
		for i := range out {
			out[i] = random(r, t.Elem, true)
		}
		return out
	case *sqltype.Map:
		out := make([]columnar.Entry, r.IntN(4))
		for i := range out {
			out[i] = columnar.Entry{Key: random(r, t.Key, false), Value: random(r, t.Value, true)}
		}
		return out
	case *sqltype.Struct:
		out := make(columnar.Row, len(t.Fields))
		for i, f := range t.Fields {
			out[i] = random(r, f.Type, true)
		}
		return out
	case sqltype.Decimal:
		u, _ := decimal.Rescale(decimal.FromInt64(r.Int64N(1000)-500), 0, uint8(t.Scale))
		if t.Precision > 20 && r.IntN(2) == 0 {
			u, _ = u.Mul(decimal.Pow10(15))
		}
		return decimal.Decimal{Unscaled: u, Precision: uint8(t.Precision), Scale: uint8(t.Scale)}
	}
	switch t.Kind() {
	case sqltype.KindBoolean:
		return r.IntN(2) == 0
	case sqltype.KindByte:
		return int8(r.Uint32())
	case sqltype.KindShort:
		return int16(r.Uint32())
	case sqltype.KindInt:
		return int32(r.Uint32())
	case sqltype.KindLong:
		return int64(r.Uint64())
	case sqltype.KindFloat:
		return float32(r.NormFloat64())
	case sqltype.KindDouble:
		return r.NormFloat64()
	case sqltype.KindDate:
		return columnar.Date(r.Int32N(50000))
	case sqltype.KindTimestamp:
		return eventtime.Time(r.Int64())
	case sqltype.KindTimestampNTZ:
		return columnar.LocalTime(r.Int64())
	case sqltype.KindDayTime:
		return columnar.Micros(r.Int64())
	case sqltype.KindBinary:
		return []byte(strings.Repeat("b", r.IntN(5)))
	}
	return strings.Repeat("é", r.IntN(3)) + fmt.Sprint(r.IntN(50))
}

func write(t testing.TB, o connector.Options, s *sqltype.Struct, batches ...*columnar.Batch) []byte {
	t.Helper()
	c, err := format{}.Open(connector.Request{Options: o})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w, err := c.Writer(&out, s)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range batches {
		if err := w.Write(b); err != nil {
			t.Fatal(err)
		}
		if o["group"] != "" {
			if err := w.(*writer).end(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func input(t testing.TB, data []byte) file.Input {
	t.Helper()
	fs := simfs.New(1, func() time.Time { return time.Time{} })
	if err := vfs.WriteAtomic(fs, "/f.parquet", data, vfs.Overwrite); err != nil {
		t.Fatal(err)
	}
	in, err := file.NewInput(fs, "/f.parquet")
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func read(t testing.TB, in file.Input, s *sqltype.Struct, want connector.Wanted) ([]string, error) {
	t.Helper()
	r, err := (&codec{}).Reader(in, s, want)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b := columnar.NewBatch(s)
	var out []string
	for {
		if err := r.Read(context.Background(), b); errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		for i := range b.Len {
			var cells []string
			for _, c := range want.Columns {
				if b.Cols[c].Len != b.Len {
					t.Fatalf("column %d has %d rows of %d", c, b.Cols[c].Len, b.Len)
				}
				cells = append(cells, fmt.Sprint(b.Cols[c].Value(i)))
			}
			out = append(out, strings.Join(cells, " "))
		}
	}
}

func everything(s *sqltype.Struct) connector.Wanted {
	var w connector.Wanted
	for i := range s.Fields {
		w.Columns = append(w.Columns, i)
	}
	return w
}

// Random rows of every type, nulls and nesting come back, whatever the
// compression; also column by column.
func TestRoundTrip(t *testing.T) {
	s := ddl(t, all)
	r := rand.New(rand.NewPCG(1, 2))
	var batches []*columnar.Batch
	var want []string
	for range 3 {
		b := columnar.NewBatch(s)
		for range 3000 {
			var cells []string
			for i, f := range s.Fields {
				x := random(r, f.Type, true)
				b.Cols[i].AppendValue(x)
				cells = append(cells, fmt.Sprint(x))
			}
			want = append(want, strings.Join(cells, " "))
			b.Len++
		}
		batches = append(batches, b)
	}
	for _, name := range []string{"snappy", "none", "gzip", "zstd"} {
		in := input(t, write(t, connector.Options{"compression": name}, s, batches...))
		got, err := read(t, in, s, everything(s))
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want) {
			t.Fatal(len(got), "rows")
		}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("%s row %d\n got %s\nwant %s", name, i, got[i], want[i])
			}
		}
		inferred, err := (&codec{}).Infer(context.Background(), []file.Input{in})
		if err != nil || inferred.String() != s.String() {
			t.Errorf("%v %v", inferred, err)
		}
	}
}

// Without Spark's key the schema is that of the columns.
func TestSchemaOfColumns(t *testing.T) {
	s := ddl(t, all)
	nodes, err := nodesOf(s)
	if err != nil {
		t.Fatal(err)
	}
	got, err := typesOf(nodes)
	want := strings.ReplaceAll(s.String(), "interval day to second", "bigint")
	if err != nil || got != want {
		t.Errorf("%v\n got %s\nwant %s", err, got, want)
	}
}

func TestMissingAndWidened(t *testing.T) {
	s := ddl(t, "A INT, s STRUCT<x:INT>")
	b := columnar.NewBatch(s)
	b.Cols[0].AppendValue(int32(7))
	b.Cols[1].AppendValue(columnar.Row{int32(1)})
	b.Cols[0].AppendNull()
	b.Cols[1].AppendNull()
	b.Len = 2
	in := input(t, write(t, nil, s, b))
	other := ddl(t, "a BIGINT, none STRING, s STRUCT<y:STRING>")
	got, err := read(t, in, other, everything(other))
	if err != nil || strings.Join(got, ";") != "7 <nil> [<nil>];<nil> <nil> <nil>" {
		t.Error(got, err)
	}
	wrong := ddl(t, "a STRING")
	if _, err := read(t, in, wrong, everything(wrong)); sparkerr.ClassOf(err) != "FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH" {
		t.Error(err)
	}
}

// Row groups that statistics rule out are not read, and every range of a file
// reads its own.
func TestRowGroups(t *testing.T) {
	s := ddl(t, "n BIGINT, k STRING")
	var batches []*columnar.Batch
	for g := range 3 {
		b := columnar.NewBatch(s)
		for range columnar.MaxRows {
			columnar.AppendFixed(b.Cols[0], int64(g))
			b.Cols[1].AppendText([]byte{byte('a' + g)})
		}
		b.Len = columnar.MaxRows
		batches = append(batches, b)
	}
	in := input(t, write(t, connector.Options{"group": "each batch"}, s, batches...))
	count := func(in file.Input, f ...connector.Filter) int {
		t.Helper()
		got, err := read(t, in, s, connector.Wanted{Columns: []int{0}, Filters: f})
		if err != nil {
			t.Fatal(err)
		}
		return len(got) / columnar.MaxRows
	}
	for _, c := range []struct {
		f    connector.Filter
		want int
	}{
		{connector.Filter{Column: 0, Op: "=", Values: []any{int64(1)}}, 1}, {connector.Filter{Column: 0, Op: "<", Values: []any{int64(1)}}, 1},
		{connector.Filter{Column: 0, Op: ">=", Values: []any{int64(1)}}, 2}, {connector.Filter{Column: 0, Op: "in", Values: []any{int64(0), int64(2)}}, 2},
		{connector.Filter{Column: 1, Op: "=", Values: []any{"c"}}, 1}, {connector.Filter{Column: 1, Op: "isnull"}, 0}, {connector.Filter{Column: 0, Op: "=", Values: []any{"x"}}, 3},
	} {
		if got := count(in, c.f); got != c.want {
			t.Errorf("%v: %d row groups, want %d", c.f, got, c.want)
		}
	}
	sum := 0
	for k := range int64(5) {
		part := in
		part.Lo, part.Hi = in.Size*k/5, in.Size*(k+1)/5
		sum += count(part)
	}
	if sum != 3 {
		t.Error(sum, "row groups in five ranges")
	}
	cuts, err := (&codec{}).Cuts(in)
	if err != nil || len(cuts) == 0 || cuts[0] != 0 {
		t.Error(cuts, err)
	}
}

// Whatever the bytes: an error, or rows; no panic.
func TestMutants(t *testing.T) {
	s := ddl(t, "a INT, k STRING, p ARRAY<INT>")
	b := columnar.NewBatch(s)
	r := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		for i, f := range s.Fields {
			b.Cols[i].AppendValue(random(r, f.Type, true))
		}
		b.Len++
	}
	data := write(t, connector.Options{"compression": "none"}, s, b)
	for range 500 {
		m := bytes.Clone(data)
		for range 1 + r.IntN(3) {
			m[r.IntN(len(m))] = byte(r.Uint32())
		}
		_, _ = read(t, input(t, m), s, everything(s))
	}
}

// Files that Spark 4.3 wrote, if they are there: SPATE_SPARK_PARQUET names the
// folder.
func TestSparkFiles(t *testing.T) {
	dir := os.Getenv("SPATE_SPARK_PARQUET")
	if dir == "" {
		t.Skip("SPATE_SPARK_PARQUET is not set")
	}
	ours := ddl(t, all)
	b := columnar.NewBatch(ours)
	r := rand.New(rand.NewPCG(9, 9))
	for range 5 {
		for i, f := range ours.Fields {
			x := random(r, f.Type, true)
			if k := f.Type.Kind(); x != nil && (k == sqltype.KindTimestamp || k == sqltype.KindTimestampNTZ) {
				x = map[sqltype.Kind]any{sqltype.KindTimestamp: eventtime.Time(1e15), sqltype.KindTimestampNTZ: columnar.LocalTime(2e15)}[k]
			}
			b.Cols[i].AppendValue(x)
		}
		b.Len++
	}
	if err := os.WriteFile(path.Join(dir, "ours", "part.parquet"), write(t, nil, ours, b), 0o666); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".parquet") {
			continue
		}
		in, err := file.NewInput(vfs.OS(1), path.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		s, err := (&codec{}).footerSchema(in)
		if err != nil {
			t.Fatal(err)
		}
		got, err := read(t, in, s, everything(s))
		t.Log(s, err, got)
	}
}

func BenchmarkRead(b *testing.B) {
	s := ddl(b, "n BIGINT, k STRING")
	batch := columnar.NewBatch(s)
	r := rand.New(rand.NewPCG(1, 1))
	for range columnar.MaxRows {
		columnar.AppendFixed(batch.Cols[0], int64(r.Uint64()))
		batch.Cols[1].AppendText(fmt.Appendf(nil, "word %d", r.IntN(1000)))
	}
	batch.Len = columnar.MaxRows
	const rows = 16 * columnar.MaxRows
	var batches []*columnar.Batch
	for range 16 {
		batches = append(batches, batch)
	}
	in := input(b, write(b, connector.Options{"compression": "none"}, s, batches...))
	for name, want := range map[string][]int{"long": {0}, "string": {1}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			out := columnar.NewBatch(s)
			for b.Loop() {
				rd, err := (&codec{}).Reader(in, s, connector.Wanted{Columns: want})
				if err != nil {
					b.Fatal(err)
				}
				for rd.Read(context.Background(), out) == nil {
				}
				_ = rd.Close()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/row")
		})
	}
}
