package main

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

//go:embed typed/spark.scala
var sparkTyped string

// typedLane is a program of bench/typed: one over RDDs or DStreams, which have
// no SQL.
type typedLane struct {
	name string
	unit string
	rows func(dir string) (int64, error) // of what is timed: a run, or if the program measures itself a pass or a batch
	bar  float64                         // how many times Spark's rate Spate is to reach; 0: no bar of this kind
	note string                          // what the result is to be compared with
}

func typedLanes() []typedLane {
	lines := func(dir string) (int64, error) { return countLines(filepath.Join(dir, "text")) }
	part := func(dir string) (int64, error) { return countLines(filepath.Join(dir, "text", "part-0.txt")) }
	fixed := func(n int64) func(string) (int64, error) { return func(string) (int64, error) { return n, nil } }
	return []typedLane{
		{name: "rdd-wordcount", unit: "lines", rows: lines, bar: 8},
		{name: "rdd-sort", unit: "pairs", rows: fixed(10_000_000), bar: 5},
		{name: "rdd-persist", unit: "lines", rows: lines, note: "at most 1.3 bytes resident for a byte of text"},
		{name: "dstream-wordcount", unit: "lines", rows: part, bar: 20},
		{name: "dstream-grep", unit: "lines", rows: part, bar: 10},
		{name: "dstream-window", unit: "lines", rows: fixed(1 << 16), bar: 20},
		{name: "dstream-update", unit: "rows", rows: fixed(1 << 16), bar: 20},
		{name: "dstream-mapstate", unit: "rows", rows: fixed(1 << 16), bar: 20},
	}
}

// runTyped runs the programs of the lanes whose names begin with one of the
// chosen and prints a table.
func runTyped(dir string, only []string, spark bool, repeat int) error {
	binary := filepath.Join(dir, "scripts", "typed")
	if err := buildPackage(binary, "github.com/spatestream/spate/bench/typed"); err != nil {
		return err
	}
	rivals := map[string]typedRival{}
	if spark {
		var err error
		if rivals, err = sparkTypedLanes(dir, binary, only); err != nil {
			return err
		}
	}
	fmt.Println("| lane | M rows/s, wall | M rows/s a CPU second | Spark, M rows/s, wall | x Spark, wall | bar | same result | MiB |")
	fmt.Println("|---|---|---|---|---|---|---|---|")
	for _, l := range typedLanes() {
		if !begins(l.name, only) {
			continue
		}
		if err := l.print(binary, dir, rivals, repeat); err != nil {
			fmt.Println(failed(l.name, err, 8))
		}
	}
	return nil
}

func begins(name string, with []string) bool {
	for _, w := range with {
		if strings.HasPrefix(name, w) {
			return true
		}
	}
	return false
}

func (l typedLane) print(binary, dir string, rivals map[string]typedRival, repeat int) error {
	rows, err := l.rows(dir)
	if err != nil {
		return err
	}
	s := spate{path: binary}
	k, err := best(repeat, func() (cost, error) { return s.run("", false, "-dir", dir, "-program", l.name) })
	if err != nil {
		return err
	}
	k = inside(k)
	theirs, times, same := "-", "-", "not checked"
	if r, ok := rivals[l.name]; ok {
		theirs = fmt.Sprintf("%.2f", float64(rows)/r.seconds/1e6)
		times = fmt.Sprintf("%.1f", r.seconds/k.wall.Seconds())
		same = "yes"
		if digits(r.out) != digits(k.out) {
			same = "DIFFERENT"
		}
	}
	fmt.Printf("| %s (%s) | %.2f | %.2f | %s | %s | %.0f | %s | %d |\n", l.name, l.unit, float64(rows)/k.wall.Seconds()/1e6,
		float64(rows)/k.cpu.Seconds()/1e6, theirs, times, l.bar, same, k.resident>>20)
	if l.note != "" {
		fmt.Printf("| | %s |\n", l.note)
	}
	return nil
}

// inside takes the costs that the program measured, if it did: a last line of
// seconds, "took WALL CPU".
func inside(k cost) cost {
	result, times, found := strings.Cut(k.out, "took ")
	if !found {
		return k
	}
	var wall, cpu float64
	if _, err := fmt.Sscan(times, &wall, &cpu); err != nil {
		return k
	}
	k.out, k.wall, k.cpu = result, time.Duration(wall*1e9), time.Duration(cpu*1e9)
	return k
}

// digits is a result without the punctuation in which the engines differ.
func digits(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("()[], \n", r) }), " ")
}

// typedRival is what Spark took for a lane, warm, and its result.
type typedRival struct {
	seconds float64
	out     string
}

// sparkTypedLanes runs the programs in one spark-shell on two cores.
func sparkTypedLanes(dir, sender string, only []string) (map[string]typedRival, error) {
	home, err := exec.Command("python3", "-c", "import os, pyspark; print(os.path.dirname(pyspark.__file__))").Output()
	if err != nil {
		return nil, fmt.Errorf("pyspark is not installed: %w", err)
	}
	script := filepath.Join(dir, "scripts", "typed.scala")
	if err := os.WriteFile(script, []byte(sparkTyped), 0o644); err != nil {
		return nil, err
	}
	c := exec.Command(filepath.Join(strings.TrimSpace(string(home)), "bin", "spark-shell"), "--master", "local[2]", "--driver-memory", "4g",
		"--conf", "spark.ui.enabled=false", "-i", script)
	c.Env = append(os.Environ(), "SPATE_BENCH_DIR="+dir, "SPATE_BENCH_SENDER="+sender, "SPATE_BENCH_LANES="+strings.Join(only, ","))
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return nil, err
	}
	found := map[string]typedRival{}
	for line := range strings.Lines(string(out)) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) < 4 || !strings.HasSuffix(f[0], "LANE") {
			continue
		}
		seconds, err := strconv.ParseFloat(f[2], 64)
		if err != nil {
			return nil, err
		}
		found[f[1]] = typedRival{seconds, f[3]}
	}
	return found, nil
}
