package text

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/connector/file"
)

// readAll returns the lines of an input and how many were left out.
func readAll(t testing.TB, c *codec, in file.Input, want connector.Wanted) (lines []string, rows, skipped int64) {
	t.Helper()
	r, err := c.Reader(in, schema, want)
	if err != nil {
		t.Fatal(err)
	}
	b := columnar.NewBatch(schema)
	for {
		err := r.Read(context.Background(), b)
		skipped += r.(connector.Skipper).Skipped()
		if errors.Is(err, io.EOF) {
			return lines, rows, skipped
		}
		if err != nil {
			t.Fatal(err)
		}
		rows += int64(b.Len)
		for i := range b.Len {
			if len(want.Columns) > 0 {
				lines = append(lines, strings.Clone(b.Cols[0].Str(i)))
			}
		}
	}
}

var slowly = map[string]func(line, part string) bool{
	"contains": strings.Contains, "startswith": strings.HasPrefix, "endswith": strings.HasSuffix, "=": func(a, b string) bool { return a == b },
}

// What a search leaves out does not pass, and is counted; a count of lines is
// that of the lines.
func TestSearch(t *testing.T) {
	w := newWorld(t)
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 60 {
		ends := [][]string{{"\n"}, {"\n", "\r\n", "\r"}}[r.IntN(2)]
		var text strings.Builder
		for range r.IntN(400) {
			for range r.IntN(30) {
				text.WriteByte(byte('a' + r.IntN(8)))
			}
			text.WriteString(ends[r.IntN(len(ends))])
		}
		if r.IntN(2) == 0 {
			text.WriteString("last")
		}
		w.Put("/in/1.txt", text.String())
		cut := int64(r.IntN(text.Len() + 1))
		c := &codec{}
		if len(ends) == 1 && r.IntN(2) == 0 {
			c.Sep = []byte("\n")
		}
		for op, test := range slowly {
			part := "abcdefgh"[r.IntN(8):][:r.IntN(2)] + string(rune('a'+r.IntN(8)))
			what := fmt.Sprintf("round %d: %s %q", round, op, part)
			var lines, got []string
			var rows, counted int64
			for _, of := range [][2]int64{{0, cut}, {cut, int64(text.Len())}} {
				in, err := file1(w.Env.FS, "/in/1.txt", of[0], of[1])
				if err != nil {
					t.Fatal(err)
				}
				all, _, none := readAll(t, c, in, connector.Wanted{Columns: []int{0}})
				lines = append(lines, all...)
				some, n, skipped := readAll(t, c, in, connector.Wanted{Columns: []int{0}, Filters: []connector.Filter{{Op: op, Values: []any{part}}}})
				got, rows = append(got, some...), rows+n+skipped
				_, n, more := readAll(t, c, in, connector.Wanted{Columns: []int{}})
				if counted += n; none+more > 0 {
					t.Fatalf("%s: skipped %d and %d rows that nobody excludes", what, none, more)
				}
			}
			if counted != int64(len(lines)) || rows != counted {
				t.Fatalf("%s: %d lines, counted %d, %d with those skipped", what, len(lines), counted, rows)
			}
			drop := func(l string) bool { return !test(l, part) }
			w.equal(what, slices.DeleteFunc(got, drop), slices.DeleteFunc(lines, drop))
		}
	}
}

// Few hits are looked for in blocks; of many the lines are cut.
func TestSearchIsUsed(t *testing.T) {
	w := newWorld(t)
	w.Put("/in/1.txt", strings.Repeat("nothing here\n", 200_000)+"a needle\n"+strings.Repeat("nothing here\n", 200_000))
	in, err := file1(w.Env.FS, "/in/1.txt", 0, 400_001*13)
	if err != nil {
		t.Fatal(err)
	}
	for part, most := range map[string]int{"needle": 1, "here": 400_001} {
		got, rows, skipped := readAll(t, &codec{}, in, connector.Wanted{Columns: []int{0}, Filters: []connector.Filter{{Op: "contains", Values: []any{part}}}})
		if rows+skipped != 400_001 || len(got) > most || part == "here" && skipped > 1 {
			t.Errorf("%s: %d rows, %d skipped", part, rows, skipped)
		}
	}
}

// BenchmarkSearch reads 16 MiB of lines for a rare text, and for all lines.
func BenchmarkSearch(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	var text strings.Builder
	for text.Len() < 16<<20 {
		for range 99 {
			text.WriteByte("  abcdefghijklmnopqrstuvwxyz"[r.IntN(28)])
		}
		text.WriteByte('\n')
	}
	w := newWorld(b)
	w.Put("/in/1.txt", text.String())
	for name, want := range map[string]connector.Wanted{
		"contains": {Columns: []int{0}, Filters: []connector.Filter{{Op: "contains", Values: []any{"zwqk"}}}}, "lines": {Columns: []int{0}}, "count": {Columns: []int{}},
	} {
		b.Run(name, func(b *testing.B) {
			batch := columnar.NewBatch(schema)
			b.SetBytes(int64(text.Len()))
			b.ReportAllocs()
			for b.Loop() {
				in, err := file1(w.Env.FS, "/in/1.txt", 0, int64(text.Len()))
				if err != nil {
					b.Fatal(err)
				}
				rows, _ := (&codec{}).Reader(in, schema, want)
				for err == nil {
					err = rows.Read(context.Background(), batch)
				}
			}
		})
	}
}
