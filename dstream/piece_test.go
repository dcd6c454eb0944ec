package dstream

import (
	"io"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// linesOf is a slow oracle: lines end with \n, \r\n or \r.
func linesOf(text string) []string {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	text = strings.TrimSuffix(text, "\n")
	return strings.Split(text, "\n")
}

func rowsOf[T any](t *testing.T, p piece[T]) (rows []T) {
	t.Helper()
	if err := p.each(func(in []T) error { rows = append(rows, in...); return nil }); err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestLinesAreWhatTheTextHas(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	for range 2000 {
		text := make([]byte, 1+random.Intn(40))
		for i := range text {
			text[i] = "ab\n\n\r"[random.Intn(5)]
		}
		want := linesOf(string(text))
		p := newLines(string(text))
		if got := rowsOf(t, p); !slices.Equal(got, want) || p.size() != len(want) {
			t.Fatalf("%q: got %q of %d, want %q", text, got, p.size(), want)
		}
		if n := len(want); n > 1 {
			head, rest := p.divide(1 + random.Intn(n-1))
			if got := append(rowsOf(t, head), rowsOf(t, rest)...); !slices.Equal(got, want) || head.size()+rest.size() != n {
				t.Fatalf("%q in two: %q", text, got)
			}
		}
	}
}

// What a connection brings in any portions are the lines of the whole.
func TestLinesOfAConnectionAreWhatTheTextHas(t *testing.T) {
	random := rand.New(rand.NewSource(2))
	for range 300 {
		text := make([]byte, 1+random.Intn(60))
		for i := range text {
			text[i] = "abc\n\r"[random.Intn(5)]
		}
		in := newReceiverInput[string](NewContext("lines", 1e9), nil)
		store := &Store[string]{ctx: t.Context(), in: in}
		if err := readTextLines(iotest.OneByteReader(strings.NewReader(string(text))), store); err != nil {
			t.Fatal(err)
		}
		var got []string
		if b := in.gathering.cut(); b != nil {
			got = rowsOf(t, piece[string](wholeBlock{b}))
		}
		if want := linesOf(string(text)); !slices.Equal(got, want) {
			t.Fatalf("%q: got %q, want %q", text, got, want)
		}
	}
}

type wholeBlock struct{ *block[string] }

func (b wholeBlock) size() int { return int(b.rows) }

func TestAnEndlessLineIsAnError(t *testing.T) {
	in := newReceiverInput[string](NewContext("lines", 1e9), nil)
	store := &Store[string]{ctx: t.Context(), in: in}
	err := readTextLines(endless{}, store)
	if err == nil || !strings.Contains(err.Error(), "longer than") {
		t.Error(err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 0x80
	}
	return len(p), nil
}

var _ io.Reader = endless{}

func FuzzRawBlocks(f *testing.F) {
	f.Add([]byte("\x03abc\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_ = texts(data).each(func([]string) error { return nil })
	})
}

func FuzzLogRecords(f *testing.F) {
	f.Add([]byte("\x01\x03abc"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if rows, body, err := parseBlock(data); err == nil && (rows < 0 || len(body) >= len(data)) {
			t.Error(rows, len(body))
		}
	})
}
