package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spatestream/spate/bench/tpch"
)

// sparkTPCH is what Spark 4.3, local[2], warm, was measured to take for all 22
// queries of factor 1, seconds.
const sparkTPCH = 36.3

// runTPCH runs the queries of TPC-H over Parquet, each in a process of its own
// with the files in the page cache, and prints seconds a query and their sum.
// The names of single queries are tpch-q1 and so on.
func runTPCH(s spate, dir string, factor float64, names []string, spark bool, repeat int) error {
	dir = filepath.Join(dir, fmt.Sprintf("tpch-%g", factor))
	if err := tpchData(s, dir, factor); err != nil {
		return err
	}
	list, err := tpchLanes(dir, factor, names)
	if err != nil {
		return err
	}
	var rivals map[string]rival
	if spark {
		if rivals, err = runSpark(list); err != nil {
			return err
		}
	}
	fmt.Printf("TPC-H, factor %g, Parquet\n\n| query | s wall | s CPU | MiB | Spark s, CPU, this run | rows as Spark's |\n|---|---|---|---|---|---|\n", factor)
	var wall, cpu, theirs time.Duration
	logs := 0.0
	for _, l := range list {
		k, err := best(repeat, func() (cost, error) { return s.lane(l) })
		if err != nil {
			fmt.Println(failed(l.Name, err, 6))
			continue
		}
		same, other := "not checked", "-"
		if r, ok := rivals[l.Name]; ok {
			theirs += time.Duration(r.Seconds * 1e9)
			other = fmt.Sprintf("%.2f, %.2f", r.Seconds, r.CPU)
			if same, err = agree(s, l, r); err != nil {
				return err
			}
		}
		wall, cpu, logs = wall+k.wall, cpu+k.cpu, logs+math.Log(k.wall.Seconds())
		fmt.Printf("| %s | %.3f | %.3f | %d | %s | %s |\n", l.Name, k.wall.Seconds(), k.cpu.Seconds(), k.resident>>20, other, same)
	}
	fmt.Printf("| sum | %.2f | %.2f | | %.2f | |\n", wall.Seconds(), cpu.Seconds(), theirs.Seconds())
	fmt.Printf("\ngeometric mean %.3f s wall; Spark idle took %.1f s for factor 1, bar a quarter of it\n", math.Exp(logs/float64(len(list))), sparkTPCH)
	return nil
}

// tpchData makes the tables as Parquet, written by Spate, unless they are
// there.
func tpchData(s spate, dir string, factor float64) error {
	done := filepath.Join(dir, "done")
	if _, err := os.Stat(done); err == nil {
		return nil
	}
	fmt.Fprintf(os.Stderr, "bench: writing %s\n", dir)
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	lines := filepath.Join(dir, "lines")
	if err := tpch.Write(lines, factor); err != nil {
		return err
	}
	var b strings.Builder
	for _, t := range tpch.Tables {
		fmt.Fprintf(&b, "CREATE TABLE l_%s (%s) USING csv OPTIONS (path '%s', sep '|');\n", t.Name, t.DDL, filepath.Join(lines, t.Name))
		fmt.Fprintf(&b, "CREATE TABLE %s USING parquet LOCATION '%s' AS SELECT * FROM l_%s;\n", t.Name, filepath.Join(dir, t.Name), t.Name)
	}
	file, err := s.script("tpch-data", b.String())
	if err != nil {
		return err
	}
	if _, err := s.run("", false, "sql", "-f", file); err != nil {
		return err
	}
	if err := os.RemoveAll(lines); err != nil {
		return err
	}
	return os.WriteFile(done, nil, 0o644)
}

// tpchLanes are the chosen queries, all if only "tpch" is named.
func tpchLanes(dir string, factor float64, names []string) ([]lane, error) {
	var tables []table
	for _, t := range tpch.Tables {
		tables = append(tables, table{Name: t.Name, Format: "parquet", Options: map[string]string{"path": filepath.Join(dir, t.Name)}})
	}
	var all []lane
	for n := 1; n <= 22; n++ {
		q, err := tpch.Query(n, factor)
		if err != nil {
			return nil, err
		}
		all = append(all, lane{Name: fmt.Sprintf("tpch-q%d", n), Tables: tables, Query: q})
	}
	for _, n := range names {
		if n == "tpch" {
			return all, nil
		}
	}
	return choose(all, strings.Join(names, ",")), nil
}
