package main

import (
	"errors"
	"os"
	"runtime"
	"runtime/pprof"
)

// profiles are the files of --cpuprofile and --memprofile, for `go tool pprof`.
type profiles struct {
	cpu, mem string
	running  *os.File
}

// begin starts the CPU profile, if one is asked for.
func (p *profiles) begin() error {
	if p.cpu == "" {
		return nil
	}
	f, err := os.Create(p.cpu)
	if err != nil {
		return err
	}
	p.running = f
	return pprof.StartCPUProfile(f)
}

// end writes what begin started and the heap profile. Safe to call without
// begin, and after a failure of it.
func (p *profiles) end() error {
	var errs []error
	if p.running != nil {
		pprof.StopCPUProfile()
		errs = append(errs, p.running.Close())
		p.running = nil
	}
	if p.mem != "" {
		errs = append(errs, writeHeap(p.mem))
	}
	return errors.Join(errs...)
}

// writeHeap writes what was allocated since the start and what of it is live.
func writeHeap(file string) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	runtime.GC()
	return errors.Join(pprof.WriteHeapProfile(f), f.Close())
}
