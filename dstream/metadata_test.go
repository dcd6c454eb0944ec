package dstream

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/spatestream/spate/internal/vfs"
)

// FuzzDecodeMetadata: any file is an error, or metadata that is written as it
// was read.
func FuzzDecodeMetadata(f *testing.F) {
	for _, m := range []*metadata{
		{Interval: 1000, Zero: 5000, Time: 5000},
		{App: "words", Interval: 1000, Zero: 5000, Time: 9000, Pending: []instant{8000, 9000},
			Operators: []operator{{Op: "textFileStream", Slide: 1000, Site: "a.go:1"}, {Op: "window", Slide: 1000, Reach: 3000, Parents: []int{0}}},
			Inputs:    []json.RawMessage{json.RawMessage(`{"since":5000}`), json.RawMessage("null")},
			RDDs:      map[int]map[instant]string{1: {7000: "/ck/rdds/a/rdd-1"}}, Conf: map[string]string{"k": "v"}},
	} {
		file, err := m.encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
		plain, err := vfs.CheckLines(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(plain)
		f.Add(file[:len(file)/2])
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		m, err := decodeMetadata(file)
		if err != nil { // perhaps for its checksum only
			m, err = decodeMetadata(vfs.WithChecksum(file))
		}
		if err != nil {
			return
		}
		if m.oldest() > m.Time+instant(m.Interval) {
			t.Errorf("the first batch to recover is %v, after %v", m.oldest(), m.Time)
		}
		first, err := m.encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := decodeMetadata(first)
		if err != nil {
			t.Fatalf("%v of what was written:\n%s", err, first)
		}
		if second, err := again.encode(); err != nil || !bytes.Equal(first, second) {
			t.Errorf("%s came back as %s, %v", first, second, err)
		}
	})
}
