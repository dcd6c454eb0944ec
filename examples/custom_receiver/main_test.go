package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"
)

// TestRun serves lines to the program and reads what it prints.
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
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	host, port, _ := net.SplitHostPort(l.Addr().String())
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := run(ctx, []string{host, port}, w)
		w.CloseWithError(io.EOF)
		done <- err
	}()
	found := false
	for in := bufio.NewScanner(r); in.Scan(); {
		if in.Text() == "(spark,1)" {
			found = true
			cancel()
		}
	}
	if err := <-done; !found || err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("the words were printed: %v, %v", found, err)
	}
}
