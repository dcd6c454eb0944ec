package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// latencies measures what is not a rate: the start, one-row triggers, and the
// restart with much state.
func latencies(s spate, data string) error {
	for _, measure := range []func(spate, string) error{start, triggers, restart} {
		if err := measure(s, data); err != nil {
			return err
		}
	}
	return nil
}

func say(name, format string, args ...any) {
	fmt.Printf("| %s | %s |\n", name, fmt.Sprintf(format, args...))
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }

// start is select 1, and the first row of a stream over a file of three lines.
func start(s spate, data string) error {
	one, err := best(7, func() (cost, error) { return s.run("", false, "sql", "-e", "SELECT 1") })
	if err != nil {
		return err
	}
	say("start: SELECT 1", "%s wall, %s CPU, %d MiB (bar 30 ms, 40 MiB; Spark 7.0 s)", ms(one.wall), ms(one.cpu), one.resident>>20)
	l := lane{Name: "three", stream: true, Query: "SELECT value FROM STREAM t",
		Tables: []table{{Name: "t", Format: "text", Schema: "value STRING", Options: map[string]string{"path": filepath.Join(data, "three")}}}}
	file, err := s.script(l.Name, l.tables(false)+l.Query)
	if err != nil {
		return err
	}
	first, err := best(7, func() (cost, error) {
		return s.run("", false, append([]string{"run", file}, s.streamArgs(l, true)...)...)
	})
	if err != nil {
		return err
	}
	say("start: three lines of a file as a stream, to the end", "%s wall, %s CPU (bar 50 ms to the first row; Spark 8.2 s)", ms(first.wall), ms(first.cpu))
	return nil
}

// tinyFiles is how many one-row triggers are measured.
const tinyFiles = 200

// triggers is a running count over files of one row each, every write synced.
func triggers(s spate, data string) error {
	dir := filepath.Join(data, "tiny")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for i := range tinyFiles {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%04d.txt", i)), fmt.Appendf(nil, "k%d\n", i%7), 0o644); err != nil {
			return err
		}
	}
	l := lane{Name: "trigger", stream: true, Query: "SELECT value, count(*) AS n FROM STREAM t GROUP BY value",
		Tables: []table{{Name: "t", Format: "text", Schema: "value STRING", Options: map[string]string{"path": dir, "maxFilesPerTrigger": "1"}}}}
	k, err := best(3, func() (cost, error) { return s.lane(l) })
	if err != nil {
		return err
	}
	say("one-row trigger, stateful count, file source", "%s wall, %s CPU (bar 2 ms, 0.6 ms; Spark 145 ms, 125 ms)", ms(k.wall/tinyFiles), ms(k.cpu/tinyFiles))
	return nil
}

// restart kills a count over six million keys before its fourth decision, and
// starts it again for one micro-batch.
func restart(s spate, _ string) error {
	const keys = 6_000_000
	l := lane{Name: "restart", stream: true, Batches: 4, Query: "SELECT value % 6000000 AS k, count(*) AS n FROM STREAM ticks GROUP BY value % 6000000",
		Tables: []table{{Name: "ticks", Format: "rate-micro-batch", Options: map[string]string{"rowsPerBatch": "2000000", "numPartitions": "2"}}}}
	file, err := s.script(l.Name, l.script())
	if err != nil {
		return err
	}
	grown, err := s.run("SPATE_FAIL_AT=before Decide:4", true, append([]string{"run", file}, s.streamArgs(l, true)...)...)
	if err != nil {
		return err
	}
	l.Batches = 1
	again, err := s.run("", false, append([]string{"run", file}, s.streamArgs(l, false)...)...)
	if err != nil {
		return err
	}
	say("restart after kill -9 with 6 M keys, to the end of the next micro-batch (2 M rows)", "%s wall, %s CPU (bar 2 s; Spark 27 s)", ms(again.wall), ms(again.cpu))
	say("memory of 6 M keys, all of the process", "%d B a key resident (bar 64 B of state; Spark 230 B)", grown.resident/keys)
	return nil
}
