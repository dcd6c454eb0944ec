package memory

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/spatestream/spate/sparkerr"
)

// hog holds memory and spills all of it.
type hog struct {
	a      *Account
	held   int64
	spills int
	stuck  bool // frees nothing
}

func (h *hog) Spillable() int64 { return h.held }

func (h *hog) Spill() error {
	h.spills++
	if !h.stuck {
		h.a.Shrink(h.held)
		h.held = 0
	}
	return nil
}

func (h *hog) grow(t *testing.T, n int64) {
	t.Helper()
	if err := h.a.Grow(n, "hog"); err != nil {
		t.Fatal(err)
	}
	h.held += n
}

func TestGrowAsksTheLargestOfItsTask(t *testing.T) {
	b := NewBudget(100)
	a := b.Account("agg", 60)
	small, large := &hog{a: a}, &hog{a: a}
	a.Register(small)
	a.Register(large)
	small.grow(t, 20)
	large.grow(t, 40)
	small.grow(t, 30)
	if large.spills != 1 || small.spills != 0 || a.Used() != 50 || b.Used() != 50 {
		t.Fatalf("large spilled %d times, small %d, used %d", large.spills, small.spills, a.Used())
	}
	other := b.Account("other", 0)
	if err := other.Grow(60, "sort"); err == nil {
		t.Fatal("a task got memory that another holds")
	}
	a.Unregister(small)
	if err := a.Grow(20, "map"); err == nil {
		t.Fatal("an unregistered spiller was asked")
	}
	a.Close()
	if b.Used() != 0 {
		t.Fatalf("%d left", b.Used())
	}
	a.Shrink(5)
	if b.Used() != 0 {
		t.Fatalf("%d after giving back too much", b.Used())
	}
}

func TestGrowFailsByName(t *testing.T) {
	a := NewBudget(10).Account("stage 3 task 1", 0)
	err := a.Grow(11, "hash join")
	var e *sparkerr.Error
	if !errors.As(err, &e) || e.Class != "UNABLE_TO_ACQUIRE_MEMORY" ||
		!strings.Contains(err.Error(), "stage 3 task 1") || !strings.Contains(err.Error(), "hash join") {
		t.Fatal(err)
	}
	h := &hog{a: a, stuck: true}
	a.Register(h)
	h.grow(t, 10)
	if err := a.Grow(1, "hash join"); err == nil || h.spills != 1 {
		t.Fatalf("%d spills, %v", h.spills, err)
	}
}

// Tasks that grow at the same time never exceed the budget together.
func TestBudgetIsShared(t *testing.T) {
	b := NewBudget(1000)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			a := b.Account("t", 0)
			defer a.Close()
			for i := range 2000 {
				if a.Grow(int64(i%90), "x") == nil && b.Used() > 1000 {
					t.Error("over budget")
				}
				if a.Used() > 300 {
					a.Shrink(a.Used())
				}
			}
		})
	}
	wg.Wait()
	if b.Used() != 0 {
		t.Fatalf("%d left", b.Used())
	}
}
