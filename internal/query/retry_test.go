package query

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/internal/checkpoint"
	"github.com/spatestream/spate/sparkerr"
)

func transient() error {
	return (&sparkerr.Error{Message: "the network is away", Kind: sparkerr.Transient}).Because(errBroken)
}

// Trouble that passes costs time and nothing else: whatever fails is tried
// again after waits that double, and every row comes once.
func TestTransientTrouble(t *testing.T) {
	for name, fail := range map[string]func(w *world, times int){
		"source": func(w *world, times int) {
			w.latest = func(call int) error {
				if call > 1 && call <= 1+times {
					return transient()
				}
				return nil
			}
		},
		"read": func(w *world, times int) {
			w.read = func(step int) error {
				if w.tries["read"]++; step == 1 && w.tries["read"] <= 1+times {
					return transient()
				}
				return nil
			}
		},
		"write": func(w *world, times int) {
			w.write = func(e, n int) error {
				if e == 1 && n <= times {
					return transient()
				}
				return nil
			}
		},
		"commit": func(w *world, times int) {
			w.commit = func(e, n int) error {
				if e == 1 && n <= times {
					return transient()
				}
				return nil
			}
		},
	} {
		for _, form := range []checkpoint.Form{checkpoint.Files, checkpoint.Segments} {
			t.Run(name, func(t *testing.T) {
				w := newWorld()
				w.form, w.cfg.Trigger, w.bounded, w.steps = form, Trigger{Kind: AvailableNow}, true, 3
				fail(w, 3)
				if err := w.run(t); err != nil {
					t.Fatal(err)
				}
				if w.kept[0] != "0" || w.kept[1] != "1" || w.kept[2] != "2" || len(w.kept) != 3 {
					t.Errorf("committed %v", w.kept)
				}
				waits := []time.Duration{200 * time.Millisecond, 400 * time.Millisecond, 800 * time.Millisecond}
				if !slices.Equal(w.clock.slept, waits) {
					t.Errorf("waited %v, want %v", w.clock.slept, waits)
				}
				if p := w.report[1]; p.Retries != 3 || !strings.Contains(p.JSON(), `"retries":3`) || w.report[2].Retries != 0 {
					t.Errorf("reported %d and %d tries", p.Retries, w.report[2].Retries)
				}
			})
			t.Run(name+" for good", func(t *testing.T) {
				w := newWorld()
				w.form, w.cfg.Trigger, w.bounded, w.steps = form, Trigger{Kind: AvailableNow}, true, 3
				fail(w, 1000)
				err := w.run(t)
				if !errors.Is(err, errBroken) || len(w.clock.slept) != 5 || len(w.kept) != 1 {
					t.Errorf("%v, waited %v, committed %v", err, w.clock.slept, w.kept)
				}
				// And the next run goes on from there.
				w.latest, w.read, w.write, w.commit, w.ends = nil, nil, nil, nil, -1
				if err := w.run(t); err != nil || w.kept[1] != "1" || w.kept[2] != "2" || len(w.kept) != 3 {
					t.Errorf("the next run: %v, committed %v", err, w.kept)
				}
			})
		}
	}
}

// Other trouble is not tried again, and a stop ends the waiting.
func TestNoFurtherTry(t *testing.T) {
	w := newWorld()
	w.steps = 3
	w.read = func(int) error { return errBroken }
	if err := w.run(t); !errors.Is(err, errBroken) || len(w.clock.slept) != 0 {
		t.Errorf("%v, waited %v", err, w.clock.slept)
	}
	w = newWorld()
	w.steps = 3
	w.latest = func(int) error { w.q.endWait(); return transient() }
	if err := w.run(t); err != nil || len(w.kept) != 0 {
		t.Errorf("stopped while it waited: %v, committed %v", err, w.kept)
	}
}

func TestBackoff(t *testing.T) {
	r := Retry{First: time.Second, Most: 10 * time.Second}
	var got []time.Duration
	for n := range 6 {
		got = append(got, r.wait(n+1)/time.Second)
	}
	if want := []time.Duration{1, 2, 4, 8, 10, 10}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
