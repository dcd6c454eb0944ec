package exec

import (
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// Calls of tests are the user's, from wherever they come; below the engine alone
// nobody has called.
func TestCallSite(t *testing.T) {
	here := sync.OnceValue(CallSite)()
	if !strings.HasSuffix(here.File, "place_test.go") {
		t.Error(here)
	}
	p := func() Place { return Here() }()
	if at := p.Site(); at.File != here.File {
		t.Error(at)
	}
	if at := site(nil); at.File != "" {
		t.Error(at)
	}
}

func TestCalledBy(t *testing.T) {
	if Working() {
		t.Error("a test is no task")
	}
	_ = Work(func() error {
		if got := CalledBy("rdd.none", "internal/exec.Work"); got != "internal/exec.Work" || !Working() {
			t.Error(got)
		}
		return nil
	})
}

// Apart returns whatever becomes of what it calls.
func TestApart(t *testing.T) {
	own := errors.New("own")
	if err := Apart(func() error { return own }); err != own {
		t.Error(err)
	}
	for name, c := range map[string]struct {
		does func() error
		says string
	}{
		"panic":  {func() error { panic("so") }, "user code panicked: so"},
		"goexit": {func() error { runtime.Goexit(); return nil }, "a function ended its goroutine"},
	} {
		if err := Apart(c.does); err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "place_test.go:") {
			t.Error(name, err)
		}
	}
}
