package parquet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/apache/arrow-go/v18/parquet"
	pq "github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector/file"
	"github.com/spatestream/spate/sqltype"
)

const flat = "a BOOLEAN, b TINYINT, c SMALLINT, d INT, e BIGINT, f FLOAT, g DOUBLE, h DECIMAL(5,2), i DECIMAL(18,4), j DECIMAL(38,10), k STRING, l BINARY, m DATE, n TIMESTAMP, o TIMESTAMP_NTZ, few STRING, one INT, none STRING"

// pagesOf writes the batches with the given properties.
func pagesOf(t testing.TB, s *sqltype.Struct, batches []*columnar.Batch, opts ...parquet.WriterProperty) []byte {
	t.Helper()
	fields, err := nodesOf(s)
	if err != nil {
		t.Fatal(err)
	}
	root, err := schema.NewGroupNode("spark_schema", parquet.Repetitions.Required, fields, -1)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	pw, err := pq.NewParquetWriterWithError(onlyWriter{&out}, root, pq.WithWriterProps(parquet.NewWriterProperties(opts...)))
	if err != nil {
		t.Fatal(err)
	}
	w := &writer{out: pw}
	for _, f := range s.Fields {
		w.columns = append(w.columns, newOutput(f.Type, 1, 0, &w.leaves))
	}
	for i, b := range batches {
		if err := w.Write(b); err != nil {
			t.Fatal(err)
		}
		if i == 2 {
			if err := w.end(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// cells reads a file column by column; slow says that only leaves read.
func cells(t testing.TB, in file.Input, s *sqltype.Struct, slow bool) (lines [][]string, dicts int) {
	t.Helper()
	x, err := (&codec{}).Reader(in, s, everything(s))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	r := x.(*rows)
	if slow {
		clear(r.chunks)
	}
	b := columnar.NewBatch(s)
	for {
		if err := r.Read(context.Background(), b); errors.Is(err, io.EOF) {
			return lines, dicts
		} else if err != nil {
			t.Fatal(err)
		}
		for i := range b.Len {
			row := make([]string, len(b.Cols))
			for c, v := range b.Cols {
				if v.Len != b.Len {
					t.Fatalf("column %d has %d rows of %d", c, v.Len, b.Len)
				}
				row[c] = fmt.Sprint(v.Value(i))
			}
			lines = append(lines, row)
		}
		for _, v := range b.Cols {
			if v.Dict != nil {
				dicts++
			}
		}
	}
}

// The pages that chunk decodes hold what the library's readers find in them:
// both versions of pages, with and without dictionaries, with dictionaries
// given up in the midst of a chunk, many pages and one.
func TestPagesAgainstLeaves(t *testing.T) {
	s := ddl(t, flat)
	r := rand.New(rand.NewPCG(7, 7))
	var batches []*columnar.Batch
	for n := range 5 {
		b := columnar.NewBatch(s)
		for range 1000 + n {
			for i, f := range s.Fields {
				var x any
				switch f.Name {
				case "few":
					x = fmt.Sprint("word ", r.IntN(3))
				case "one":
					x = int32(n)
				case "none":
				default:
					x = random(r, f.Type, n > 0)
				}
				b.Cols[i].AppendValue(x)
			}
			b.Len++
		}
		batches = append(batches, b)
	}
	v2 := parquet.WithDataPageVersion(parquet.DataPageV2)
	small := parquet.WithDataPageSize(1000)
	for name, opts := range map[string][]parquet.WriterProperty{
		"dictionary": nil, "plain": {parquet.WithDictionaryDefault(false)}, "fall back": {parquet.WithDictionaryPageSizeLimit(200)},
		"small pages": {small}, "small plain pages": {small, parquet.WithDictionaryDefault(false)}, "small pages that fall back": {small, parquet.WithDictionaryPageSizeLimit(2000)},
		"version 2": {v2}, "version 2, small plain": {v2, small, parquet.WithDictionaryDefault(false)}, "version 2, falls back": {v2, small, parquet.WithDictionaryPageSizeLimit(2000)},
		"delta": {v2, parquet.WithDictionaryDefault(false), parquet.WithEncodingFor("e", parquet.Encodings.DeltaBinaryPacked), parquet.WithEncodingFor("k", parquet.Encodings.DeltaByteArray), parquet.WithEncodingFor("few", parquet.Encodings.DeltaLengthByteArray)},
	} {
		t.Run(name, func(t *testing.T) {
			in := input(t, pagesOf(t, s, batches, opts...))
			want, _ := cells(t, in, s, true)
			got, dicts := cells(t, in, s, false)
			if len(got) != len(want) || len(got) != 5010 {
				t.Fatal(len(got), "rows of", len(want))
			}
			for i := range want {
				for c := range want[i] {
					if got[i][c] != want[i][c] {
						t.Fatalf("row %d column %s: %s, want %s", i, s.Fields[c].Name, got[i][c], want[i][c])
					}
				}
			}
			if name == "dictionary" && dicts == 0 {
				t.Error("no column stayed a dictionary")
			}
		})
	}
}

// Runs and packed values of every width come back.
func TestHybrid(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for width := 0; width <= 32; width++ {
		var data []byte
		var want []int32
		mask := uint32(uint64(1)<<width - 1)
		for range 20 {
			if r.IntN(2) == 0 {
				n, x := 1+r.IntN(40), r.Uint32()&mask
				data = appendUvarint(data, uint64(n)<<1)
				for i := range (width + 7) / 8 {
					data = append(data, byte(x>>(8*i)))
				}
				for range n {
					want = append(want, int32(x))
				}
				continue
			}
			groups := 1 + r.IntN(4)
			data = appendUvarint(data, uint64(groups)<<1|1)
			packed := make([]byte, groups*width)
			for i := range groups * 8 {
				x := r.Uint32() & mask
				for b := range width {
					packed[(i*width+b)/8] |= byte(x>>b&1) << ((i*width + b) % 8)
				}
				want = append(want, int32(x))
			}
			data = append(data, packed...)
		}
		var h hybrid
		h.start(data, width)
		for at := 0; at < len(want); {
			got := make([]int32, min(1+r.IntN(30), len(want)-at))
			if err := h.codes(got); err != nil {
				t.Fatal(width, err)
			}
			for i, x := range got {
				if x != want[at+i] {
					t.Fatalf("width %d value %d: %d, want %d", width, at+i, x, want[at+i])
				}
			}
			at += len(got)
		}
		if err := h.codes(make([]int32, 1)); err == nil {
			t.Error("values behind the end")
		}
	}
}

func appendUvarint(b []byte, x uint64) []byte {
	for ; x >= 0x80; x >>= 7 {
		b = append(b, byte(x)|0x80)
	}
	return append(b, byte(x))
}

// Whatever the bytes: values or an error, never more memory than asked for.
func FuzzHybrid(f *testing.F) {
	f.Add([]byte{3, 0x88, 0xc6, 0xfa}, 3, 8)
	f.Add([]byte{8, 1}, 1, 4)
	f.Fuzz(func(_ *testing.T, data []byte, width, n int) {
		if width < 0 || width > 32 || n < 0 || n > 1000 {
			return
		}
		var h hybrid
		h.start(data, width)
		_ = h.codes(make([]int32, n))
		h.start(data, 1)
		_, _ = h.marks(columnar.NewBitmap(n), 0, n)
	})
}
