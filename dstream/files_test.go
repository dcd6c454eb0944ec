package dstream_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/rdd"
)

// put writes a file that was changed so long after the start.
func put(t *testing.T, path, text string, after time.Duration) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	at := dstreamtest.Start.Add(after)
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
}

func TestTextFileStream(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	dir := filepath.Join(t.TempDir(), "in")
	out := dstreamtest.Output(h, h.Context().TextFileStream(dir))
	var infos []dstream.InputInfo
	h.Context().AddListener(&dstream.Listener{BatchSubmitted: func(b dstream.BatchInfo) { infos = append(infos, b.Inputs...) }})
	h.Run(1) // the directory is missing
	put(t, dir+"/old", "old", 0)
	put(t, dir+"/.hidden", "hidden", 1500*time.Millisecond)
	put(t, dir+"/deep/file", "deep", 1500*time.Millisecond)
	put(t, dir+"/a", "one\ntwo", 1500*time.Millisecond)
	put(t, dir+"/b", "three", 2*time.Second)
	put(t, dir+"/later", "four", 2500*time.Millisecond)
	h.Run(1)
	put(t, dir+"/a", "more", 2500*time.Millisecond) // chosen already
	h.Run(2)
	out.Want(nil, []string{"one", "two", "three"}, []string{"four"}, nil)
	if got := fmt.Sprint(infos[1].Metadata["files"]); got != fmt.Sprint([]string{filepath.ToSlash(dir) + "/a", filepath.ToSlash(dir) + "/b"}) || infos[1].Records != 0 {
		t.Error(infos[1])
	}
}

func TestExistingFilesReachBackAMinute(t *testing.T) {
	h := dstreamtest.New(t, time.Second, rdd.Conf("spark.streaming.fileStream.minRememberDuration", "2s"))
	dir := t.TempDir()
	put(t, dir+"/x1/old", "old", -3*time.Second)
	put(t, dir+"/x1/young", "young", -time.Second/2)
	put(t, dir+"/x2/skip", "skip", 0)
	put(t, dir+"/x2/file", "file", 0)
	put(t, dir+"/y/file", "other directory", 0)
	keep := dstream.FileFilter(func(p string) bool { return !strings.HasSuffix(p, "skip") })
	read := func(sc *rdd.Context, path string) *rdd.RDD[string] { return sc.TextFile(path) }
	out := dstreamtest.Output(h, dstream.FileStream(h.Context(), dir+"/x*", read, dstream.ExistingFiles(), keep))
	h.Run(5)
	out.Want([]string{"young", "file"}, nil, nil, nil, nil)
}

func TestBinaryRecordsStream(t *testing.T) {
	h := dstreamtest.New(t, time.Second, rdd.Conf("spark.task.maxFailures", "1"))
	dir := t.TempDir()
	out := dstreamtest.Output(h, dstream.BinaryRecordsStream(h.Context(), dir, 2))
	put(t, dir+"/good", "abcd", time.Second/2)
	h.Run(1)
	out.Want([][]byte{[]byte("ab"), []byte("cd")})
	put(t, dir+"/bad", "abc", 3*time.Second/2)
	h.Run(1)
	if err := h.Context().AwaitTermination(context.Background()); err == nil || !strings.Contains(err.Error(), "bad") {
		t.Error(err)
	}
}

func TestConstantInput(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	out := dstreamtest.Output(h, dstream.ConstantInput(h.Context(), rdd.Parallelize(h.Context().RDDContext(), []int{1, 2})))
	h.Run(2)
	out.Want([]int{1, 2}, []int{1, 2})
}

func TestConstantInputRefusesNil(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	dstream.ConstantInput[int](h.Context(), nil).Print(1)
	if err := h.Context().Start(context.Background()); err == nil || !strings.Contains(err.Error(), "files_test.go") {
		t.Error(err)
	}
}
