package decimal

// Type is a decimal type: precision 1 to 38, scale 0 to precision.
type Type struct{ Precision, Scale uint8 }

// Fits tells whether the unscaled value v is one of the type's.
func (t Type) Fits(v Int128) bool { return v.Fits(t.Precision) }

// Narrow tells whether columns of the type are int64.
func (t Type) Narrow() bool { return t.Precision <= Max64 }

// minScale is the scale that results cut for precision keep if they had it.
const minScale = 6

// adjusted cuts a type of more than 38 digits as Spark does when it may lose
// precision: integral digits stay, the scale gives way, but not below 6.
func adjusted(p, s int) Type {
	if p > MaxPrecision {
		s = max(MaxPrecision-(p-s), min(s, minScale))
	}
	return bounded(p, s)
}

// bounded cuts precision and scale to 38 each.
func bounded(p, s int) Type {
	return Type{uint8(min(p, MaxPrecision)), uint8(min(s, MaxScale))}
}

func result(p, s int, loss bool) Type {
	if loss {
		return adjusted(p, s)
	}
	return bounded(p, s)
}

// AddType is the type of a+b and a-b. loss is the setting
// spark.sql.decimalOperations.allowPrecisionLoss, here and below.
func AddType(a, b Type, loss bool) Type {
	s := max(int(a.Scale), int(b.Scale))
	return result(max(a.integral(), b.integral())+s+1, s, loss)
}

// MulType is the type of a·b.
func MulType(a, b Type, loss bool) Type {
	return result(int(a.Precision)+int(b.Precision)+1, int(a.Scale)+int(b.Scale), loss)
}

// DivType is the type of a/b.
func DivType(a, b Type, loss bool) Type {
	integral := a.integral() + int(b.Scale)
	scale := max(minScale, int(a.Scale)+int(b.Precision)+1)
	if loss {
		return adjusted(integral+scale, scale)
	}
	integral, scale = min(integral, MaxScale), min(scale, MaxScale)
	if over := integral + scale - MaxScale; over > 0 {
		scale -= over/2 + 1
		integral = MaxScale - scale
	}
	return bounded(integral+scale, scale)
}

// RemType is the type of a%b and pmod(a, b).
func RemType(a, b Type, loss bool) Type {
	s := max(int(a.Scale), int(b.Scale))
	return result(min(a.integral(), b.integral())+s, s, loss)
}

// QuoType is the decimal type in which "a div b" is computed before it becomes
// a bigint.
func QuoType(a, b Type) Type {
	return bounded(max(1, a.integral()+int(b.Scale)), 0)
}

// WiderType is the type that holds the values of both, as set operations,
// coalesce, CASE and comparisons need; above 38 digits the fraction gives way.
func WiderType(a, b Type) Type {
	s := max(int(a.Scale), int(b.Scale))
	p := max(a.integral(), b.integral()) + s
	if p > MaxPrecision {
		s = max(0, s-(p-MaxPrecision))
	}
	return bounded(p, s)
}

// SumType is the type of sum over t, AvgType that of avg.
func SumType(t Type) Type { return bounded(int(t.Precision)+10, int(t.Scale)) }

// AvgType is the type of avg over t.
func AvgType(t Type) Type { return bounded(int(t.Precision)+4, int(t.Scale)+4) }

// RoundType is the type of round, bround, ceil and floor of t to scale digits
// after the point; a negative scale rounds before it.
func RoundType(t Type, scale int) Type {
	integral := t.integral() + 1
	if scale < 0 {
		return bounded(max(integral, 1-scale), 0)
	}
	s := min(int(t.Scale), scale)
	return bounded(integral+s, s)
}

func (t Type) integral() int { return int(t.Precision) - int(t.Scale) }
