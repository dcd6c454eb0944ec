package spate_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/spatestream/spate"
)

type person struct {
	Name   string `spate:"name"`
	Age    *int32 `spate:"age"`
	Born   time.Time
	Tags   []string
	Scores map[string]float64
	Home   address
}

type address struct{ City, Street string }

func TestStructs(t *testing.T) {
	s, _ := newSession(t)
	age := int32(36)
	in := []person{
		{Name: "Ada", Age: &age, Born: time.Date(1815, 12, 10, 0, 0, 0, 0, time.UTC), Tags: []string{"math"}, Scores: map[string]float64{"a": 1}, Home: address{"London", "A"}},
		{Name: "Bob", Born: time.Unix(0, 0).UTC(), Tags: []string{}, Home: address{City: "Paris"}},
	}
	d := s.CreateDataFrame(in)
	out, err := spate.ToStructs[person](t.Context(), d.OrderBy("name"))
	if err != nil || !reflect.DeepEqual(out, in) {
		t.Errorf("%+v %v", out, err)
	}
	names, err := spate.ToStructs[string](t.Context(), d.Where("age IS NULL").Select("name"))
	if err != nil || !reflect.DeepEqual(names, []string{"Bob"}) {
		t.Error(names, err)
	}
	rows, err := d.Select("Home.City", "tags", "age").OrderBy("City").Collect(t.Context())
	if err != nil || rows[0].String() != "Row(City='London', tags=['math'], age=36)" && rows[0].String() != "Row(City='London', Tags=['math'], age=36)" {
		t.Error(rows, err)
	}
	_, err = spate.ToStructs[struct{ Age int32 }](t.Context(), d.Select("age"))
	wantClass(t, err, "NOT_NULL_ASSERT_VIOLATION")
	_, err = spate.ToStructs[struct{ Name int32 }](t.Context(), d)
	wantClass(t, err, "CANNOT_UP_CAST_DATATYPE")
	_, err = s.CreateDataFrame([]chan int{}).Schema()
	wantClass(t, err, "ENCODER_NOT_FOUND")
}

func TestManyRows(t *testing.T) {
	s, _ := newSession(t)
	ids := make([]int64, 20000)
	for i := range ids {
		ids[i] = int64(i)
	}
	if n, err := s.CreateDataFrame(ids).Where("value % 2 = 0").Count(t.Context()); n != 10000 || err != nil {
		t.Error(n, err)
	}
}
