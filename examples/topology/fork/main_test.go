package main

import (
	"bytes"
	"testing"

	"github.com/spatestream/spate/topology/source"
)

func TestPrints(t *testing.T) {
	var out bytes.Buffer
	if err := job(source.Values("car", "bus"), &out).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := `
bridge (bridge) :: instance 0 --> car
toll booth (booth-1) :: instance 0 -->
  car: 1
toll booth (booth-2) :: instance 0 -->
  car: 1

bridge (bridge) :: instance 0 --> bus
toll booth (booth-1) :: instance 0 -->
  bus: 1
  car: 1
toll booth (booth-2) :: instance 0 -->
  bus: 1
  car: 1
`
	if out.String() != want {
		t.Errorf("printed\n%s", &out)
	}
}
