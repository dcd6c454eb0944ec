package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/session"
	"github.com/spatestream/spate/internal/vfs"
)

// newSession makes a session with every connector and this machine's clock,
// disk and randomness. Notes and warnings go to log.
func newSession(conf []string, stdout, log io.Writer) (*session.Session, error) {
	settings, err := parseConf(conf)
	if err != nil {
		return nil, err
	}
	seed := env.RandomSeed()
	e := &env.Env{Clock: env.System{}, Seed: seed, FS: vfs.OS(seed), Fail: failPoint(), Log: warnings(log)}
	s, err := session.New(session.Config{
		Env:        e,
		Connectors: connectors(stdout),
		Conf:       settings,
		Spill:      func() (memory.Space, error) { return memory.NewSpace(e.FS, filepath.ToSlash(os.TempDir())), nil },
		NewID:      env.RandomID,
		TempDir:    filepath.ToSlash(os.TempDir()),
		Note: func(key string) {
			text := "note: " + key + " is accepted and has no effect in Spate"
			if meant := session.Meant(key); meant != "" {
				text += "; did you mean " + meant + "?"
			}
			fmt.Fprintln(log, text)
		},
	})
	if err != nil {
		return nil, usageError{err} // all that can be wrong came from --conf
	}
	return s, nil
}

// warnings logs from warnings on, in UTC.
func warnings(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelWarn, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey && len(groups) == 0 {
			a.Value = slog.TimeValue(a.Value.Time().UTC())
		}
		return a
	}}))
}

func parseConf(list []string) (map[string]string, error) {
	m := map[string]string{}
	for _, kv := range list {
		k, v, ok := strings.Cut(kv, "=")
		if !ok {
			return nil, usageError{fmt.Errorf("--conf wants key=value, not %q", kv)}
		}
		m[strings.TrimSpace(k)] = strings.TrimSpace(v)
	}
	return m, nil
}

// failPoint kills the process at the point named by SPATE_FAIL_AT, for the
// tests that prove recovery: "before Decide" or "before Decide:3" for the third
// time.
func failPoint() env.FailPoint {
	spec := os.Getenv("SPATE_FAIL_AT")
	if spec == "" {
		return nil
	}
	name, nth := spec, 1
	if i := strings.LastIndexByte(spec, ':'); i >= 0 {
		name = spec[:i]
		if _, err := fmt.Sscan(spec[i+1:], &nth); err != nil {
			nth = 1
		}
	}
	return func(point string) error {
		if point == name {
			if nth--; nth == 0 {
				killSelf()
			}
		}
		return nil
	}
}

// killSelf ends the process as kill -9 does: no deferred call runs.
func killSelf() {
	if p, err := os.FindProcess(os.Getpid()); err == nil {
		_ = p.Kill()
	}
	select {}
}
