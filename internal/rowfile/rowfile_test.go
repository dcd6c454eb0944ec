package rowfile

import (
	"bytes"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/spatestream/spate/internal/spill"
	"github.com/spatestream/spate/sparkerr"
)

// memory is a file for reading.
type memory []byte

func (m memory) ReadAt(p []byte, at int64) (int, error) { return bytes.NewReader(m).ReadAt(p, at) }
func (m memory) Size() (int64, error)                   { return int64(len(m)), nil }
func (m memory) Close() error                           { return nil }

type visit struct {
	User string
	Tags []string
	At   *int64
}

func visits(n int) []visit {
	at := int64(9)
	out := make([]visit, n)
	for i := range out {
		out[i] = visit{User: fmt.Sprint("user ", i)}
		if i%3 == 0 {
			out[i].Tags, out[i].At = []string{"a", "b"}, &at
		}
	}
	return out
}

func codecOf[T any](t testing.TB) *spill.Codec[T] {
	c, err := spill.CodecOf[T]()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func written[T any](t testing.TB, rows []T, compress bool) []byte {
	var out bytes.Buffer
	w, err := NewWriter(&out, codecOf[T](t), compress, 1, 3)
	for i := 0; i < len(rows) && err == nil; i += 100 {
		err = w.Add(rows[i:min(i+100, len(rows))])
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func read[T any](t testing.TB, data []byte) ([]T, error) {
	r, err := NewReader(memory(data), "part-00001", codecOf[T](t))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var out []T
	for {
		rows, err := r.Next()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		out = append(out, rows.([]T)...)
	}
}

func TestThereAndBack(t *testing.T) {
	for _, n := range []int{0, 1, 20000} {
		for _, compress := range []bool{false, true} {
			data := written(t, visits(n), compress)
			got, err := read[visit](t, data)
			if err != nil || len(got) != n || n > 0 && !reflect.DeepEqual(got, visits(n)) {
				t.Errorf("%d rows: got %d, %v", n, len(got), err)
			}
			if h, err := ReadHead(memory(data), "x"); err != nil || h.Part != 1 || h.Parts != 3 {
				t.Errorf("head %+v, %v", h, err)
			}
		}
	}
}

// A later form of the program reads what a former one wrote.
func TestFieldsMatchByName(t *testing.T) {
	type later struct {
		Added *string
		Tags  []string
		User  string
	}
	got, err := read[later](t, written(t, visits(4), true))
	if err != nil || len(got) != 4 || got[3].User != "user 3" || len(got[3].Tags) != 2 || got[3].Added != nil {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := read[int](t, written(t, visits(4), true)); err == nil {
		t.Error("a struct was read as a number")
	}
}

// Whatever is cut off or changed is noticed, and the file named.
func TestDamage(t *testing.T) {
	data := written(t, visits(3000), true)
	check := func(what string, damaged []byte) {
		t.Helper()
		_, err := read[visit](t, damaged)
		if e := sparkerr.As(err); e == nil || e.Kind != sparkerr.Corruption || !strings.Contains(err.Error(), "part-00001") {
			t.Errorf("%s: %v", what, err)
		}
	}
	for n := 0; n < len(data); n += 1 + n/7 {
		check(fmt.Sprint("cut to ", n), data[:n])
		changed := bytes.Clone(data)
		changed[n] ^= 4
		check(fmt.Sprint("changed at ", n), changed)
	}
	check("doubled", append(bytes.Clone(data), data...))
	check("end cut off", data[:len(data)-len(written(t, []visit{}, true))+headSize(t)])
}

// headSize is the length of the block of the head.
func headSize(t *testing.T) int {
	var out bytes.Buffer
	if _, err := NewWriter(&out, codecOf[visit](t), true, 1, 3); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}

func FuzzReader(f *testing.F) {
	f.Add(written(f, visits(5), true))
	f.Add(written(f, visits(5), false))
	f.Add([]byte("SPB1"))
	f.Fuzz(func(t *testing.T, data []byte) { _, _ = read[visit](t, data) })
}

func BenchmarkRows(b *testing.B) {
	rows := visits(1 << 16)
	data := written(b, rows, true)
	b.Run("write", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			written(b, rows, true)
		}
	})
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			if _, err := read[visit](b, data); err != nil {
				b.Fatal(err)
			}
		}
	})
}
