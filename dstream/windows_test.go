package dstream_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/dstream/dstreamtest"
)

func TestWindows(t *testing.T) {
	batches := [][]int{{1}, {2}, nil, {4}, {5}, {6}}
	for _, x := range []struct{ length, slide int }{{1, 1}, {2, 1}, {3, 2}, {2, 2}, {6, 1}} {
		t.Run(fmt.Sprintf("length %d slide %d", x.length, x.slide), func(t *testing.T) {
			h := dstreamtest.New(t, time.Second)
			in := dstreamtest.Input(h, batches...)
			out := dstreamtest.Output(h, in.Window(time.Duration(x.length)*time.Second, time.Duration(x.slide)*time.Second))
			h.Run(len(batches))
			var want [][]int
			for at := x.slide; at <= len(batches); at += x.slide {
				var rows []int
				for i := max(0, at-x.length); i < at; i++ {
					rows = append(rows, batches[i]...)
				}
				want = append(want, rows)
			}
			out.Want(want...)
		})
	}
}

func TestWindowsMustFitTheSlide(t *testing.T) {
	h := dstreamtest.New(t, 2*time.Second)
	dstreamtest.Input[int](h).Window(3 * time.Second).Print(1)
	err := h.Context().Start(context.Background())
	if err == nil || !strings.Contains(err.Error(), "3000 ms") || !strings.Contains(err.Error(), "windows_test.go") {
		t.Error(err)
	}
}
