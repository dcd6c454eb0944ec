package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"
)

// jobLane is a job graph of bench/typed.
type jobLane struct {
	name  string
	rows  int64 // events, or lines; 0: its result is what counts
	bar   string
	peers string // what others were measured to do on an idle machine of two cores
}

func jobLanes() []jobLane {
	const stages, words = "Storm 5.9, Jet 18.3, Go channels 11.5, go-streams 2.1", "Storm 0.166"
	return []jobLane{
		{"topology-channels", 20_000_000, "", "11.5"},
		{"topology-called", 20_000_000, "47", stages},
		{"topology-apart", 20_000_000, "47", stages},
		{"topology-called-acked", 20_000_000, "19; half of what it is without", "Storm 0.77"},
		{"topology-apart-acked", 20_000_000, "19; half of what it is without", "Storm 0.77"},
		{"topology-count", 20_000_000, "", "goka 0.16"},
		{"topology-count-saved", 20_000_000, "95 % of topology-count; pauses 1 ms at p99", ""},
		{"topology-words", 2_000_000, "", words},
		{"topology-words-acked", 2_000_000, "", "Storm 0.088"},
		{"topology-hops", 0, "p99 0.2 ms", "p50, p99, p99.9 ms: Jet 0.07, 0.67, 4.9; Flink 0.14, 1.55, 5.3; Storm 0.75, 2.8, 8.9"},
		{"topology-hops-2", 0, "p99 0.2 ms", "the same"},
		{"topology-hops-called", 0, "p99 0.2 ms", "the same"},
		{"topology-hops-one-cpu", 0, "p99 0.2 ms", "the same"},
		{"topology-first", 0, "20 ms", "Storm 5.8 s, Jet 1.0 s"},
	}
}

// runTopology runs the job graphs whose names begin with one of the chosen, each
// with the peers that have such a graph if they are asked for, and prints a table.
func runTopology(dir string, only []string, repeat int, others bool) error {
	binary := filepath.Join(dir, "scripts", "typed")
	if err := buildPackage(binary, "github.com/spatestream/spate/bench/typed"); err != nil {
		return err
	}
	var p *peers
	if others {
		var err error
		if p, err = newPeers(dir); err != nil {
			return err
		}
	}
	fmt.Println("| lane | M rows/s, wall | M rows/s a CPU second | bar | peers, M rows/s, idle machine | process ms | MiB | result | peers in this run |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|")
	for _, l := range jobLanes() {
		if begins(l.name, only) {
			fmt.Printf("%s %s |\n", l.row(spate{path: binary}, repeat), p.beside(l.name))
		}
	}
	return nil
}

// row is the lane's part of the table.
func (l jobLane) row(s spate, repeat int) string {
	k, err := best(repeat, func() (cost, error) { return s.run("", false, "-program", l.name) })
	if err != nil {
		return failed(l.name, err, 8) // the peers follow
	}
	process := k.wall
	k = inside(k)
	rate := func(d time.Duration) string {
		if l.rows == 0 {
			return "-"
		}
		return fmt.Sprintf("%.3g", float64(l.rows)/d.Seconds()/1e6)
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %d | %d | %s |", l.name, rate(k.wall), rate(k.cpu), l.bar, l.peers, process.Milliseconds(), k.resident>>20, strings.TrimSpace(k.out))
}
