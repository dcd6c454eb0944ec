package conformance

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"
)

var (
	update  = flag.Bool("update", false, "rewrite known_failures.txt from this run")
	only    = flag.String("only", "", "glob of cases to run, such as 'sql/dates*' or 'streaming/*'")
	perCase = flag.Duration("case-timeout", 20*time.Second, "time-out of one process")
)

// verdict is what became of one id: of one SQL statement or one streaming case.
type verdict struct {
	id     string
	reason string // empty: as Spark
}

// suite is a folder of cases; run gives one verdict for each expected result.
type suite struct {
	name, pattern string
	unit          string // what a verdict is of
	run           func(env environment, name string) []verdict
}

// environment is where one case runs; work is its own, empty, absolute folder.
type environment struct {
	binary, data, work string
}

var suites = []suite{
	{"sql", "*.sql", "statements", runSQL},
	{"streaming", "*.txt", "cases", runStreaming},
}

func TestAgainstSpark(t *testing.T) {
	binary := build(t)
	var all []verdict
	for _, s := range suites {
		found := s.runAll(t, binary)
		totals(t, s, found)
		all = append(all, found...)
	}
	ratchet(t, all)
}

// totals logs how much of the suite is as Spark, and the same by case file (of
// streaming cases: by the first word of their name).
func totals(t *testing.T, s suite, found []verdict) {
	t.Helper()
	type count struct{ passed, of int }
	var all count
	groups := map[string]count{}
	for _, v := range found {
		group := strings.FieldsFunc(path.Base(v.id), func(r rune) bool { return r == ':' || r == '_' && s.name == "streaming" })[0]
		g := groups[group]
		g.of++
		all.of++
		if v.reason == "" {
			g.passed++
			all.passed++
		}
		groups[group] = g
	}
	names := slices.Sorted(maps.Keys(groups))
	for _, name := range names {
		t.Logf("%5d/%-5d %s/%s", groups[name].passed, groups[name].of, s.name, name)
	}
	t.Logf("%s: %d of %d %s as Spark", s.name, all.passed, all.of, s.unit)
}

// build compiles cmd/spate once into a folder of the test.
func build(t *testing.T) string {
	t.Helper()
	if _, err := os.Stat(filepath.Join("..", "cmd", "spate")); errors.Is(err, fs.ErrNotExist) {
		t.Skip("cmd/spate does not exist yet: nothing to judge")
	}
	binary := filepath.Join(t.TempDir(), "spate")
	out, err := exec.Command("go", "build", "-o", binary, "../cmd/spate").CombinedOutput()
	if err != nil {
		t.Fatalf("cmd/spate does not build: %v\n%s", err, out)
	}
	return binary
}

// runAll runs the cases of the suite, as many at a time as there are processors.
func (s suite) runAll(t *testing.T, binary string) []verdict {
	t.Helper()
	names := s.names(t)
	data, err := filepath.Abs("data")
	if err != nil {
		t.Fatal(err)
	}
	scratch := t.TempDir()
	found := make([][]verdict, len(names))
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	var running sync.WaitGroup
	for i, name := range names {
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			work := filepath.Join(scratch, s.name+"-"+name)
			if err := os.MkdirAll(work, 0o755); err != nil {
				panic(err)
			}
			found[i] = s.run(environment{binary: binary, data: data, work: work}, name)
			_ = os.RemoveAll(work)
		})
	}
	running.Wait()
	var all []verdict
	for _, v := range found {
		all = append(all, v...)
	}
	return all
}

// names lists the cases of the suite, without extension, that -only admits.
func (s suite) names(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(s.name, "cases", s.pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases for %s: %v", s.name, err)
	}
	var names []string
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), filepath.Ext(f))
		if ok, _ := path.Match(*only, s.name+"/"+name); ok || *only == "" {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

// execute runs the binary in the case's folder. Its standard output comes back
// even when it fails; note says how it ended, empty when well.
func (env environment) execute(args ...string) (out []byte, note string) {
	ctx, cancel := context.WithTimeout(context.Background(), *perCase)
	defer cancel()
	cmd := exec.CommandContext(ctx, env.binary, args...)
	cmd.Dir = env.work
	cmd.WaitDelay = time.Second
	var stderr tail
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	switch {
	case ctx.Err() != nil:
		note = fmt.Sprintf("killed after %v", *perCase)
	case err != nil:
		note = fmt.Sprintf("%v: %s", err, stderr.text)
	}
	return out, note
}

// tail keeps the last bytes written to it.
type tail struct{ text []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.text = append(t.text, p...)
	if n := len(t.text) - 400; n > 0 {
		t.text = t.text[n:]
	}
	return len(p), nil
}

// confFlags spells the configuration as command line flags, in a fixed order.
func confFlags(conf map[string]string) []string {
	keys := make([]string, 0, len(conf))
	for k := range conf {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	var args []string
	for _, k := range keys {
		args = append(args, "--conf", k+"="+conf[k])
	}
	return args
}
