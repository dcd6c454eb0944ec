package javahash

import (
	"math"
	"testing"
)

type word string

func is[K comparable](t *testing.T, k K, want int32) {
	t.Helper()
	if got := Of[K]()(k); got != want {
		t.Errorf("%v: %d, want %d", k, got, want)
	}
}

// The numbers were printed by Spark 4.3 (Scala 2.13).
func TestAsJava(t *testing.T) {
	for s, want := range map[string]int32{"": 0, "a": 97, "hello": 99162322, "héllo": 103094734, "日本": 835047, "😀x": 54959989, "a😀b": 57849694} {
		is(t, s, want)
		is(t, word(s), want)
	}
	is(t, int32(-5), -5)
	is(t, 5, 5)
	is(t, -5, 4)
	is(t, int64(1<<31), math.MinInt32)
	is(t, 1<<40+7, 263)
	is(t, -1<<40-7, 262)
	is(t, int64(math.MaxInt64), math.MinInt32)
	is(t, int64(math.MinInt64), math.MinInt32)
	for f, want := range map[float64]int32{0: 0, 1: 1072693248, 1.5: 1073217536, -2.25: -1073610752, 1e300: -164130400, math.Inf(1): 2146435072} {
		is(t, f, want)
	}
	is(t, math.Copysign(0, -1), math.MinInt32)
	is(t, math.NaN(), 2146959360)
	is(t, -math.NaN(), 2146959360)
	is(t, true, 1231)
	is(t, false, 1237)
	is(t, (*int)(nil), 0)
}

func TestTuplesAsScala(t *testing.T) {
	is(t, [2]int{1, 2}, 1316541600)
	is(t, [2]int32{-5, 7}, 537669986)
	is(t, [2]int{-5, 7}, 537669986)
	is(t, struct {
		A string
		B int
	}{"a", 1}, -1734940110)
	is(t, [2]string{"a", "b"}, 961399813)
	is(t, [2]float64{1, 2.5}, 118917205)
	is(t, [2]float64{math.Copysign(0, -1), 0}, -737015216)
	is(t, [2]float64{1e300, 0.1}, 1009301684)
	is(t, [2]int64{1 << 40, -1 << 40}, -705134753)
	is(t, [2]float64{math.NaN(), 1e15}, -322836415)
	is(t, [2]bool{true, false}, -2058093618)
	is(t, [2]any{nil, "x"}, -2016081701)
	is(t, [2]float64{3.5, 16777216}, 125219920)
	is(t, [2]float64{1.5, 1 << 40}, 1009034933)
	is(t, [3]any{1, "x", 2.0}, -747241858)
	is(t, [2]any{[2]int{1, 2}, "z"}, 1186881870)
	is(t, [1]string{"q"}, 1628241282)
}
