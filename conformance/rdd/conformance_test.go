package conformance

import (
	"context"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"go.uber.org/goleak"

	"github.com/spatestream/spate/conformance/answers"
	"github.com/spatestream/spate/rdd"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// program is one program of programs.scala.
type program struct {
	name    string
	run     func(context.Context) (answers.Answer, error)
	ordered bool
}

// parts is a program that makes an RDD: partition by partition, in order.
func parts[T any](name string, r *rdd.RDD[T]) program {
	texts := rdd.MapPartitions(r, func(it iter.Seq[T]) iter.Seq[[]string] { return single(answers.Rows(slices.Collect(it))) })
	return program{name, func(ctx context.Context) (answers.Answer, error) {
		rows, err := texts.Collect(ctx)
		return answers.Answer{Parts: rows}, err
	}, true}
}

// bags is parts for RDDs whose order within a partition nobody promises.
func bags[T any](name string, r *rdd.RDD[T]) program {
	p := parts(name, r)
	p.ordered = false
	return p
}

// value is a program that ends with an action.
func value[A any](name string, action func(context.Context) (A, error)) program {
	return program{name, func(ctx context.Context) (answers.Answer, error) {
		x, err := action(ctx)
		text := answers.Of(x)
		return answers.Answer{Value: &text}, err
	}, true}
}

// act is value for actions that are package functions of one RDD.
func act[R, A any](name string, action func(context.Context, R) (A, error), r R) program {
	return value(name, func(ctx context.Context) (A, error) { return action(ctx, r) })
}

func TestAsSpark(t *testing.T) {
	sc := rdd.NewContext("conformance", rdd.Workers(2), rdd.TempDir(t.TempDir()))
	defer sc.Stop()
	spark, known := answers.Read(t, "expected.jsonl"), answers.Known(t, "known.txt")
	seen := map[string]bool{}
	for _, p := range programs(&source{Context: sc, scratch: t.TempDir()}) {
		seen[p.name] = true
		t.Run(p.name, func(t *testing.T) {
			got, err := p.run(t.Context())
			if got.Name = p.name; err != nil {
				text := err.Error()
				got = answers.Answer{Name: p.name, Error: &text}
			}
			answers.Judge(t, spark, known, got, p.ordered)
		})
	}
	for name := range spark {
		if !seen[name] && known[name] == "" {
			t.Errorf("Spark answers %q, which has no program here and is not listed", name)
		}
	}
}

// source makes the inputs that programs share.
type source struct {
	*rdd.Context
	scratch string
}

func (s *source) nums(n int) *rdd.RDD[int] { return rdd.Parallelize(s.Context, upTo(1, 10), n) }

func (s *source) hundred() *rdd.RDD[int] {
	var xs []int
	for i := range 100 {
		xs = append(xs, i*37%100)
	}
	return rdd.Parallelize(s.Context, xs, 2)
}

func (s *source) doubles() *rdd.RDD[float64] {
	return rdd.Parallelize(s.Context, []float64{1, 2.5, 4, -3, 7.5, 0, 2.5}, 3)
}

func (s *source) pairs(n int) *rdd.RDD[sale] {
	kv := rdd.KV[string, int]
	return rdd.Parallelize(s.Context, []sale{kv("a", 1), kv("b", 2), kv("a", 3), kv("c", 4), kv("b", 5), kv("a", 6)}, n)
}

func (s *source) others(n int) *rdd.RDD[rdd.Pair[string, string]] {
	kv := rdd.KV[string, string]
	return rdd.Parallelize(s.Context, []rdd.Pair[string, string]{kv("a", "x"), kv("a", "y"), kv("b", "z"), kv("d", "w")}, n)
}

func (s *source) words(n int) *rdd.RDD[string] {
	return rdd.FlatMap(rdd.Parallelize(s.Context, lines, n), fields)
}

// file writes a file and returns its path; dir is that of its folder.
func (s *source) file(dir, name, text string) string {
	path := filepath.Join(s.dir(dir), name)
	if err := os.MkdirAll(s.dir(dir), 0o755); err != nil {
		panic(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		panic(err)
	}
	return path
}

func (s *source) dir(name string) string { return filepath.Join(s.scratch, name) }
