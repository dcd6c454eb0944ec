package memory

import (
	"strings"
	"sync"
	"testing"
)

type tree struct {
	Name string
	Left *tree
	Tags map[string]int64
}

func TestSizer(t *testing.T) {
	if s := SizerOf[[3]int32](); !s.Flat() || s.Width() != 12 || s.Of(make([][3]int32, 5)) != 60 {
		t.Error("an array of numbers is flat")
	}
	if s := SizerOf[struct {
		A int
		B [2]float32
	}](); !s.Flat() || s.Width() != 16 {
		t.Error("a struct of numbers is flat")
	}
	texts := []string{strings.Repeat("x", 10), strings.Repeat("y", 30)}
	if got := SizerOf[string]().Of(texts); got != 2*16+40 {
		t.Error("texts:", got)
	}
	if got := SizerOf[[]string]().Deep([][]string{texts}); got != 2*16+40 {
		t.Error("slices:", got)
	}
	n := &tree{Name: "abc", Left: &tree{Name: "de"}, Tags: map[string]int64{"k": 1}}
	if got := SizerOf[*tree]().Deep([]*tree{n}); got != 2*32+5+16+8+mapEntry+1 {
		t.Error("trees:", got)
	}
	if got := SizerOf[any]().Deep([]any{"abc", nil}); got != 16+3 {
		t.Error("interfaces:", got)
	}
	many := make([]string, 10000)
	for i := range many {
		many[i] = "12345"
	}
	if got := SizerOf[string]().Deep(many); got != 50000 {
		t.Error("a sample stands for all:", got)
	}
	loop := &tree{}
	loop.Left = loop
	if got := SizerOf[*tree]().Deep([]*tree{loop}); got <= 0 || got > 1<<12 {
		t.Error("a loop ends:", got)
	}
}

// What a lock guards is not looked at.
func TestWhatALockGuardsDoesNotCount(t *testing.T) {
	type shared struct {
		mu  sync.Mutex
		big []byte
	}
	type value struct {
		*shared
		own []byte
	}
	v := []value{{&shared{big: make([]byte, 1<<20)}, make([]byte, 1000)}}
	v[0].mu.Lock()
	defer v[0].mu.Unlock()
	if n := SizerOf[value]().Deep(v); n < 1000 || n > 5000 {
		t.Error(n)
	}
}
