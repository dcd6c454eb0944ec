package json

import (
	"bytes"
	"math/bits"
	"slices"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decode/decodetest"
)

// The first byte that remarkable marks is the first that special marks.
func TestRemarkable(t *testing.T) {
	for at := range 8 {
		for c := range 256 {
			for _, next := range []byte{'a', 0x7f, 0x80, 0, '"', '\\', ' ', '!'} {
				var w uint64
				for i := range 8 {
					b := byte('a' + i)
					if i == at {
						b = byte(c)
					} else if i > at {
						b = next
					}
					w |= uint64(b) << (8 * i)
				}
				slow := special(w, ones*'"') & highs
				if fast := remarkable(w) & highs; bits.TrailingZeros64(fast) != bits.TrailingZeros64(slow) {
					t.Fatalf("%016x: %x, want %x", w, fast, slow)
				}
			}
		}
	}
}

// Lines reads what looks like the last record, and stops before what does not.
func TestLinesStopWhereTheBetIsLost(t *testing.T) {
	s := decodetest.Schema(t, "a STRING, b BIGINT")
	d, b := NewDecoder(s, nil, options(t)), columnar.NewBatch(s)
	line := `{"a":"ünder","b":12345678}` + "\n" + `{"a":"x","b":null}` + "\r\n"
	block := []byte(line + line + `{"b":1,"a":"other order"}` + "\n" + line + `{"a":"no end","b":1}`)
	d.Begin(b, block)
	if at := d.Lines(0); at != 0 {
		t.Fatal("read a record that nobody has seen the like of")
	}
	if _, err := d.Record(0, bytes.IndexByte(block, '\n')); err != nil {
		t.Fatal(err)
	}
	if at := d.Lines(len(`{"a":"ünder","b":12345678}`) + 1); at != 2*len(line) || d.Rows() != 4 {
		t.Fatalf("stopped at %d after %d rows", at, d.Rows())
	}
	if _, err := d.Record(2*len(line), 2*len(line)+len(`{"b":1,"a":"other order"}`)); err != nil {
		t.Fatal(err)
	}
	d.Finish()
	want := []string{"ünder 12345678", "x <nil>", "ünder 12345678", "x <nil>", "other order 1"}
	if got := decodetest.Rows(t, b, " "); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
