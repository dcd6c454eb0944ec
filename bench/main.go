// Command bench runs Spate's lanes: each the same program over the same bytes
// by the binary spate and, where pyspark is installed and asked for, by Apache
// Spark in the same run. It checks that both give the same rows and prints how
// they compare.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	dir := flag.String("dir", filepath.Join(os.TempDir(), "spate-bench"), "`folder` of the data, kept between runs")
	size := flag.Int64("size", 256, "`MiB` of text and of events; another size needs another -dir")
	only := flag.String("lanes", "", "comma-separated `names` of lanes; empty for all, \"latency\" for start, trigger and restart, \"tpch\" (or tpch-q1, ...) for TPC-H, \"rdd\", \"dstream\" or \"topology\" for typed programs")
	factor := flag.Float64("factor", 1, "scale `factor` of TPC-H")
	binary := flag.String("spate", "", "`path` of the binary; empty builds it")
	spark := flag.Bool("spark", false, "run the lanes on Apache Spark too (python3 with pyspark)")
	others := flag.Bool("peers", false, "run Storm and Hazelcast Jet too, beside the lanes of topology (Maven and a JDK of 17 or later)")
	repeat := flag.Int("repeat", 3, "runs of a lane, of which the one with the least CPU time counts")
	flag.Parse()
	if err := run(*dir, *size, *only, *binary, *spark, *others, *repeat, *factor); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(dir string, size int64, only, binary string, spark, others bool, repeat int, factor float64) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	s := spate{path: binary, dir: filepath.Join(dir, "scripts")}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return err
	}
	if s.path == "" {
		if s.path, err = build(s.dir); err != nil {
			return err
		}
	}
	if strings.HasPrefix(only, "tpch") {
		return runTPCH(s, dir, factor, strings.Split(only, ","), spark, repeat)
	}
	if names := strings.Split(only, ","); others || begins(names[0], []string{"topology"}) {
		return runTopology(dir, names, repeat, others)
	}
	if err := generate(dir, size<<20); err != nil {
		return err
	}
	if names := strings.Split(only, ","); begins(names[0], []string{"rdd", "dstream"}) {
		return runTyped(dir, names, spark, repeat)
	}
	if err := writeParquet(s, dir); err != nil {
		return err
	}
	chosen := choose(lanes(dir), only)
	var rivals map[string]rival
	if spark {
		if rivals, err = runSpark(chosen); err != nil {
			return err
		}
	}
	if err := rates(s, dir, chosen, rivals, repeat); err != nil {
		return err
	}
	if only == "" || strings.Contains(only, "latency") {
		fmt.Println()
		return latencies(s, dir)
	}
	return nil
}

func choose(all []lane, only string) []lane {
	if only == "" {
		return all
	}
	names := strings.Split(only, ",")
	return slices.DeleteFunc(all, func(l lane) bool { return !slices.Contains(names, l.Name) })
}

func build(dir string) (string, error) {
	path := filepath.Join(dir, "spate")
	return path, buildPackage(path, "github.com/spatestream/spate/cmd/spate")
}

func buildPackage(path, pkg string) error {
	c := exec.Command("go", "build", "-o", path, pkg)
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	c.Stderr = os.Stderr
	return c.Run()
}

// failed is the row of a lane that failed, in a table of so many columns.
func failed(lane string, err error, columns int) string {
	return fmt.Sprintf("| %s | failed: %s |%s", lane, strings.Join(strings.Fields(err.Error()), " "), strings.Repeat(" - |", columns-2))
}

// rates runs the lanes that count rows a second and prints a table. Rates are
// over CPU time as well as over wall time, because only the first means
// something on a machine that is busy with other things.
func rates(s spate, dir string, list []lane, rivals map[string]rival, repeat int) error {
	fmt.Println("| lane | M rows/s, wall | M rows/s a CPU second | x 2 cores / Spark idle | bar | Spark / Spate in this run: wall | CPU | rows as Spark's | MiB |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|")
	for _, l := range list {
		k, err := best(repeat, func() (cost, error) { return s.lane(l) })
		if err != nil {
			fmt.Println(failed(l.Name, err, 9))
			continue
		}
		rows, err := rowsOf(l, dir)
		if err != nil {
			return err
		}
		same, walls, cpus := "not checked", "-", "-"
		if r, ok := rivals[l.Name]; ok {
			walls = fmt.Sprintf("%.1f", r.Seconds/k.wall.Seconds())
			cpus = fmt.Sprintf("%.1f", r.CPU/k.cpu.Seconds())
			if same, err = agree(s, l, r); err != nil {
				return err
			}
		}
		perCPU := float64(rows) / k.cpu.Seconds()
		fmt.Printf("| %s | %.1f | %.1f | %.1f | %.0f | %s | %s | %s | %d |\n", l.Name, float64(rows)/k.wall.Seconds()/1e6, perCPU/1e6, 2*perCPU/l.rival, l.bar, walls, cpus, same, k.resident>>20)
	}
	return nil
}

// agree compares the rows of a lane's check with Spark's.
func agree(s spate, l lane, r rival) (string, error) {
	if l.check() == "" {
		return "no check", nil
	}
	file, err := s.script(l.Name+"-check", l.check())
	if err != nil {
		return "", err
	}
	k, err := s.run("", false, "sql", "-f", file, "--output", "tsv")
	if err != nil {
		return "", err
	}
	if got := strings.TrimSpace(k.out); got != strings.TrimSpace(r.Rows) {
		return "DIFFERENT", nil
	}
	return "yes", nil
}

// rowsOf counts the lines of a lane's data.
func rowsOf(l lane, dir string) (int64, error) {
	if l.rows > 0 {
		return l.rows, nil
	}
	path := l.Tables[0].Options["path"]
	if l.Tables[0].Format == "parquet" {
		path = filepath.Join(dir, "ysb")
	}
	return countLines(path)
}
