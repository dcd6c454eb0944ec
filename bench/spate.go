package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// cost is what a run of a process took.
type cost struct {
	wall, cpu time.Duration
	resident  int64 // bytes at most
	out       string
}

// spate is the program under test.
type spate struct {
	path string
	dir  string // for scripts and checkpoints
}

// run runs the program; dies says that it is meant to be killed.
func (s spate) run(env string, dies bool, args ...string) (cost, error) {
	var out, errs bytes.Buffer
	c := exec.Command(s.path, args...)
	c.Stdout, c.Stderr = &out, &errs
	if env != "" {
		c.Env = append(os.Environ(), env)
	}
	begun := time.Now()
	err := c.Run()
	k := cost{wall: time.Since(begun), out: out.String()}
	if p := c.ProcessState; p != nil {
		k.cpu = p.UserTime() + p.SystemTime()
		if u, ok := p.SysUsage().(*syscall.Rusage); ok {
			k.resident = u.Maxrss << 10
		}
	}
	if dies {
		return k, nil
	}
	if err != nil {
		return k, fmt.Errorf("spate %s: %w\n%s", strings.Join(args, " "), err, errs.String())
	}
	return k, nil
}

// script writes a script and returns its name.
func (s spate) script(name, text string) (string, error) {
	file := filepath.Join(s.dir, name+".sql")
	return file, os.WriteFile(file, []byte(text), 0o644)
}

// lane runs a lane, a stream from a new checkpoint.
func (s spate) lane(l lane) (cost, error) {
	file, err := s.script(l.Name, l.script())
	if err != nil {
		return cost{}, err
	}
	if !l.stream {
		return s.run("", false, "sql", "-f", file)
	}
	return s.run("", false, append([]string{"run", file}, s.streamArgs(l, true)...)...)
}

func (s spate) streamArgs(l lane, fresh bool) []string {
	dir := filepath.Join(s.dir, "checkpoint-"+l.Name)
	if fresh {
		_ = os.RemoveAll(dir)
	}
	args := []string{"--output-mode", "update", "--checkpoint", dir}
	if l.Batches > 0 {
		return append(args, "--max-batches", fmt.Sprint(l.Batches))
	}
	return append(args, "--available-now")
}

// best repeats a run and returns the one of the least CPU time: what others do
// on the machine only adds.
func best(times int, run func() (cost, error)) (cost, error) {
	var least cost
	for i := range times {
		k, err := run()
		if err != nil {
			return k, err
		}
		if i == 0 || k.cpu < least.cpu {
			least = k
		}
	}
	return least, nil
}
