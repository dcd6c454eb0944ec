package record

import (
	"bytes"
	stdjson "encoding/json"
	"testing"
)

// FuzzScan: what the standard library accepts is accepted, and what is written
// again is valid and the same value.
func FuzzScan(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5e3,"x\u00e9\ud83d\ude00"],"b":{}}`, `[]`, ` "q" `, `-0`, `{'a':1}`, `[1,]`, `{"a"}`, `"\`} {
		f.Add([]byte(s), []byte("$.a[0]"))
	}
	f.Fuzz(func(t *testing.T, b, path []byte) {
		v, rest, ok := scan(b, 0)
		if stdjson.Valid(b) && (!ok || len(blanks(rest)) > 0) {
			t.Fatalf("%q is valid JSON", b)
		}
		if !ok {
			return
		}
		out := appendJSON(nil, v)
		w, rest, ok := scan(out, 0)
		if !ok || len(rest) > 0 || !bytes.Equal(appendJSON(nil, w), out) {
			t.Fatalf("%q was written as %q", b, out)
		}
		if steps, ok := parsePath(path); ok {
			follow(nil, v, steps)
		}
	})
}
