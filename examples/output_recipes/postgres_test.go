package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/rdd"
)

const dieAt = "OUTPUT_RECIPES_DIE_AT" // makes the test binary the program, which kills itself at that step

func TestMain(m *testing.M) {
	if step, child := os.LookupEnv(dieAt); child {
		if err := dying(step, os.Args[1], os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// dying is the program with small batches, until its standard input ends or it
// kills itself when it is at the step for the second time.
func dying(step, folder, checkpoint string) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	db, err := openPostgres(ctx, os.Getenv("SPATE_POSTGRES"))
	if err != nil {
		return err
	}
	defer db.pool.Close()
	left := make(chan int, 1) // tasks run side by side
	left <- 2
	db.reached = func(at string) error {
		n := <-left
		if at == step {
			n--
		}
		left <- n
		if n == 0 {
			self, err := os.FindProcess(os.Getpid())
			if err == nil {
				err = self.Kill()
			}
			return err
		}
		return nil
	}
	go func() { // ends with the standard input
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	if err := runPostgres(ctx, db, folder, checkpoint, 50*time.Millisecond, os.Stdout); err != nil && ctx.Err() == nil {
		return err
	}
	return nil
}

// schema returns the DSN of a schema of the test's own.
func schema(t *testing.T) string {
	t.Helper()
	dsn := os.Getenv("SPATE_POSTGRES")
	if dsn == "" {
		t.Skip("SPATE_POSTGRES is not set: give the DSN of a PostgreSQL database to try this")
	}
	db, err := openPostgres(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprint("spate_test_", os.Getpid(), "_", time.Now().UnixNano())
	if _, err := db.pool.Exec(t.Context(), "CREATE SCHEMA "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		defer db.pool.Close()
		if _, err := db.pool.Exec(context.Background(), "DROP SCHEMA "+name+" CASCADE"); err != nil {
			t.Error(err)
		}
	})
	switch {
	case !strings.Contains(dsn, "://"):
		return dsn + " search_path=" + name
	case strings.Contains(dsn, "?"):
		return dsn + "&search_path=" + name
	}
	return dsn + "?search_path=" + name
}

// A task fails before it commits, another one after: both run again, and each
// count is in the totals once.
func TestPostgresTasksFail(t *testing.T) {
	db, err := openPostgres(t.Context(), schema(t))
	if err != nil {
		t.Fatal(err)
	}
	defer db.pool.Close()
	steps := []string{"written", "committed"} // where the next failure is
	db.reached = func(step string) error {
		if len(steps) == 0 || steps[0] != step {
			return nil
		}
		steps = steps[1:]
		return errors.New("it fails when it is " + step)
	}
	h := dstreamtest.New(t, time.Second, rdd.Workers(1))
	db.write(define(dstreamtest.Input(h, []string{"to be or", "be"}, []string{"to be to"})))
	h.Run(2)
	got, err := db.totals(t.Context())
	if want := "be=3 or=1 to=3"; got != want || err != nil {
		t.Errorf("the totals are %s (%v), want %s", got, err, want)
	}
	if len(steps) > 0 {
		t.Error("no task failed when it was", steps)
	}
}

// Processes are killed between writing and committing, and after it; the next
// one goes on from the checkpoint. In the end each word has been counted once.
func TestPostgresKilled(t *testing.T) {
	dsn := schema(t)
	root := t.TempDir()
	folder := filepath.Join(root, "in")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	const want = "a=40 b=40 c=40 d=40 e=40"
	for life, step := range []string{"written", "committed", "written", "committed", "never"} {
		killed := live(t, dsn, step, folder, filepath.Join(root, "checkpoint"), func(line string) bool {
			if life == 0 && strings.HasPrefix(line, "so far") {
				feed(t, root, folder)
			}
			return step == "never" && strings.HasSuffix(line, want)
		})
		if killed != (step != "never") {
			t.Fatalf("life %d, to end when it has %s: killed is %v", life, step, killed)
		}
	}
	db, err := openPostgres(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.pool.Close()
	if got, err := db.totals(t.Context()); got != want || err != nil {
		t.Errorf("the totals are %s (%v), want %s", got, err, want)
	}
}

// feed moves 40 files into the folder that are new one after the other.
func feed(t *testing.T, root, folder string) {
	t.Helper()
	now := time.Now()
	for i := range 40 {
		name := fmt.Sprint("lines", i)
		path := filepath.Join(root, name)
		changed := now.Add(time.Duration(i) * 25 * time.Millisecond)
		err := errors.Join(os.WriteFile(path, []byte("a b c\nd e\n"), 0o644), os.Chtimes(path, changed, changed), os.Rename(path, filepath.Join(folder, name)))
		if err != nil {
			t.Fatal(err)
		}
	}
}

// live runs a process until enough says so of a line that it prints, or until
// it is killed, which live reports.
func live(t *testing.T, dsn, step, folder, checkpoint string, enough func(line string) bool) (killed bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, os.Args[0], folder, checkpoint)
	c.Env = append(os.Environ(), dieAt+"="+step, "SPATE_POSTGRES="+dsn)
	c.Stderr = os.Stderr
	stdin, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if enough(lines.Text()) {
			_ = stdin.Close() // the program ends
		}
	}
	err = c.Wait()
	if err != nil && (!strings.Contains(err.Error(), "killed") || ctx.Err() != nil) {
		t.Fatalf("the process that ends when it has %s: %v", step, err)
	}
	return err != nil
}
