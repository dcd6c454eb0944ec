// Command typed is the programs of the lanes of RDDs, DStreams and job graphs: bench runs
// it as a process of its own, one program a run. It prints the program's result
// in one line, and with it what was measured inside, if anything.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"github.com/spatestream/spate/rdd"
	"github.com/spatestream/spate/topology"
)

// program is a lane's program over the data in dir; the text is its result.
type program func(ctx context.Context, dir string) (string, error)

var programs = map[string]program{
	"rdd-wordcount": wordCount,
	"rdd-sort":      sortByKey,
	"rdd-persist":   persist,

	"dstream-wordcount": networkWordCount,
	"dstream-grep":      networkGrep,
	"dstream-window":    windowedWordCount,
	"dstream-update":    updateState,
	"dstream-mapstate":  mapState,

	"topology-called":       threeStages(stagesRows, nil),
	"topology-apart":        threeStages(stagesRows, apart),
	"topology-called-acked": threeStages(stagesRows, nil, topology.AtLeastOnce()),
	"topology-apart-acked":  threeStages(stagesRows, apart, topology.AtLeastOnce()),
	"topology-channels":     channels(stagesRows),
	"topology-hops":         hops(5*time.Second, 0, topology.Apart()),
	"topology-hops-2":       hops(5*time.Second, 0, topology.Apart(), topology.Parallelism(mostHops)),
	"topology-hops-called":  hops(5*time.Second, 0),
	"topology-hops-one-cpu": hops(5*time.Second, 1, topology.Apart()),
	"topology-count":        countKeys(countRows, false),
	"topology-count-saved":  countKeys(countRows, true),
	"topology-words":        stormWordCount(wordRows),
	"topology-words-acked":  stormWordCount(wordRows, topology.AtLeastOnce()),
	"topology-first":        firstEvent,
}

// Events of job graphs; bench counts them too.
const (
	stagesRows = 20_000_000
	countRows  = 20_000_000
	wordRows   = 2_000_000
)

var apart = []topology.Setting{topology.Apart()}

func main() {
	dir := flag.String("dir", "", "`folder` of the data")
	name := flag.String("program", "", "`name` of the program")
	profile := flag.String("cpuprofile", "", "`file` for a CPU profile")
	form := flag.String("feed", "", "send the text, as \"lines\" or \"raw\" `blocks`, instead of running a program")
	passes := flag.Int("passes", 1, "how often the text is sent")
	flag.Parse()
	if *form != "" {
		if err := feed(*dir, *form, *passes); err != nil {
			fmt.Fprintln(os.Stderr, "typed: sender:", err)
			os.Exit(1)
		}
		return
	}
	p, ok := programs[*name]
	if !ok {
		fmt.Fprintf(os.Stderr, "typed: there is no program %q\n", *name)
		os.Exit(2)
	}
	stop, err := profiled(*profile)
	if err != nil {
		fmt.Fprintln(os.Stderr, "typed:", err)
		os.Exit(2)
	}
	out, err := p(context.Background(), *dir)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "typed:", err)
		os.Exit(1)
	}
	fmt.Println(out)
}

// profiled begins a CPU profile, if a file is named; stop ends it.
func profiled(file string) (stop func(), err error) {
	if file == "" {
		return func() {}, nil
	}
	f, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	return func() { pprof.StopCPUProfile(); f.Close() }, pprof.StartCPUProfile(f)
}

// wordCount counts the words of the text and returns the five most frequent.
func wordCount(ctx context.Context, dir string) (string, error) {
	sc := rdd.NewContext("wordcount", rdd.Workers(2))
	defer sc.Stop()
	words := rdd.AppendMap(sc.TextFile(dir+"/text", 4), rdd.AppendFields)
	ones := rdd.Map(words, func(w string) rdd.Pair[string, int64] { return rdd.KV(w, int64(1)) })
	counts := rdd.ReduceByKey(ones, func(a, b int64) int64 { return a + b })
	top, err := counts.TopFunc(ctx, 5, func(a, b rdd.Pair[string, int64]) int {
		if a.Value != b.Value {
			return int(a.Value - b.Value)
		}
		return strings.Compare(b.Key, a.Key)
	})
	return fmt.Sprint(top), err
}

// pairs is how many pairs sortByKey sorts.
const pairs = 10_000_000

// mix spreads numbers (Steele, Lea and Flood, Fast Splittable Pseudorandom
// Number Generators, OOPSLA 2014).
func mix(i int64) int64 {
	z := uint64(i) * 0x9E3779B97F4A7C15
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return int64(z ^ z>>31)
}

// sortByKey sorts pairs of numbers and returns the first and the last key, and
// how many there are.
func sortByKey(ctx context.Context, _ string) (string, error) {
	sc := rdd.NewContext("sort", rdd.Workers(2))
	defer sc.Stop()
	unsorted := rdd.Map(rdd.Range(sc, 0, pairs, 1, 2), func(i int64) rdd.Pair[int64, int64] { return rdd.KV(mix(i), i) })
	sorted := rdd.SortByKey(unsorted, rdd.Ascending)
	type ends struct{ first, last, n int64 }
	parts, err := rdd.Aggregate(ctx, sorted, func() []ends { return nil }, func(e []ends, p rdd.Pair[int64, int64]) []ends {
		if e == nil {
			return []ends{{p.Key, p.Key, 1}}
		}
		if p.Key < e[0].last {
			panic("the keys are not sorted")
		}
		e[0].last = p.Key
		e[0].n++
		return e
	}, func(a, b []ends) []ends { return slices.Concat(a, b) })
	if err != nil || len(parts) == 0 {
		return "", err
	}
	var n int64
	for _, e := range parts {
		n += e.n
	}
	return fmt.Sprint(parts[0].first, parts[len(parts)-1].last, n), nil
}

// persist keeps the text in memory, counts it twice and returns both counts.
func persist(ctx context.Context, dir string) (string, error) {
	sc := rdd.NewContext("persist", rdd.Workers(2))
	defer sc.Stop()
	lines := sc.TextFile(dir+"/text", 4).Persist(rdd.MemoryOnly)
	first, err := lines.Count(ctx)
	if err != nil {
		return "", err
	}
	second, err := lines.Count(ctx)
	return fmt.Sprint(first, second), err
}
