package spate

import (
	"github.com/spatestream/spate/internal/encoder"
	"github.com/spatestream/spate/sqltype"
)

// parameterOf compiles an argument's type; err keeps the first failure.
func parameterOf[A any](err *error) parameter[A] {
	e, failed := encoder.Of[A]()
	if *err == nil {
		*err = failed
	}
	return parameter[A]{e}
}

// UDF1 makes a scalar function of one argument.
//
//	half := spate.UDF1(func(x float64) float64 { return x / 2 })
//	d.Select(half.Call("price"))
func UDF1[A, R any](f func(A) R) *UserFunc {
	return udf1(placeOf(f), func(a A) (R, error) { return f(a), nil })
}

// TryUDF1 is UDF1 of a function that may return an error.
func TryUDF1[A, R any](f func(A) (R, error)) *UserFunc { return udf1(placeOf(f), f) }

func udf1[A, R any](p place, f func(A) (R, error)) *UserFunc {
	var err error
	p1 := parameterOf[A](&err)
	if err != nil {
		return &UserFunc{err: err}
	}
	return scalarFunc(p, []anyParameter{p1}, func(types []sqltype.Type) ([]loader, func() (R, error)) {
		a := p1.bind(types[0])
		return []loader{a}, func() (R, error) { return f(a.x) }
	})
}

// UDF2 makes a scalar function of two arguments.
func UDF2[A, B, R any](f func(A, B) R) *UserFunc {
	return udf2(placeOf(f), func(a A, b B) (R, error) { return f(a, b), nil })
}

// TryUDF2 is UDF2 of a function that may return an error.
func TryUDF2[A, B, R any](f func(A, B) (R, error)) *UserFunc { return udf2(placeOf(f), f) }

func udf2[A, B, R any](p place, f func(A, B) (R, error)) *UserFunc {
	var err error
	p1 := parameterOf[A](&err)
	p2 := parameterOf[B](&err)
	if err != nil {
		return &UserFunc{err: err}
	}
	return scalarFunc(p, []anyParameter{p1, p2}, func(types []sqltype.Type) ([]loader, func() (R, error)) {
		a, b := p1.bind(types[0]), p2.bind(types[1])
		return []loader{a, b}, func() (R, error) { return f(a.x, b.x) }
	})
}

// UDF3 makes a scalar function of three arguments.
func UDF3[A, B, C, R any](f func(A, B, C) R) *UserFunc {
	return udf3(placeOf(f), func(a A, b B, c C) (R, error) { return f(a, b, c), nil })
}

// TryUDF3 is UDF3 of a function that may return an error.
func TryUDF3[A, B, C, R any](f func(A, B, C) (R, error)) *UserFunc { return udf3(placeOf(f), f) }

func udf3[A, B, C, R any](p place, f func(A, B, C) (R, error)) *UserFunc {
	var err error
	p1 := parameterOf[A](&err)
	p2 := parameterOf[B](&err)
	p3 := parameterOf[C](&err)
	if err != nil {
		return &UserFunc{err: err}
	}
	return scalarFunc(p, []anyParameter{p1, p2, p3}, func(types []sqltype.Type) ([]loader, func() (R, error)) {
		a, b, c := p1.bind(types[0]), p2.bind(types[1]), p3.bind(types[2])
		return []loader{a, b, c}, func() (R, error) { return f(a.x, b.x, c.x) }
	})
}

// UDF4 makes a scalar function of four arguments.
func UDF4[A, B, C, D, R any](f func(A, B, C, D) R) *UserFunc {
	return udf4(placeOf(f), func(a A, b B, c C, d D) (R, error) { return f(a, b, c, d), nil })
}

// TryUDF4 is UDF4 of a function that may return an error.
func TryUDF4[A, B, C, D, R any](f func(A, B, C, D) (R, error)) *UserFunc { return udf4(placeOf(f), f) }

func udf4[A, B, C, D, R any](p place, f func(A, B, C, D) (R, error)) *UserFunc {
	var err error
	p1 := parameterOf[A](&err)
	p2 := parameterOf[B](&err)
	p3 := parameterOf[C](&err)
	p4 := parameterOf[D](&err)
	if err != nil {
		return &UserFunc{err: err}
	}
	return scalarFunc(p, []anyParameter{p1, p2, p3, p4}, func(types []sqltype.Type) ([]loader, func() (R, error)) {
		a, b, c, d := p1.bind(types[0]), p2.bind(types[1]), p3.bind(types[2]), p4.bind(types[3])
		return []loader{a, b, c, d}, func() (R, error) { return f(a.x, b.x, c.x, d.x) }
	})
}

// UDF5 makes a scalar function of five arguments.
func UDF5[A, B, C, D, E, R any](f func(A, B, C, D, E) R) *UserFunc {
	return udf5(placeOf(f), func(a A, b B, c C, d D, e E) (R, error) { return f(a, b, c, d, e), nil })
}

// TryUDF5 is UDF5 of a function that may return an error.
func TryUDF5[A, B, C, D, E, R any](f func(A, B, C, D, E) (R, error)) *UserFunc {
	return udf5(placeOf(f), f)
}

func udf5[A, B, C, D, E, R any](p place, f func(A, B, C, D, E) (R, error)) *UserFunc {
	var err error
	p1 := parameterOf[A](&err)
	p2 := parameterOf[B](&err)
	p3 := parameterOf[C](&err)
	p4 := parameterOf[D](&err)
	p5 := parameterOf[E](&err)
	if err != nil {
		return &UserFunc{err: err}
	}
	return scalarFunc(p, []anyParameter{p1, p2, p3, p4, p5}, func(types []sqltype.Type) ([]loader, func() (R, error)) {
		a, b, c, d, e := p1.bind(types[0]), p2.bind(types[1]), p3.bind(types[2]), p4.bind(types[3]), p5.bind(types[4])
		return []loader{a, b, c, d, e}, func() (R, error) { return f(a.x, b.x, c.x, d.x, e.x) }
	})
}
