package rdd

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"

	"github.com/spatestream/spate/sparkerr"
)

// PipeOption changes how Pipe runs its process.
type PipeOption func(*pipe)

type pipe struct {
	args []string
	env  []string
	dir  string
}

// PipeEnv sets a variable of the process's environment.
func PipeEnv(name, value string) PipeOption {
	return func(p *pipe) { p.env = append(p.env, name+"="+value) }
}

// PipeDir sets the process's working directory.
func PipeDir(path string) PipeOption { return func(p *pipe) { p.dir = path } }

// Pipe sends each partition, empty ones too, through a process of its own:
// elements go to its standard input as lines, as Text prints them, and the lines
// of its standard output are the result. The command is cut at blanks; no shell
// sees it. A process that does not exit with 0 fails the task; what it wrote to
// its standard error is part of the message.
func Pipe[T any](r *RDD[T], command string, opts ...PipeOption) *RDD[string] {
	return PipeArgs(r, strings.Fields(command), opts...)
}

// PipeArgs is Pipe with the command in parts.
func PipeArgs[T any](r *RDD[T], args []string, opts ...PipeOption) *RDD[string] {
	p := &pipe{args: args, env: os.Environ()}
	for _, o := range opts {
		o(p)
	}
	out := derive(r, "pipe", func(t *Task, part int, emit func([]string) error) error {
		return p.run(t, func(w *bufio.Writer) error { return printPart(r, t, part, w) }, emit)
	})
	out.n.kind = "PipedRDD"
	if len(args) == 0 {
		out.n.fail(sparkerr.New("", "Pipe needs a command"))
	}
	return out
}

// printPart writes the elements of a partition as lines.
func printPart[T any](r *RDD[T], t *Task, part int, w *bufio.Writer) error {
	return r.each(t, part, func(in []T) error {
		for _, x := range in {
			if _, err := w.WriteString(Text(x)); err != nil {
				return err
			}
			if err := w.WriteByte('\n'); err != nil {
				return err
			}
		}
		return nil
	})
}

// run starts the process, feeds it and pushes its lines. What feeds and what takes
// lines are functions of the program, and so are both called on the task's goroutine.
func (p *pipe) run(t *Task, feed func(*bufio.Writer) error, emit func([]string) error) error {
	ctx, cancel := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, p.args[0], p.args[1:]...)
	cmd.Env, cmd.Dir = p.env, p.dir
	var complaint strings.Builder
	cmd.Stderr = &complaint
	in, inErr := cmd.StdinPipe()
	out, outErr := cmd.StdoutPipe()
	if err := errors.Join(inErr, outErr, cmd.Start()); err != nil {
		cancel()
		return sparkerr.New("", fmt.Sprintf("Pipe could not start %q: %v", p.args[0], err))
	}
	k := &talk{task: t, in: in, emit: emit, lines: make(chan []string)}
	k.going.Go(func() { k.listen(ctx, out) })
	ended := sync.OnceValue(cmd.Wait)
	defer k.going.Wait()
	defer func() { _ = ended() }()
	defer cancel() // also if a function of the program panics
	if err := k.whole(feed); err != nil {
		return err
	}
	if err := ended(); err != nil {
		return sparkerr.New("", fmt.Sprintf("the process %q of Pipe ended with %v: %s", strings.Join(p.args, " "), err, strings.TrimSpace(complaint.String())))
	}
	return nil
}

// talk is what goes to a process and comes from it. Goroutines of its own write and
// read, and end when the process has; all else is the task's.
type talk struct {
	task  *Task
	in    io.WriteCloser
	emit  func([]string) error
	lines chan []string // closed when the process has written its last
	ends  error         // why lines is closed
	heard bool          // lines is known to be closed
	going sync.WaitGroup
}

// whole feeds the process all it gets and takes all it gives. One that reads no
// further is not at fault: its exit status tells.
func (k *talk) whole(feed func(*bufio.Writer) error) error {
	w := bufio.NewWriterSize(k, 8192)
	err := feed(w)
	if err == nil {
		err = w.Flush()
	}
	err = cmp.Or(err, k.in.Close())
	if err != nil && !errors.Is(err, os.ErrClosed) && !errors.Is(err, syscall.EPIPE) {
		return err
	}
	for !k.heard {
		if err := k.take(<-k.lines); err != nil {
			return err
		}
	}
	return k.ends
}

// Write returns when the process has taken p. Until then its lines are taken: it may
// write before it reads on.
func (k *talk) Write(p []byte) (int, error) {
	written := make(chan error, 1)
	k.going.Go(func() {
		_, err := k.in.Write(p)
		written <- err
	})
	lines := k.lines
	for {
		if k.heard {
			lines = nil
		}
		select {
		case err := <-written:
			return len(p), err
		case some := <-lines:
			if err := k.take(some); err != nil {
				return 0, err
			}
		}
	}
}

// take hands lines on, none for their end. Whoever is writing goes on with its own
// row.
func (k *talk) take(lines []string) error {
	if lines == nil {
		k.heard = true
		return nil
	}
	row := k.task.row
	if err := k.emit(lines); err != nil {
		return err
	}
	k.task.row = row
	return nil
}

// listen reads the lines of the process.
func (k *talk) listen(ctx context.Context, out io.Reader) {
	k.ends = pushLines(out, func(lines []string) error {
		select {
		case k.lines <- slices.Clone(lines):
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
	close(k.lines)
}

func pushLines(from io.Reader, emit func([]string) error) error {
	out := newChunker(emit)
	lines := bufio.NewReader(from)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			if err := out.add(strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return out.flush()
		}
		if err != nil {
			return err
		}
	}
}
