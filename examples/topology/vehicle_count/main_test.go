package main

import (
	"bytes"
	"testing"

	"github.com/spatestream/spate/topology/source"
)

func TestPrints(t *testing.T) {
	var out bytes.Buffer
	if err := job(source.Values("car", "truck", "car"), &out).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := `
SensorReader --> car
VehicleCounter --> 
  car: 1

SensorReader --> truck
VehicleCounter --> 
  car: 1
  truck: 1

SensorReader --> car
VehicleCounter --> 
  car: 2
  truck: 1
`
	if out.String() != want {
		t.Errorf("printed\n%s", &out)
	}
}
