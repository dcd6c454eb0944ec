package spate_test

import (
	"context"
	"strings"
	"testing"

	"github.com/spatestream/spate"
)

// What is asked of a session after Stop says that it was stopped, and where.
func TestAfterStop(t *testing.T) {
	ctx := context.Background()
	s := spate.NewSession(spate.Conf("spate.parallelism", "1"))
	d := s.Range(0, 3)
	if _, err := d.Collect(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	for name, use := range map[string]func() error{
		"Collect":        func() error { _, err := d.Collect(ctx); return err },
		"Schema":         func() error { _, err := d.Schema(); return err },
		"Explain":        func() error { return d.Explain() },
		"Write":          func() error { return d.Write().Format("json").Save(ctx, t.TempDir()) },
		"CreateTempView": func() error { return d.CreateTempView("v") },
		"SQL":            func() error { _, err := s.SQL("SELECT 1").Collect(ctx); return err },
		"SQL command":    func() error { _, err := s.SQL("SHOW TABLES").Collect(ctx); return err },
		"stream": func() error {
			_, err := s.ReadStream().Format("rate").Load().WriteStream().Format("noop").Start(ctx)
			return err
		},
	} {
		if err := use(); err == nil || !strings.Contains(err.Error(), "the session was stopped at ") || !strings.Contains(err.Error(), "stop_test.go:") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.Stop(ctx); err != nil {
		t.Error("twice:", err)
	}
}
