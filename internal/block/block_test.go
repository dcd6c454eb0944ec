package block

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/columnartest"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

func encode(t testing.TB, c Codec, b *columnar.Batch) []byte {
	t.Helper()
	data, err := NewEncoder(c).Append([]byte("before"), b)
	if err != nil {
		t.Fatal(err)
	}
	return data[len("before"):]
}

func TestRoundTrip(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 3))
		s := columnartest.Schema(r, r.IntN(4), 2)
		in, vals := columnartest.Batch(r, s, r.IntN(200))
		c := Codec(seed % 3)
		data := encode(t, c, in)
		d, out := NewDecoder("x"), columnar.NewBatch(s)
		for range 2 { // into used buffers too
			n, err := d.Decode(append(data, 1, 2, 3), out)
			if err != nil || n != len(data) {
				t.Fatalf("%s: %d of %d bytes, %v", s, n, len(data), err)
			}
			check(t, in, out, vals)
		}
		d.Close()
	}
}

func check(t *testing.T, in, out *columnar.Batch, vals [][]any) {
	t.Helper()
	if out.Len != in.Rows() || (in.Hash == nil) != (out.Hash == nil) || out.Sel != nil {
		t.Fatalf("%d rows, want %d", out.Len, in.Rows())
	}
	for k := range out.Hash {
		if out.Hash[k] != in.Hash[in.RowAt(k)] {
			t.Fatal("hashes differ")
		}
	}
	for i, c := range out.Cols {
		if got := columnartest.Values(c); !reflect.DeepEqual(got, vals[i]) {
			t.Fatalf("column %d %s\ngot  %v\nwant %v", i, c.Type, got, vals[i])
		}
	}
}

// The bytes of docs/formats/block.md.
func TestBytes(t *testing.T) {
	s := sqltype.NewStruct(sqltype.F("n", sqltype.Int), sqltype.F("s", sqltype.String))
	b := columnar.NewBatch(s)
	b.Cols[0].AppendValue(int32(7))
	b.Cols[0].AppendValue(nil)
	b.Cols[1].AppendValue("ab")
	b.Cols[1].AppendValue("c")
	b.Len, b.Hash = 2, []uint32{0x01020304, 5}
	want := []byte{
		2, 0, 0, 0, // rows
		1, 4, 3, 2, 1, 5, 0, 0, 0, // hashes
		1, 1, 7, 0, 0, 0, 0, 0, 0, 0, // n: nulls, bitmap, values
		0, 2, 0, 0, 0, 1, 0, 0, 0, 'a', 'b', 'c', // s: no nulls, lengths, text
	}
	got := encode(t, Plain, b)
	if !bytes.Equal(got[HeaderSize:], want) {
		t.Fatalf("got  %v\nwant %v", got[HeaderSize:], want)
	}
	head := []byte{'S', 'P', 'B', '1', 0, 0, 0, 0, 35, 0, 0, 0, 35, 0, 0, 0, 0, 0, 0, 0}
	sum := crc32.Checksum(append(bytes.Clone(head[8:]), want...), castagnoli)
	binary.LittleEndian.PutUint32(head[4:], sum)
	if !bytes.Equal(got[:HeaderSize], head) {
		t.Fatalf("got  %v\nwant %v", got[:HeaderSize], head)
	}
}

func TestEveryFlippedBitIsNoticed(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	s := sqltype.NewStruct(sqltype.F("n", sqltype.Int), sqltype.F("s", sqltype.String))
	in, _ := columnartest.Batch(r, s, 5)
	data := encode(t, Plain, in)
	for bit := range 8 * len(data) {
		mutant := bytes.Clone(data)
		mutant[bit/8] ^= 1 << (bit % 8)
		if _, err := NewDecoder("the file").Decode(mutant, columnar.NewBatch(s)); !isCorrupt(err) {
			t.Fatalf("bit %d: %v", bit, err)
		}
	}
	for n := range len(data) {
		if _, err := NewDecoder("the file").Decode(data[:n], columnar.NewBatch(s)); !isCorrupt(err) {
			t.Fatalf("cut to %d: %v", n, err)
		}
	}
}

func isCorrupt(err error) bool {
	var e *sparkerr.Error
	return errors.As(err, &e) && e.Kind == sparkerr.Corruption
}

func TestReader(t *testing.T) {
	s := sqltype.NewStruct(sqltype.F("n", sqltype.Long))
	e, data := NewEncoder(Plain), []byte("head")
	b := columnar.NewBatch(s)
	for i := range int64(3) {
		b.Reset()
		columnar.AppendFixed(b.Cols[0], i)
		b.Len = 1
		data, _ = e.Append(data, b)
	}
	r := NewReader(bytes.NewReader(data), 4, int64(len(data)), "f")
	defer r.Close()
	for i := range int64(3) {
		if err := r.Next(b); err != nil || b.Cols[0].Value(0) != i {
			t.Fatal(i, err)
		}
	}
	if err := r.Next(b); err != io.EOF {
		t.Fatal(err)
	}
	cut := NewReader(bytes.NewReader(data), 4, int64(len(data)-1), "f")
	cut.Next(b)
	cut.Next(b)
	if err := cut.Next(b); !isCorrupt(err) {
		t.Fatal(err)
	}
}

// FuzzDecode feeds bodies with good headers: whatever they hold, the result is
// an error or a batch that can be read and written again.
func FuzzDecode(f *testing.F) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 4))
		in, _ := columnartest.Batch(r, columnartest.Schema(r, 2, 2), 20)
		f.Add(seed, byte(seed%3), encode(f, Codec(seed%3), in)[HeaderSize:])
	}
	f.Fuzz(func(t *testing.T, seed uint64, codec byte, body []byte) {
		s := columnartest.Schema(rand.New(rand.NewPCG(seed, 4)), 2, 2)
		h := header{stored: uint32(len(body)), inflated: uint32(len(body)), codec: Codec(codec % 3)}
		if h.codec != Plain && len(body) >= 4 {
			h.inflated = binary.LittleEndian.Uint32(body) % (1 << 16)
		}
		data := append(make([]byte, HeaderSize), body...)
		h.put(data)
		h.sum = crc32.Checksum(data[8:], castagnoli)
		h.put(data)
		b, d := columnar.NewBatch(s), NewDecoder("f")
		defer d.Close()
		if _, err := d.Decode(data, b); err != nil {
			if !isCorrupt(err) {
				t.Fatal(err)
			}
			return
		}
		if b.Len > 1<<16 { // void columns take no bytes
			return
		}
		again := columnar.NewBatch(s)
		if _, err := d.Decode(encode(t, Plain, b), again); err != nil {
			t.Fatal(err)
		}
		for i, c := range again.Cols {
			if !reflect.DeepEqual(fmt.Sprint(columnartest.Values(c)), fmt.Sprint(columnartest.Values(b.Cols[i]))) {
				t.Fatal("a decoded block changes when it is written again")
			}
		}
	})
}

func benchBatch() *columnar.Batch {
	r := rand.New(rand.NewPCG(1, 5))
	b := columnar.NewBatch(sqltype.NewStruct(sqltype.F("k", sqltype.Long), sqltype.F("s", sqltype.String), sqltype.F("n", sqltype.Long)))
	for range columnar.MaxRows {
		columnar.AppendFixed(b.Cols[0], r.Int64())
		b.Cols[1].AppendText(fmt.Append(nil, "customer-", r.IntN(1e6)))
		columnar.AppendFixed(b.Cols[2], r.Int64N(1000))
		b.Hash = append(b.Hash, r.Uint32())
		b.Len++
	}
	return b
}

func BenchmarkEncode(b *testing.B) {
	for c, name := range []string{"plain", "s2", "zstd"} {
		b.Run(name, func(b *testing.B) {
			in, e := benchBatch(), NewEncoder(Codec(c))
			var data []byte
			b.ReportAllocs()
			for b.Loop() {
				data, _ = e.Append(data[:0], in)
			}
			b.SetBytes(int64(in.Size()))
			b.ReportMetric(float64(len(data))/float64(in.Len), "B/row")
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	for c, name := range []string{"plain", "s2", "zstd"} {
		b.Run(name, func(b *testing.B) {
			in := benchBatch()
			data, out, d := encode(b, Codec(c), in), columnar.NewBatch(in.Schema), NewDecoder("x")
			b.ReportAllocs()
			for b.Loop() {
				if _, err := d.Decode(data, out); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(int64(in.Size()))
		})
	}
}
