package arith

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decimal"
)

func column(r *rand.Rand, t decimal.Type, n int, constant bool) *columnar.Vector {
	v := columnar.New(sqlType(t))
	stored := n
	if constant {
		stored = 1
	}
	for range stored {
		u, _ := decimal.FromInt64(r.Int64()).Mul(decimal.FromInt64(r.Int64()))
		for !t.Fits(u) || r.IntN(3) == 0 && !u.IsZero() {
			u, _, _ = u.QuoRem(decimal.FromInt64(10))
		}
		if r.IntN(2) == 0 {
			u, _ = u.Neg()
		}
		v.AppendDecimal(u)
	}
	v.Const, v.Len = constant, n
	return v
}

// Whatever the types: the kernel chosen computes what the row by row one does.
func TestDecimalKernels(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	const n = 50
	for range 3000 {
		l := decimal.Type{Precision: uint8(1 + r.IntN(38))}
		l.Scale = uint8(r.IntN(int(l.Precision) + 1))
		rt := decimal.Type{Precision: uint8(1 + r.IntN(38))}
		rt.Scale = uint8(r.IntN(int(rt.Precision) + 1))
		o := []op{add, sub, mul}[r.IntN(3)]
		to := decimal.MulType(l, rt, true)
		if o != mul {
			to = decimal.AddType(l, rt, true)
		}
		args := []*columnar.Vector{column(r, l, n, r.IntN(4) == 0), column(r, rt, n, r.IntN(4) == 0)}
		var sel []uint16
		if r.IntN(2) == 0 {
			for i := range uint16(n) {
				if r.IntN(3) > 0 {
					sel = append(sel, i)
				}
			}
		}
		got, want := columnar.New(sqlType(to)), columnar.New(sqlType(to))
		got.Resize(n)
		want.Resize(n)
		slow := &decimalOp{o: o, m: legacy, l: l, r: rt, to: to}
		if err := decimalKernel(o, legacy, l, rt, to)(nil, args, sel, n, got); err != nil {
			t.Fatal(err)
		}
		if err := slow.rows(nil, args, sel, n, want); err != nil {
			t.Fatal(err)
		}
		for i := range n {
			if sel != nil && !has(sel, uint16(i)) {
				continue
			}
			if a, b := fmt.Sprint(got.Value(i)), fmt.Sprint(want.Value(i)); a != b {
				t.Fatalf("%v of %v and %v: %s and %s give %s, want %s", o, l, rt, args[0].Decimal(i), args[1].Decimal(i), a, b)
			}
		}
	}
}

func has(sel []uint16, i uint16) bool {
	for _, x := range sel {
		if x == i {
			return true
		}
	}
	return false
}

func BenchmarkDecimalWide(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	l, rt := decimal.Type{Precision: 15, Scale: 2}, decimal.Type{Precision: 16, Scale: 2}
	to := decimal.MulType(l, rt, true)
	args := []*columnar.Vector{column(r, l, columnar.MaxRows, false), column(r, rt, columnar.MaxRows, false)}
	out := columnar.New(sqlType(to))
	out.Resize(columnar.MaxRows)
	k := decimalKernel(mul, ansi, l, rt, to)
	b.ReportAllocs()
	for b.Loop() {
		if err := k(nil, args, nil, columnar.MaxRows, out); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*columnar.MaxRows), "ns/row")
}
