package javarandom

import "testing"

// The numbers are those of a Java virtual machine and of Spark 4.3.
func TestRandomIsJavas(t *testing.T) {
	r := NewRandom(42)
	if got := r.Int64(); got != -5025562857975149833 {
		t.Errorf("nextLong: %d", got)
	}
	r = NewRandom(42)
	if a, b := r.Intn(10), r.Intn(10); a != 0 || b != 3 {
		t.Errorf("nextInt(10): %d, %d", a, b)
	}
	r = NewRandom(42)
	if got := r.Float64(); got != 0.7275636800328681 {
		t.Errorf("nextDouble: %v", got)
	}
}

func TestXORShiftIsSparks(t *testing.T) {
	if got := NewXORShift(42).Float64(); got != 0.619189370225301 {
		t.Errorf("nextDouble: %v", got)
	}
}
