package sketch

import (
	"math"
	"slices"
	"testing"
)

// The bins are what Spark's histogram_numeric gave for BIGINT, where X is cut.
func TestHistogramIsSparks(t *testing.T) {
	for _, c := range []struct {
		name  string
		value func(i int) int
		want  []Bin
	}{
		{"id", func(i int) int { return i }, []Bin{{11, 25}, {36, 24}, {59, 23}, {84, 25}, {98, 3}}},
		{"id * 7 % 31", func(i int) int { return i * 7 % 31 }, []Bin{{1, 16}, {7, 20}, {13, 23}, {21, 22}, {27, 19}}},
	} {
		h := NewHistogram(5)
		for i := range 100 {
			h.Add(float64(c.value(i)))
		}
		got := slices.Clone(h.Bins())
		for i := range got {
			got[i].X = math.Trunc(got[i].X)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// A histogram goes on after a save as if there had been none.
func TestHistogramBytes(t *testing.T) {
	whole, parts := NewHistogram(4), NewHistogram(4)
	for i := range 1000 {
		x := float64(i * 17 % 101)
		whole.Add(x)
		parts.Add(x)
		b, err := parts.AppendBinary(nil)
		parts = &Histogram{}
		if err == nil {
			err = parts.UnmarshalBinary(b)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(whole.Bins(), parts.Bins()) {
		t.Errorf("got %v, want %v", parts.Bins(), whole.Bins())
	}
	total := 0.0
	whole.Merge(parts)
	for _, b := range whole.Bins() {
		total += b.Count
	}
	if len(whole.Bins()) > 4 || math.Abs(total-2000) > 1e-9 {
		t.Errorf("merged: %v", whole.Bins())
	}
	for _, bad := range []string{"", "H", "Q123", "H\x01\x00", "H\x04\x00abc"} {
		if err := new(Histogram).UnmarshalBinary([]byte(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}
