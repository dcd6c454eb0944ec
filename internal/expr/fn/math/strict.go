package math

import "math"

// Spark computes by java.lang.StrictMath, which is fdlibm: these functions give
// its last digit where Go's, which may be assembly, give another.

const (
	ln2Hi  = 6.93147180369123816490e-01
	ln2Lo  = 1.90821492927058770002e-10
	invLn2 = 1.44269504088896338700e+00
)

// exp is e to the power of x (Sun's e_exp.c): x is k·ln 2 + r, and e^r a
// rational function of r.
func exp(x float64) float64 {
	switch {
	case math.IsNaN(x) || math.IsInf(x, 1):
		return x
	case math.IsInf(x, -1) || x < -7.45133219101941108420e+02:
		return 0
	case x > 7.09782712893383973096e+02:
		return math.Inf(1)
	case math.Abs(x) < 0x1p-28:
		return 1 + x
	}
	hi, lo, k := 0.0, 0.0, 0
	if a := math.Abs(x); a > 0.5*math.Ln2 {
		k = int(invLn2*x + math.Copysign(0.5, x))
		if a < 1.5*math.Ln2 {
			k = int(math.Copysign(1, x))
		}
		hi, lo = x-float64(k)*ln2Hi, float64(k)*ln2Lo
		x = hi - lo
	}
	t := x * x
	c := x - t*(1.66666666666666019037e-01+t*(-2.77777777770155933842e-03+t*(6.61375632143793436117e-05+
		t*(-1.65339022054652515390e-06+t*4.13813679705723846039e-08))))
	if k == 0 {
		return 1 - ((x*c)/(c-2) - x)
	}
	return math.Ldexp(1-((lo-(x*c)/(2-c))-hi), k)
}

// log is the natural logarithm (Sun's e_log.c): x is 2^k·(1+f) with 1+f near 1.
func log(x float64) float64 {
	if !(x > 0) || math.IsInf(x, 1) {
		return math.Log(x)
	}
	m, e := math.Frexp(x)
	bits := math.Float64bits(m * 2)
	hx := int64(bits>>32) & 0x000fffff
	i := (hx + 0x95f64) & 0x100000
	k := e - 1 + int(i>>20)
	f := math.Float64frombits(bits&0xffffffff|uint64(hx|(i^0x3ff00000))<<32) - 1
	dk := float64(k)
	if 0x000fffff&(2+hx) < 3 { // |f| < 2^-20
		if f == 0 {
			return dk*ln2Hi + dk*ln2Lo
		}
		r := f * f * (0.5 - 0.33333333333333333*f)
		return dk*ln2Hi - ((r - dk*ln2Lo) - f)
	}
	s := f / (2 + f)
	z := s * s
	w := z * z
	r := z*(6.666666666666735130e-01+w*(2.857142874366239149e-01+w*(1.818357216161805012e-01+w*1.479819860511658591e-01))) +
		w*(3.999999999940941908e-01+w*(2.222219843214978396e-01+w*1.531383769920937332e-01))
	if (hx-0x6147a)|(0x6b851-hx) > 0 {
		h := 0.5 * f * f
		return dk*ln2Hi - ((h - (s*(h+r) + dk*ln2Lo)) - f)
	}
	return dk*ln2Hi - ((s*(f-r) - dk*ln2Lo) - f)
}

// cosh is the hyperbolic cosine (Sun's e_cosh.c).
func cosh(x float64) float64 {
	x = math.Abs(x)
	switch {
	case x <= 0.5*math.Ln2:
		t := math.Expm1(x)
		return 1 + t*t/(2*(1+t))
	case x < 22:
		t := exp(x)
		return 0.5*t + 0.5/t
	}
	return math.Cosh(x)
}
