package conformance

import (
	"context"
	"io"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/spatestream/spate/conformance/answers"
	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/rdd"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	second  = time.Second
	batches = 12 // as in programs.scala
)

// program is one program of programs.scala: what it had in each batch so far.
type program struct {
	name    string
	batches func() []answers.Batch
}

// gather is a program that ends in the stream d, whose elements are written as
// they come: so every program adds one type of RDD, not two.
func gather[T any](h *dstreamtest.Harness, name string, d *dstream.DStream[T]) program {
	texts := dstreamtest.Output(h, dstream.Map(d, func(x T) string { return answers.Of(x) }))
	return program{name, func() (out []answers.Batch) {
		for _, b := range texts.All() {
			out = append(out, answers.Batch{At: b.Time.Sub(dstreamtest.Start).Milliseconds(), Rows: b.Rows})
		}
		return out
	}}
}

// TestAsSpark runs all programs side by side, as Spark did.
func TestAsSpark(t *testing.T) {
	spark, known := answers.Read(t, "expected.jsonl"), answers.Known(t, "known.txt")
	h := dstreamtest.New(t, second, rdd.Workers(2), rdd.Conf("spark.default.parallelism", "2"), rdd.TempDir(t.TempDir()))
	h.Context().Checkpoint(t.TempDir())
	programs := programs(h)
	h.Run(batches)
	seen := map[string]bool{}
	for _, p := range programs {
		seen[p.name] = true
		t.Run(p.name, func(t *testing.T) {
			answers.Judge(t, spark, known, answers.Answer{Name: p.name, Batches: p.batches()}, false)
		})
	}
	for name, a := range spark {
		if a.Error == nil && !seen[name] && known[name] == "" {
			t.Errorf("Spark answers %q, which has no program here and is not listed", name)
		}
	}
}

// TestRefusedAsSpark runs the programs that Spark refuses, batches of 2 s.
func TestRefusedAsSpark(t *testing.T) {
	spark := answers.Read(t, "expected.jsonl")
	for name, define := range refusals {
		t.Run(name, func(t *testing.T) {
			if want := spark[name]; want.Error == nil {
				t.Fatal("Spark does not refuse it")
			}
			h := dstreamtest.New(t, 2*second, rdd.TempDir(t.TempDir()))
			define(h.Context())
			err := h.Context().Start(context.Background())
			if err == nil {
				err = h.Context().Err()
			}
			if err == nil {
				t.Error("not refused")
			}
		})
	}
}

func one(c *dstream.Context) *dstream.DStream[int] {
	return dstream.QueueStream(c, dstream.NewQueue(rdd.Parallelize(c.RDDContext(), []int{1}, 2)), false, nil)
}

func show[T any](d *dstream.DStream[T]) { d.Fprint(io.Discard, 1) }

// begin starts a program that is changed afterwards.
func begin(c *dstream.Context) {
	if err := c.Start(context.Background()); err != nil {
		panic(err)
	}
}

var refusals = map[string]func(*dstream.Context){
	"no output operation":             func(c *dstream.Context) { one(c) },
	"window no multiple of the batch": func(c *dstream.Context) { show(one(c).Window(3 * second)) },
	"slide no multiple of the batch":  func(c *dstream.Context) { show(one(c).Window(4*second, 3*second)) },
	"remember twice": func(c *dstream.Context) {
		show(one(c))
		c.Remember(time.Minute)
		c.Remember(time.Minute)
	},
	"state without checkpoint directory": func(c *dstream.Context) {
		show(dstream.UpdateStateByKey(dstream.Map(one(c), func(x int) rdd.Pair[int, int] { return rdd.KV(x, 1) }),
			func(v []int, _ rdd.Optional[int]) rdd.Optional[int] { return rdd.Some(len(v)) }))
	},
	"inverse window without checkpoint directory": func(c *dstream.Context) { show(one(c).CountByWindow(4*second, 2*second)) },
	"union of different slides":                   func(c *dstream.Context) { show(one(c).Union(one(c).Window(4*second, 4*second))) },
	"streams of two contexts": func(c *dstream.Context) {
		show(one(c).Union(one(dstream.NewContextOn(c.RDDContext(), 2*second))))
	},
	"no constant RDD":                  func(c *dstream.Context) { show(dstream.ConstantInput[int](c, nil)) },
	"checkpointed without a directory": func(c *dstream.Context) { show(one(c).Checkpoint(4 * second)) },
	"checkpointed after the start": func(c *dstream.Context) {
		d := one(c)
		show(d)
		begin(c)
		d.Checkpoint(4 * second)
	},
	"mapWithState without checkpoint directory": func(c *dstream.Context) {
		ones := dstream.Map(one(c), func(x int) rdd.Pair[int, int] { return rdd.KV(x, 1) })
		show(dstream.MapWithState(ones, dstream.StateFunction(func(k int, _ rdd.Optional[int], _ *dstream.KeyState[int]) int { return k })).DStream)
	},
	"persisted after the start": func(c *dstream.Context) {
		d := one(c)
		show(d)
		begin(c)
		d.Persist()
	},
	"defined after the start": func(c *dstream.Context) {
		d := one(c)
		show(d)
		begin(c)
		dstream.Map(d, func(x int) int { return x + 1 })
	},
}
