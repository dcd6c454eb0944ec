// Package decodetest is what the tests of decoders have in common.
package decodetest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sqltype"
)

// Get returns look-ups of options given as names and values in turn.
func Get(kv ...string) func(name string) (string, bool) {
	return func(name string) (string, bool) {
		for i := 0; i < len(kv); i += 2 {
			if kv[i] == name {
				return kv[i+1], true
			}
		}
		return "", false
	}
}

// Schema is a schema written in DDL.
func Schema(t testing.TB, ddl string) *sqltype.Struct {
	t.Helper()
	s, err := sqltype.ParseDDL(ddl)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Rows prints the rows of a batch as Go prints values, sep between columns,
// which must all have the batch's length.
func Rows(t testing.TB, b *columnar.Batch, sep string) []string {
	t.Helper()
	var out []string
	for i := range b.Len {
		var cells []string
		for _, c := range b.Cols {
			if c.Len != b.Len {
				t.Fatalf("a column has %d rows of %d", c.Len, b.Len)
			}
			cells = append(cells, fmt.Sprint(c.Value(i)))
		}
		out = append(out, strings.Join(cells, sep))
	}
	return out
}

// Mutants returns n copies of a sample with one to four flaws each: a byte
// changed to any or to one of marks, some bytes or a stretch left out.
func Mutants(r *rand.Rand, sample, marks string, n int) []string {
	var out []string
	for len(out) < n {
		m := []byte(sample)
		for range 1 + r.IntN(4) {
			i := r.IntN(len(m))
			switch r.IntN(4) {
			case 0:
				m[i] = byte(r.Uint32())
			case 1:
				m = append(m[:i], m[min(len(m), i+1+r.IntN(8)):]...)
			case 2:
				j := r.IntN(len(m))
				m = append(m[:i:i], m[j:]...)
			default:
				m[i] = marks[r.IntN(len(marks))]
			}
			if len(m) == 0 {
				m = []byte(sample[:1])
			}
		}
		out = append(out, string(m))
	}
	return out
}
