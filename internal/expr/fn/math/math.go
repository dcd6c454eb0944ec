// Package math is the mathematical functions: a sample of how a family is
// written (see package expr/def).
package math

import (
	"math"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

// All returns the functions of the family.
func All() []*expr.Func {
	list := def.Funcs("math", constants()...)
	list = append(list, def.Funcs("math", doubles()...)...)
	list = append(list, def.Funcs("math", logarithms()...)...)
	list = append(list, def.Funcs("math", pairs()...)...)
	list = append(list, def.Funcs("math", digits()...)...)
	return append(list, roundings()...)
}

func constants() []def.Spec {
	constant := func(name, usage string, x float64) def.Spec {
		return def.Spec{Name: name, Usage: usage, Example: name + "()", Result: sqltype.Double, Nulls: def.Never,
			Kernel: def.Rows(setDouble(x))}
	}
	return []def.Spec{constant("e", "Euler's number", math.E), constant("pi", "pi", math.Pi)}
}

// double is a function of one double.
func double(name, usage string, f func(float64) float64, alias ...string) def.Spec {
	return def.Spec{Name: name, Alias: alias, Usage: usage, Example: name + "(1)", Args: def.Args(def.Double),
		Result: sqltype.Double, Kernel: def.Unary(f)}
}

func doubles() []def.Spec {
	return []def.Spec{
		double("acos", "arc cosine", math.Acos),
		double("acosh", "inverse hyperbolic cosine", acosh),
		double("asin", "arc sine", math.Asin),
		double("asinh", "inverse hyperbolic sine", asinh),
		double("atan", "arc tangent", math.Atan),
		double("atanh", "inverse hyperbolic tangent", func(x float64) float64 { return 0.5 * (math.Log1p(x) - math.Log1p(-x)) }),
		double("cbrt", "cube root", math.Cbrt),
		double("cos", "cosine", math.Cos),
		double("cosh", "hyperbolic cosine", cosh),
		double("cot", "cotangent", func(x float64) float64 { return 1 / math.Tan(x) }),
		double("csc", "cosecant", func(x float64) float64 { return 1 / math.Sin(x) }),
		double("degrees", "radians in degrees", func(x float64) float64 { return x * (180 / math.Pi) }),
		double("exp", "e to the power of the number", exp),
		double("expm1", "exp(x) - 1, exact for small x", math.Expm1),
		double("radians", "degrees in radians", func(x float64) float64 { return x * (math.Pi / 180) }),
		double("rint", "the nearest whole number, ties to even, as a double", math.RoundToEven),
		double("sec", "secant", func(x float64) float64 { return 1 / math.Cos(x) }),
		double("sin", "sine", math.Sin),
		double("sinh", "hyperbolic sine", math.Sinh),
		double("sqrt", "square root", math.Sqrt),
		double("tan", "tangent", math.Tan),
		double("tanh", "hyperbolic tangent", math.Tanh),
		signOf("sign"), signOf("signum"),
	}
}

func asinh(x float64) float64 {
	if math.IsInf(x, -1) {
		return x
	}
	return log(x + math.Sqrt(x*x+1))
}

func acosh(x float64) float64 { return log(x + math.Sqrt(x*x-1)) }

// signOf takes numbers as doubles and intervals as they are.
func signOf(name string) def.Spec {
	want := def.Want{SQL: `("DOUBLE" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH")`, Pick: func(t sqltype.Type, ansi bool) (sqltype.Type, bool) {
		if k := t.Kind(); k == sqltype.KindYearMonth || k == sqltype.KindDayTime {
			return t, true
		}
		return expr.ImplicitCast(t, sqltype.Double, ansi)
	}}
	return def.Spec{Name: name, Usage: "-1, 0 or 1 as the number is negative, zero or positive", Example: name + "(-3)",
		Args: def.Args(want), Result: sqltype.Double, KernelOf: func(_ *expr.Session, t []sqltype.Type) func() expr.Kernel {
			switch t[0].Kind() {
			case sqltype.KindYearMonth:
				return def.Unary(func(x int32) float64 { return sign(float64(x)) })
			case sqltype.KindDayTime:
				return def.Unary(func(x int64) float64 { return sign(float64(x)) })
			}
			return def.Unary(sign)
		}}
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x // 0, -0 and NaN
}

// logarithm is null where x is not above the bound.
func logarithm(name, usage string, bound float64, f func(float64) float64) def.Spec {
	return def.Spec{Name: name, Usage: usage, Example: name + "(1)", Args: def.Args(def.Double), Result: sqltype.Double, Nulls: def.Always,
		Kernel: def.UnaryOK(func(x float64) (float64, bool) { return f(x), !(x <= bound) })}
}

func logarithms() []def.Spec {
	return []def.Spec{
		logarithm("ln", "natural logarithm", 0, log),
		logarithm("log10", "logarithm to base 10", 0, math.Log10),
		logarithm("log1p", "ln(1 + x), exact for small x", -1, math.Log1p),
		logarithm("log2", "logarithm to base 2", 0, func(x float64) float64 { return log(x) / log(2) }),
		{Name: "log", Usage: "logarithm of the second operand to the base of the first; of one operand, the natural one", Example: "log(2, 8)",
			Args: def.Args(def.Double, def.Double), Optional: 1, Result: sqltype.Double, Nulls: def.Always,
			KernelOf: func(_ *expr.Session, t []sqltype.Type) func() expr.Kernel {
				if len(t) == 1 {
					return def.UnaryOK(func(x float64) (float64, bool) { return log(x), !(x <= 0) })
				}
				return def.BinaryOK(func(base, x float64) (float64, bool) {
					return log(x) / log(base), !(base <= 0 || x <= 0)
				})
			}},
	}
}

// pair is a function of two doubles.
func pair(name, usage string, f func(a, b float64) float64, alias ...string) def.Spec {
	return def.Spec{Name: name, Alias: alias, Usage: usage, Example: name + "(1, 2)", Args: def.Args(def.Double, def.Double),
		Result: sqltype.Double, Kernel: def.Binary2(f)}
}

func pairs() []def.Spec {
	return []def.Spec{
		pair("atan2", "angle of the point (x, y), given as y, x", func(y, x float64) float64 { return math.Atan2(y+0, x+0) }),
		pair("hypot", "length of the hypotenuse", math.Hypot),
		pair("pow", "the first number to the power of the second", pow),
		pair("power", "the first number to the power of the second", pow),
		{Name: "factorial", Usage: "factorial of a number from 0 to 20, else null", Example: "factorial(5)", Args: def.Args(def.Int), Result: sqltype.Long,
			Nulls: def.Always, Kernel: def.UnaryOK(factorial)},
		widthBucket(),
	}
}

// pow follows Java where C differs: 1 to the power of NaN or infinity is NaN.
func pow(x, y float64) float64 {
	if math.IsNaN(y) || (x == 1 || x == -1) && math.IsInf(y, 0) {
		return math.NaN()
	}
	return math.Pow(x, y)
}

func factorial(n int32) (int64, bool) {
	if n < 0 || n > 20 {
		return 0, false
	}
	f := int64(1)
	for i := int64(2); i <= int64(n); i++ {
		f *= i
	}
	return f, true
}
