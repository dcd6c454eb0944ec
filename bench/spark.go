package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
)

//go:embed spark.py
var sparkProgram string

// rival is what Spark took for a lane, warm, and the rows of its check.
type rival struct {
	Seconds float64
	CPU     float64 // seconds of the JVM, its compiler and collector included
	Rows    string
}

// job is a lane as spark.py takes it.
type job struct {
	lane
	Stream bool
}

// runSpark runs the lanes one after another in one Spark session on two cores,
// each once to warm up and once for the clock.
func runSpark(list []lane) (map[string]rival, error) {
	jobs := make([]job, 0, len(list))
	for _, l := range list {
		if l.Check == "" && !l.stream {
			l.Check = l.Query
		}
		jobs = append(jobs, job{l, l.stream})
	}
	in, err := json.Marshal(jobs)
	if err != nil {
		return nil, err
	}
	out, err := os.CreateTemp("", "spate-bench-*.json")
	if err != nil {
		return nil, err
	}
	defer os.Remove(out.Name())
	if err := out.Close(); err != nil {
		return nil, err
	}
	c := exec.Command("python3", "-c", sparkProgram, out.Name())
	c.Stdin, c.Stdout, c.Stderr = bytes.NewReader(in), os.Stderr, os.Stderr
	if err := c.Run(); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(filepath.Clean(out.Name()))
	if err != nil {
		return nil, err
	}
	results := map[string]rival{}
	return results, json.Unmarshal(data, &results)
}
