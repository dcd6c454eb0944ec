package rdd

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestObjectFiles(t *testing.T) {
	c := NewContext("objects", Workers(2))
	defer c.Stop()
	type point struct {
		X, Y float64
		Tags []string
	}
	want := []point{{1, 2, nil}, {3, 4, []string{"a"}}, {5, 6, []string{}}}
	dir := filepath.Join(t.TempDir(), "out")
	r := Parallelize(c, want, 2)
	if err := r.SaveAsObjectFile(context.Background(), dir); err != nil {
		t.Fatal(err)
	}
	back := ObjectFile[point](c, dir)
	if got := gather(t, back); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if n, err := back.NumPartitions(); n != 2 || err != nil {
		t.Error(n, err)
	}
	if err := r.SaveAsObjectFile(context.Background(), dir); err == nil {
		t.Error("files were written over")
	}
	if err := r.SaveAsObjectFile(context.Background(), dir, Overwrite(), Codec("gzip")); err == nil {
		t.Error("a codec was taken")
	}
	if err := os.Truncate(filepath.Join(dir, "part-00001"), 150); err != nil {
		t.Fatal(err)
	}
	if _, err := ObjectFile[point](c, dir).Collect(context.Background()); err == nil || !strings.Contains(err.Error(), "part-00001") {
		t.Error(err)
	}
}
