package rdd

import (
	"context"
	"reflect"

	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/javahash"
	"github.com/spatestream/spate/sketch"
	"github.com/spatestream/spate/sparkerr"
)

// CountApproxDistinctByKey estimates how many different values each key has,
// with a relative standard deviation of about accuracy, which lies between
// 0.000017 and 0.39; Spark's default is 0.05. The registers are as many as
// Spark takes, the hash is not Spark's.
func CountApproxDistinctByKey[K, V comparable](r *RDD[Pair[K, V]], accuracy float64, where ...Where) *RDD[Pair[K, int64]] {
	const op = "countApproxDistinctByKey"
	if err := accurate(accuracy); err != nil {
		return bad[Pair[K, int64]](r.node(), op, err)
	}
	add := adder[V]()
	value := func(d *sketch.Distinct, v V) *sketch.Distinct { add(d, v); return d }
	sketches := combineByKey(r, op, combiner[V, *sketch.Distinct]{
		create: func(v V) *sketch.Distinct {
			d, _ := sketch.NewDistinct(accuracy) // checked above
			return value(d, v)
		},
		value:   value,
		merge:   func(a, b *sketch.Distinct) *sketch.Distinct { a.Merge(b); return a }, // of one shape
		mapSide: true,
	}, where)
	return MapValues(sketches, (*sketch.Distinct).Estimate)
}

// CountApproxDistinct estimates how many different elements there are, as
// CountApproxDistinctByKey does.
func CountApproxDistinct[T comparable](ctx context.Context, r *RDD[T], accuracy float64) (int64, error) {
	if err := accurate(accuracy); err != nil {
		return 0, err.At(exec.CallSite())
	}
	zero := func() *sketch.Distinct {
		d, _ := sketch.NewDistinct(accuracy) // checked above
		return d
	}
	add := adder[T]()
	all, err := Aggregate(ctx, r, zero,
		func(d *sketch.Distinct, x T) *sketch.Distinct { add(d, x); return d },
		func(a, b *sketch.Distinct) *sketch.Distinct { a.Merge(b); return a }) // of one shape
	if err != nil {
		return 0, err
	}
	return all.Estimate(), nil
}

// accurate refuses accuracies that Spark refuses.
func accurate(accuracy float64) *sparkerr.Error {
	if _, err := sketch.NewDistinct(accuracy); err != nil || accuracy <= 0.000017 {
		return sparkerr.New("", "the accuracy of an approximate count lies between 0.000017 and 0.39")
	}
	return nil
}

// adder counts values by the kind of V; those that are neither text nor number
// by their Java hash.
func adder[V comparable]() func(d *sketch.Distinct, v V) {
	hash := javahash.Of[V]()
	switch reflect.TypeFor[V]().Kind() {
	case reflect.String:
		return func(d *sketch.Distinct, v V) { d.AddString(reflect.ValueOf(v).String()) }
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(d *sketch.Distinct, v V) { d.AddInt64(reflect.ValueOf(v).Int()) }
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return func(d *sketch.Distinct, v V) { d.AddInt64(int64(reflect.ValueOf(v).Uint())) }
	case reflect.Float32, reflect.Float64:
		return func(d *sketch.Distinct, v V) { d.AddFloat64(reflect.ValueOf(v).Float()) }
	}
	return func(d *sketch.Distinct, v V) { d.AddInt64(int64(hash(v))) }
}
