package main

import (
	"context"
	"errors"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestRun feeds the program over a socket and reads what it prints.
func TestRun(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() { // ends when its lines are written
		if c, err := l.Accept(); err == nil {
			_, _ = c.Write([]byte("apache spark\napache hadoop\n"))
			_ = c.Close()
		}
	}()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func(old *os.File) { os.Stdout = old }(os.Stdout)
	os.Stdout = w
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- run(ctx, "127.0.0.1", strconv.Itoa(l.Addr().(*net.TCPAddr).Port)) }()
	buf, text := make([]byte, 4096), ""
	for !strings.Contains(text, "hadoop") {
		n, err := r.Read(buf)
		if text += string(buf[:n]); err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if !strings.Contains(text, "|apache|    2|") {
		t.Errorf("the program printed\n%s", text)
	}
}
