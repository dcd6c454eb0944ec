package keyed

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"unsafe"
)

type (
	word  string
	point struct{ X, Y int32 }
)

// check compares a table of sums with a Go map: same numbers, order of first
// coming, hashes equal for equal keys.
func check[K comparable](t *testing.T, key func(int) K) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	table, want := New[K, int](), map[K]int{}
	var order []K
	for range 300 {
		keys := make([]K, r.IntN(500))
		for i := range keys {
			keys[i] = key(r.IntN(20000))
			if _, ok := want[keys[i]]; !ok {
				order = append(order, keys[i])
			}
			want[keys[i]] += i
		}
		next := uint32(table.Len())
		for i, id := range table.Upsert(keys) {
			if id == next {
				next++
			}
			table.Values()[id] += i
		}
		if int(next) != table.Len() {
			t.Fatal("new keys must be numbered in order")
		}
	}
	keys, values := table.Rows()
	if len(keys) != len(want) || fmt.Sprint(keys) != fmt.Sprint(order) {
		t.Fatalf("%d keys, want %d", len(keys), len(want))
	}
	for i, k := range keys {
		if values[i] != want[k] || table.Hash(k) != table.Hash(key(0)) && k == key(0) {
			t.Fatalf("%v: %d, want %d", k, values[i], want[k])
		}
	}
	if p, fresh := table.At(keys[0]); fresh || *p != values[0] {
		t.Error("At finds what Upsert made")
	}
	if table.Size() <= 0 {
		t.Error("a table takes memory")
	}
	table.Clear()
	if _, fresh := table.At(keys[3]); !fresh || table.Len() != 1 {
		t.Error("Clear forgets")
	}
}

func TestTable(t *testing.T) {
	text := func(i int) string {
		return strings.Repeat("x", i%40) + fmt.Sprint(i) + strings.Repeat("y", i%3)
	}
	t.Run("string", func(t *testing.T) { check(t, text) })
	t.Run("short", func(t *testing.T) { check(t, func(i int) string { return text(i)[:min(i%5, len(text(i)))] }) })
	t.Run("named", func(t *testing.T) { check(t, func(i int) word { return word(text(i)) }) })
	t.Run("int", func(t *testing.T) { check(t, func(i int) int { return i * 1 << 40 }) })
	t.Run("int64", func(t *testing.T) { check(t, func(i int) int64 { return int64(-i) }) })
	t.Run("int32", func(t *testing.T) { check(t, func(i int) int32 { return int32(i - 5) }) })
	t.Run("int8", func(t *testing.T) { check(t, func(i int) int8 { return int8(i) }) })
	t.Run("uint64", func(t *testing.T) { check(t, func(i int) uint64 { return math.MaxUint64 - uint64(i) }) })
	t.Run("float64", func(t *testing.T) { check(t, func(i int) float64 { return float64(i) / 3 }) })
	t.Run("struct", func(t *testing.T) { check(t, func(i int) point { return point{int32(i), 1} }) })
	t.Run("array", func(t *testing.T) { check(t, func(i int) [2]string { return [2]string{text(i), "k"} }) })
}

func TestNaNIsOneKey(t *testing.T) {
	table := New[float64, int]()
	ids := table.Upsert([]float64{math.NaN(), -math.NaN(), 0, math.Copysign(0, -1)})
	if ids[0] != ids[1] || ids[2] == ids[3] {
		t.Error("keys are as of java.lang.Double:", ids)
	}
}

// Texts that differ in one byte, one length or only after the words must not be
// taken for each other.
func TestTextsAlike(t *testing.T) {
	table := New[string, int]()
	var all []string
	for n := range 40 {
		base := strings.Repeat("\x00", n)
		all = append(all, base)
		for i := range n {
			all = append(all, base[:i]+"\x01"+base[i+1:])
		}
	}
	for i, id := range table.Upsert(all) {
		if int(id) != i {
			t.Fatalf("%q is taken for %q", all[i], all[id])
		}
	}
}

// TestForms holds formOf against its slow twin, at every place of a page and
// whatever lies behind.
func TestForms(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	block := make([]byte, 3*pageBytes)
	for i := range block {
		block[i] = byte(r.UintN(256))
	}
	all := unsafe.String(&block[0], len(block))
	for at := range 2 * pageBytes {
		for n := range 20 {
			s := all[at : at+n]
			lo, hi := formOf(s)
			if slow, high := slowForm(strings.Clone(s)); lo != slow || hi != high {
				t.Fatalf("%q at %d: %x %x, want %x %x", s, at, lo, hi, slow, high)
			}
		}
	}
}

func TestKeysAreCopied(t *testing.T) {
	block := []byte("some words of a block")
	s := unsafe.String(&block[0], len(block))
	table := New[string, int]()
	table.Upsert([]string{s[:4], s})
	block[0] = 'X'
	if keys, _ := table.Rows(); keys[0] != "some" || keys[1] != "some words of a block" {
		t.Errorf("%q pins the block", keys)
	}
}

// zipf returns words as they are cut from a text.
func zipf(n, vocabulary int) []string {
	r := rand.New(rand.NewPCG(1, 2))
	z := rand.NewZipf(r, 1.0001, 1, uint64(vocabulary-1))
	dict := make([]string, vocabulary)
	for i := range dict {
		b := make([]byte, 3+r.IntN(9))
		for k := range b {
			b[k] = byte('a' + r.IntN(26))
		}
		dict[i] = string(b)
	}
	var text strings.Builder
	for range n {
		text.WriteString(dict[z.Uint64()])
		text.WriteByte(' ')
	}
	return strings.Fields(text.String())
}

func bench[K comparable](b *testing.B, keys []K) {
	const batch = 1024
	table := New[K, int]()
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		at := n % (len(keys) / batch) * batch
		values := table.Upsert(keys[at : at+batch])
		sums := table.Values()
		for _, id := range values {
			sums[id]++
		}
		n++
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n*batch), "ns/key")
}

func BenchmarkUpsert(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	b.Run("zipf words", func(b *testing.B) { bench(b, zipf(1<<20, 100000)) })
	for _, distinct := range []int{1000, 1 << 20} {
		ints := make([]int64, 1<<22)
		for i := range ints {
			ints[i] = r.Int64N(int64(distinct)) * 7919
		}
		b.Run(fmt.Sprint("int64/", distinct), func(b *testing.B) { bench(b, ints) })
	}
	many := make([]string, 1<<21)
	for i := range many {
		many[i] = fmt.Sprintf("user-%012d", r.IntN(1<<20))
	}
	b.Run("string/1048576", func(b *testing.B) { bench(b, many) })
}

// A table that expects keys gives them the same numbers, takes what it said it
// would, and no more than it needs while they do not come.
func TestExpect(t *testing.T) {
	plain, told := New[string, int](), New[string, int]()
	told.Expect(50_000)
	words := zipf(1<<17, 30_000)
	for at := 0; at < len(words); at += 1024 {
		chunk := words[at : at+1024]
		most := told.Size() + told.Growth(len(chunk)) + 16*int64(len(chunk)) // and the texts
		want := fmt.Sprint(plain.Upsert(chunk))
		if got := fmt.Sprint(told.Upsert(chunk)); got != want {
			t.Fatalf("from word %d: %s, want %s", at, got, want)
		}
		if told.Size() > most {
			t.Fatalf("from word %d: %d bytes, which said %d at most", at, told.Size(), most)
		}
		if at == 0 && told.Size() > 2*plain.Size() {
			t.Errorf("%d bytes for the first words, without expecting more %d", told.Size(), plain.Size())
		}
	}
	if cap(told.keys) < 50_000 {
		t.Error("no room was made for what was expected")
	}
}
