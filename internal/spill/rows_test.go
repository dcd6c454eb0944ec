package spill

import (
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/vfs"
)

type event struct {
	User string
	Tags []string
	At   *int64
	By   map[string]float64
}

func TestRowsThereAndBack(t *testing.T) {
	space := memory.NewSpace(vfs.OS(1), t.TempDir())
	f, err := Create(space, "rows")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c, err := CodecOf[event]()
	if err != nil {
		t.Fatal(err)
	}
	at := int64(7)
	var want [2][]event
	w := [2]*Writer{NewWriter(f, 300), NewWriter(f, 1000)}
	for i := range 500 {
		x := event{User: fmt.Sprint("u", i)}
		if i%3 == 0 {
			x.Tags, x.At, x.By = []string{"a", "b"}, &at, map[string]float64{"k": 1.5}
		}
		want[i%2] = append(want[i%2], x)
		if err := Add(w[i%2], c, &x); err != nil {
			t.Fatal(err)
		}
	}
	for i := range w {
		runs, err := w[i].Runs()
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			var got []event
			r := ReadRows(f, c, runs)
			for {
				rows, err := r.Next()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, rows...)
			}
			r.Close()
			if !reflect.DeepEqual(got, want[i]) {
				t.Errorf("%d rows, want %d as they were written", len(got), len(want[i]))
			}
		}
	}
}

func TestTypesThatCannotSpill(t *testing.T) {
	type half struct {
		A int
		b int
	}
	_ = half{b: 1}
	_, err := CodecOf[struct{ X []half }]()
	if err == nil || !strings.Contains(err.Error(), "half") {
		t.Errorf("unexported fields would be lost: %v", err)
	}
	if _, err := CodecOf[chan int](); err == nil {
		t.Error("a channel has no encoder")
	}
}
