package functions

import "github.com/spatestream/spate"

// Functions of numbers.

// Abs is the absolute value.
//
//	functions.Abs("col")
func Abs(col ColumnOrName) Column {
	return call("abs", col)
}

// Acos is the inverse cosine in radians, NaN outside [-1, 1].
//
//	functions.Acos("col")
func Acos(col ColumnOrName) Column {
	return call("acos", col)
}

// Acosh is the inverse hyperbolic cosine.
//
//	functions.Acosh("col")
func Acosh(col ColumnOrName) Column {
	return call("acosh", col)
}

// Asin is the inverse sine in radians, NaN outside [-1, 1].
//
//	functions.Asin("col")
func Asin(col ColumnOrName) Column {
	return call("asin", col)
}

// Asinh is the inverse hyperbolic sine.
//
//	functions.Asinh("col")
func Asinh(col ColumnOrName) Column {
	return call("asinh", col)
}

// Atan is the inverse tangent in radians.
//
//	functions.Atan("col")
func Atan(col ColumnOrName) Column {
	return call("atan", col)
}

// Atanh is the inverse hyperbolic tangent.
//
//	functions.Atanh("col")
func Atanh(col ColumnOrName) Column {
	return call("atanh", col)
}

// Atan2 is the angle in radians of the point (x, y).
//
//	functions.Atan2("y", "x")
func Atan2(y, x ColumnOrName) Column {
	return call("atan2", y, x)
}

// Cbrt is the cube root.
//
//	functions.Cbrt("col")
func Cbrt(col ColumnOrName) Column {
	return call("cbrt", col)
}

// Ceil rounds up to a whole number, or to scale decimal places.
//
//	functions.Ceil("col")
func Ceil(col ColumnOrName, scale ...ColumnOrValue) Column {
	return call("ceil", withValues([]any{col}, scale)...)
}

// Ceiling is Ceil.
//
//	functions.Ceiling("col")
func Ceiling(col ColumnOrName, scale ...ColumnOrValue) Column {
	return call("ceiling", withValues([]any{col}, scale)...)
}

// Cos is the cosine of an angle in radians.
//
//	functions.Cos("col")
func Cos(col ColumnOrName) Column {
	return call("cos", col)
}

// Cosh is the hyperbolic cosine.
//
//	functions.Cosh("col")
func Cosh(col ColumnOrName) Column {
	return call("cosh", col)
}

// Cot is the cotangent of an angle in radians.
//
//	functions.Cot("col")
func Cot(col ColumnOrName) Column {
	return call("cot", col)
}

// Csc is the cosecant of an angle in radians.
//
//	functions.Csc("col")
func Csc(col ColumnOrName) Column {
	return call("csc", col)
}

// Degrees converts radians to degrees.
//
//	functions.Degrees("col")
func Degrees(col ColumnOrName) Column {
	return call("degrees", col)
}

// E is Euler's number.
//
//	functions.E()
func E() Column {
	return call("e")
}

// Exp is e to the power of the column.
//
//	functions.Exp("col")
func Exp(col ColumnOrName) Column {
	return call("exp", col)
}

// Expm1 is exp(col) - 1, exact for small values.
//
//	functions.Expm1("col")
func Expm1(col ColumnOrName) Column {
	return call("expm1", col)
}

// Factorial is the factorial of 0 to 20, null for others.
//
//	functions.Factorial("col")
func Factorial(col ColumnOrName) Column {
	return call("factorial", col)
}

// Floor rounds down to a whole number, or to scale decimal places.
//
//	functions.Floor("col")
func Floor(col ColumnOrName, scale ...ColumnOrValue) Column {
	return call("floor", withValues([]any{col}, scale)...)
}

// Hypot is the length of the hypotenuse, sqrt(a² + b²).
//
//	functions.Hypot("a", "b")
func Hypot(a, b ColumnOrName) Column {
	return call("hypot", a, b)
}

// Ln is the natural logarithm.
//
//	functions.Ln("col")
func Ln(col ColumnOrName) Column {
	return call("ln", col)
}

// Log10 is the logarithm to base 10.
//
//	functions.Log10("col")
func Log10(col ColumnOrName) Column {
	return call("log10", col)
}

// Log1p is ln(1 + col), exact for small values.
//
//	functions.Log1p("col")
func Log1p(col ColumnOrName) Column {
	return call("log1p", col)
}

// Log2 is the logarithm to base 2.
//
//	functions.Log2("col")
func Log2(col ColumnOrName) Column {
	return call("log2", col)
}

// Negative is -col.
//
//	functions.Negative("col")
func Negative(col ColumnOrName) Column {
	return call("negative", col)
}

// Pi is the ratio of a circle's circumference to its diameter.
//
//	functions.Pi()
func Pi() Column {
	return call("pi")
}

// Positive is the column itself.
//
//	functions.Positive("col")
func Positive(col ColumnOrName) Column {
	return call("positive", col)
}

// Pmod is the remainder that is never negative for a positive divisor.
//
//	functions.Pmod("dividend", "divisor")
func Pmod(dividend, divisor ColumnOrName) Column {
	return call("pmod", dividend, divisor)
}

// Pow raises to a power.
//
//	functions.Pow("side", 2)
func Pow(base ColumnOrName, exponent ColumnOrValue) Column {
	return call("pow", base, spate.Lit(exponent))
}

// Power is Pow.
//
//	functions.Power("side", 2)
func Power(base ColumnOrName, exponent ColumnOrValue) Column {
	return call("power", base, spate.Lit(exponent))
}

// Radians converts degrees to radians.
//
//	functions.Radians("col")
func Radians(col ColumnOrName) Column {
	return call("radians", col)
}

// Rint rounds to the nearest whole number, halves to the even one, as a double.
//
//	functions.Rint("col")
func Rint(col ColumnOrName) Column {
	return call("rint", col)
}

// Round rounds half away from zero to scale decimal places, to a whole number
// without.
//
//	functions.Round("price", 2)
func Round(col ColumnOrName, scale ...ColumnOrValue) Column {
	return call("round", withValues([]any{col}, scale)...)
}

// Bround rounds half to even to scale decimal places.
//
//	functions.Bround("price", 2)
func Bround(col ColumnOrName, scale ...ColumnOrValue) Column {
	return call("bround", withValues([]any{col}, scale)...)
}

// Sec is the secant of an angle in radians.
//
//	functions.Sec("col")
func Sec(col ColumnOrName) Column {
	return call("sec", col)
}

// Sign is -1, 0 or 1.
//
//	functions.Sign("col")
func Sign(col ColumnOrName) Column {
	return call("sign", col)
}

// Signum is Sign.
//
//	functions.Signum("col")
func Signum(col ColumnOrName) Column {
	return call("signum", col)
}

// Sin is the sine of an angle in radians.
//
//	functions.Sin("col")
func Sin(col ColumnOrName) Column {
	return call("sin", col)
}

// Sinh is the hyperbolic sine.
//
//	functions.Sinh("col")
func Sinh(col ColumnOrName) Column {
	return call("sinh", col)
}

// Sqrt is the square root, NaN of negative numbers.
//
//	functions.Sqrt("col")
func Sqrt(col ColumnOrName) Column {
	return call("sqrt", col)
}

// Tan is the tangent of an angle in radians.
//
//	functions.Tan("col")
func Tan(col ColumnOrName) Column {
	return call("tan", col)
}

// Tanh is the hyperbolic tangent.
//
//	functions.Tanh("col")
func Tanh(col ColumnOrName) Column {
	return call("tanh", col)
}

// TryAdd is left + right, null instead of an overflow.
//
//	functions.TryAdd("left", "right")
func TryAdd(left, right ColumnOrName) Column {
	return call("try_add", left, right)
}

// TryDivide is left / right, null when dividing by zero.
//
//	functions.TryDivide("left", "right")
func TryDivide(left, right ColumnOrName) Column {
	return call("try_divide", left, right)
}

// TryMod is the remainder, null when dividing by zero.
//
//	functions.TryMod("left", "right")
func TryMod(left, right ColumnOrName) Column {
	return call("try_mod", left, right)
}

// TryMultiply is left * right, null instead of an overflow.
//
//	functions.TryMultiply("left", "right")
func TryMultiply(left, right ColumnOrName) Column {
	return call("try_multiply", left, right)
}

// TrySubtract is left - right, null instead of an overflow.
//
//	functions.TrySubtract("left", "right")
func TrySubtract(left, right ColumnOrName) Column {
	return call("try_subtract", left, right)
}

// WidthBucket is the number of the bucket, of equally wide ones between min and
// max, that the value falls into.
//
//	functions.WidthBucket("age", "low", "high", 5)
func WidthBucket(value, min, max ColumnOrName, buckets ColumnOrValue) Column {
	return call("width_bucket", value, min, max, spate.Lit(buckets))
}

// Bin is a whole number in binary digits.
//
//	functions.Bin("col")
func Bin(col ColumnOrName) Column {
	return call("bin", col)
}

// Conv converts the digits of a number from one base to another.
//
//	functions.Conv("digits", 16, 10)
func Conv(col ColumnOrName, fromBase, toBase int) Column {
	return call("conv", col, spate.Lit(fromBase), spate.Lit(toBase))
}

// Greatest is the largest of the values, nulls skipped.
//
//	functions.Greatest("a", "b")
func Greatest(cols ...ColumnOrName) Column {
	return call("greatest", cols...)
}

// Least is the smallest of the values, nulls skipped.
//
//	functions.Least("a", "b")
func Least(cols ...ColumnOrName) Column {
	return call("least", cols...)
}

// Rand is a random number, uniform in [0, 1).
//
//	functions.Rand()
func Rand(seed ...ColumnOrValue) Column {
	return call("rand", withValues([]any{}, seed)...)
}

// Random is Rand.
//
//	functions.Random()
func Random(seed ...ColumnOrValue) Column {
	return call("random", withValues([]any{}, seed)...)
}

// Randn is a random number of the standard normal distribution.
//
//	functions.Randn()
func Randn(seed ...ColumnOrValue) Column {
	return call("randn", withValues([]any{}, seed)...)
}

// ShiftLeft shifts bits to the left.
//
//	functions.ShiftLeft("flags", 2)
func ShiftLeft(col ColumnOrName, bits int) Column {
	return call("shiftleft", col, spate.Lit(bits))
}

// ShiftRight shifts bits to the right and keeps the sign.
//
//	functions.ShiftRight("flags", 2)
func ShiftRight(col ColumnOrName, bits int) Column {
	return call("shiftright", col, spate.Lit(bits))
}

// ShiftRightUnsigned shifts bits to the right and fills with zeros.
//
//	functions.ShiftRightUnsigned("flags", 2)
func ShiftRightUnsigned(col ColumnOrName, bits int) Column {
	return call("shiftrightunsigned", col, spate.Lit(bits))
}

// BitCount counts the bits that are set.
//
//	functions.BitCount("col")
func BitCount(col ColumnOrName) Column {
	return call("bit_count", col)
}

// BitGet is the bit at a position, counted from the right and from 0.
//
//	functions.BitGet("flags", 3)
func BitGet(col ColumnOrName, pos ColumnOrValue) Column {
	return call("bit_get", col, spate.Lit(pos))
}

// Getbit is BitGet.
//
//	functions.Getbit("flags", 3)
func Getbit(col ColumnOrName, pos ColumnOrValue) Column {
	return call("getbit", col, spate.Lit(pos))
}

// IsNaN is true where the value is not a number.
//
//	functions.IsNaN("col")
func IsNaN(col ColumnOrName) Column {
	return call("isnan", col)
}

// NaNvl is a, or b where a is not a number.
//
//	functions.NaNvl("a", "b")
func NaNvl(a, b ColumnOrName) Column {
	return call("nanvl", a, b)
}
