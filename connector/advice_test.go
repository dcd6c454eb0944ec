package connector

import (
	"slices"
	"testing"
)

func TestUnknownOptions(t *testing.T) {
	o := Options{"ROWSPERSECOND": "1", "path": "/in", "checkpointlocation": "/ck", "fs.s3a.endpoint": "x", "rowPerSecond": "1", "colour": "red"}
	want := []string{"unknown option colour of format rate: it has no effect", "unknown option rowPerSecond of format rate: did you mean rowsPerSecond?"}
	if got := UnknownOptions("rate", o, "rowsPerSecond", "numPartitions"); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
