package spill

import (
	"bytes"
	"reflect"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// FuzzDecode: bytes of anybody are rows or an error, and rows come back as they
// are.
func FuzzDecode(f *testing.F) {
	c, err := CodecOf[event]()
	if err != nil {
		f.Fatal(err)
	}
	at := int64(-5)
	var body []byte
	for _, x := range []event{{}, {User: "a", Tags: []string{"", "b"}, At: &at, By: map[string]float64{"k": 1.5}}} {
		if body, err = c.Append(body, &x); err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Add(bytes.Repeat([]byte{0xff}, 20))
	f.Fuzz(func(t *testing.T, body []byte) {
		rows, err := c.Decode(body, nil)
		if err != nil || hasNaN(rows) {
			return
		}
		var again []byte
		for i := range rows {
			if again, err = c.Append(again, &rows[i]); err != nil {
				t.Fatal(err)
			}
		}
		back, err := c.Decode(again, nil)
		if err != nil || !reflect.DeepEqual(back, rows) {
			t.Errorf("%v came back as %v, %v", rows, back, err)
		}
	})
}

// hasNaN tells of rows that are not equal to themselves.
func hasNaN(rows []event) bool {
	for _, x := range rows {
		for _, v := range x.By {
			if v != v {
				return true
			}
		}
	}
	return false
}
