package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spatestream/spate/dstream"
)

// text is the file that senders send, over and over.
func text(dir string) ([]byte, error) { return os.ReadFile(filepath.Join(dir, "text", "part-0.txt")) }

// feed serves the text to the first who connects, as lines or as raw blocks,
// passes times, as fast as it is taken; then it waits until the other side
// closes. It prints its port first.
func feed(dir, form string, passes int) error {
	data, err := text(dir)
	if err == nil && form == "raw" {
		data, err = rawBlocks(data)
	}
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(l.Addr().(*net.TCPAddr).Port)
	conn, err := l.Accept()
	if err != nil {
		return err
	}
	for range passes {
		if _, err := conn.Write(data); err != nil {
			return err
		}
	}
	_, _ = io.Copy(io.Discard, conn) // the other side is behind, and may be killed
	return nil
}

// stopwatch measures a program from within: wall time and the CPU time of the
// process, in seconds.
type stopwatch struct {
	wall time.Time
	cpu  time.Duration
}

func begin() stopwatch { return stopwatch{time.Now(), cpuTime()} }

// took is the line that bench reads, of a share of what went by.
func (s stopwatch) took(share float64) string {
	return fmt.Sprintf("took %f %f", time.Since(s.wall).Seconds()/share, (cpuTime()-s.cpu).Seconds()/share)
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// rawBlocks is a text as RawSocketStream reads it.
func rawBlocks(data []byte) (out []byte, err error) {
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	const block = 16 << 10
	for len(lines) > 0 {
		n := min(block, len(lines))
		if out, err = dstream.AppendRawBlock(out, lines[:n]); err != nil {
			return nil, err
		}
		lines = lines[n:]
	}
	return out, nil
}

// startFeed starts a sender of its own process, which ends with the connection.
func startFeed(dir, form string, passes int) (port int, err error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	c := exec.Command(self, "-feed", form, "-passes", fmt.Sprint(passes), "-dir", dir)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := c.Start(); err != nil {
		return 0, err
	}
	_, err = fmt.Fscan(bufio.NewReader(out), &port)
	return port, err // nobody waits for it, so that its CPU time is not this process's
}
