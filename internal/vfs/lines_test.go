package vfs_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/spatestream/spate/internal/vfs"
)

// Every changed bit is noticed, or leaves what a reader takes for broken JSON,
// or for what was there.
func TestChecksumOfLines(t *testing.T) {
	text := []byte("v1\n{\"a\":1,\"b\":\"x\"}\n{\"logOffset\":3}")
	signed := vfs.WithChecksum(text)
	if want := "v1\n{\"a\":1,\"b\":\"x\",\"crc32c\":\"5eda12bf\"}\n{\"logOffset\":3}"; string(signed) != want {
		t.Errorf("%s", signed)
	}
	for at := range signed {
		for bit := range 8 {
			damaged := bytes.Clone(signed)
			damaged[at] ^= 1 << bit
			got, err := vfs.CheckLines(damaged)
			if m := meaning(got); err == nil && m != "broken" && m != meaning(text) {
				t.Errorf("byte %d bit %d: %q", at, bit, got)
			}
		}
	}
	for n := len("v1\n") + len(`{"a":1,"b":"x","crc32c":"5eda12bf"}`); n < len(signed); n++ {
		if got, err := vfs.CheckLines(signed[:n]); err == nil {
			t.Errorf("cut at %d: %q", n, got)
		}
	}
	for _, plain := range []string{"", "v1", "v1\n", "v1\n{}", "v1\n{\"a\":1}", "v1\n-\n-", string(text)} {
		if got, err := vfs.CheckLines([]byte(plain)); err != nil || string(got) != plain {
			t.Errorf("%q: %q %v", plain, got, err)
		}
		got, err := vfs.CheckLines(vfs.WithChecksum([]byte(plain)))
		if err != nil || string(got) != plain {
			t.Errorf("%q: %q %v", plain, got, err)
		}
	}
}

// meaning is what a reader makes of the lines.
func meaning(lines []byte) string {
	parts := bytes.Split(lines, []byte("\n"))
	if string(parts[0]) != "v1" || len(parts) != 3 {
		return "broken"
	}
	var v struct {
		A         int
		B         string
		LogOffset int
	}
	if json.Unmarshal(parts[1], &v) != nil || json.Unmarshal(parts[2], &v) != nil {
		return "broken"
	}
	return fmt.Sprint(v)
}

func FuzzCheckLines(f *testing.F) {
	f.Add([]byte("v1\n{\"a\":1}\n{\"b\":2}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := vfs.CheckLines(b); err != nil {
			return
		}
		if got, err := vfs.CheckLines(vfs.WithChecksum(b)); err != nil || len(got) > len(b) {
			t.Errorf("%q %v", got, err)
		}
	})
}
