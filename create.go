package spate

import (
	"context"
	"fmt"
	"reflect"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/encoder"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sparkerr"
)

// CreateDataFrame returns a frame of a slice: a column for each exported field
// of its structs, named by the tag spate:"name" or else as the field is; or one
// column value of a slice of anything else. Pointers, slices and maps may be
// NULL. The rows are copied at once.
//
//	type person struct {
//		Name string `spate:"name"`
//		Age  *int32 `spate:"age"`
//	}
//	d := s.CreateDataFrame([]person{{Name: "Ada"}})
func (s *Session) CreateDataFrame(rows any) *DataFrame {
	b := s.build()
	v := reflect.ValueOf(rows)
	if v.Kind() != reflect.Slice {
		return b.fail(sparkerr.New("ENCODER_NOT_FOUND", fmt.Sprintf("CreateDataFrame takes a slice, not a %T", rows), "typeName", fmt.Sprintf("%T", rows)))
	}
	at := v.Index
	t := v.Type().Elem()
	if t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct {
		t = t.Elem()
		at = func(i int) reflect.Value { return v.Index(i).Elem() }
	}
	e, err := encoder.OfType(t)
	if err != nil {
		return b.fail(err)
	}
	local := &plan.Local{Node: b.node(), Schema: e.Schema()}
	for i := range v.Len() {
		x := at(i)
		if !x.IsValid() {
			return b.fail(sparkerr.New("NOT_NULL_ASSERT_VIOLATION", fmt.Sprintf("element %d of the slice is nil, but a row cannot be NULL", i)))
		}
		if err := e.AppendRow(openBatch(local), x); err != nil {
			return b.fail(err)
		}
	}
	return b.frame(local)
}

// openBatch returns the last batch of l, or a new one if that is full.
func openBatch(l *plan.Local) *columnar.Batch {
	if n := len(l.Batches); n > 0 && l.Batches[n-1].Len < columnar.MaxRows {
		return l.Batches[n-1]
	}
	b := columnar.NewBatch(l.Schema)
	l.Batches = append(l.Batches, b)
	return b
}

// ToStructs runs the frame and returns its rows as Go values: structs, whose
// fields match columns by the tag spate:"name" or their name in any case, or,
// of a frame of one column, anything else. A NULL needs a field that can be
// nil.
func ToStructs[T any](ctx context.Context, d *DataFrame) ([]T, error) {
	at := callSite()
	e, err := encoder.Of[T]()
	if err != nil {
		return nil, locate(err, at)
	}
	schema, err := d.Schema()
	if err != nil {
		return nil, err
	}
	r, err := e.Rows(schema)
	if err != nil {
		return nil, locate(err, at)
	}
	var out []T
	err = d.run(ctx, func(b *columnar.Batch) error {
		r.Begin()
		v := encoder.RowVector(b)
		for k := range b.Rows() {
			var x T
			if err := r.Read(v, b.RowAt(k), &x); err != nil {
				return err
			}
			out = append(out, x)
		}
		return nil
	})
	return out, locate(err, at)
}
