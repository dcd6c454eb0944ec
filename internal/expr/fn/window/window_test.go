package window

import "testing"

// The worked examples W1 to W3: times in seconds.
func TestNewest(t *testing.T) {
	const s = 1_000_000
	for _, c := range []struct {
		name             string
		spec             Spec
		ts, start, count int64
	}{
		{"W1 newest of 10 min by 5 min at 12:07", Spec{600 * s, 300 * s, 0}, 43620, 43500, 2},
		{"W2 1 h from :15 at 12:10", Spec{3600 * s, 3600 * s, 900 * s}, 43800, 40500, 1},
		{"W3 10 s by 3 s at 10", Spec{10 * s, 3 * s, 0}, 10, 9, 4},
		{"before the epoch", Spec{10 * s, 10 * s, 0}, -1, -10, 1},
	} {
		if got := c.spec.newest(c.ts * s); got != c.start*s {
			t.Errorf("%s: starts at %d s, want %d", c.name, got/s, c.start)
		}
		if got := (c.spec.Size + c.spec.Slide - 1) / c.spec.Slide; got != c.count {
			t.Errorf("%s: %d candidates, want %d", c.name, got, c.count)
		}
	}
}

func TestAssignAgreesWithNewest(t *testing.T) {
	spec := Spec{Size: 7, Slide: 7, Start: 3}
	for _, in := range [][]int64{{4, 5, 9}, {4, 5, 10, 11}, {-20, 40, 3}} {
		starts, ends := make([]int64, len(in)), make([]int64, len(in))
		spec.assign(in, starts, ends, 0)
		for i, ts := range in {
			if starts[i] != spec.newest(ts) || ends[i] != starts[i]+spec.Size || ts < starts[i] || ts >= ends[i] {
				t.Errorf("%d of %v: [%d, %d)", ts, in, starts[i], ends[i])
			}
		}
	}
}
