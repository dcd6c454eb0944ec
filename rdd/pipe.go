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
	"strings"
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
		return p.run(t.Context(), func(w *bufio.Writer) error { return printPart(r, t, part, w) }, emit)
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

// run starts the process, feeds it on a goroutine that ends with it, and pushes
// its lines.
func (p *pipe) run(ctx context.Context, feed func(*bufio.Writer) error, emit func([]string) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := exec.CommandContext(ctx, p.args[0], p.args[1:]...)
	cmd.Env, cmd.Dir = p.env, p.dir
	var complaint strings.Builder
	cmd.Stderr = &complaint
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return sparkerr.New("", fmt.Sprintf("Pipe could not start %q: %v", p.args[0], err))
	}
	fed := make(chan error, 1)
	go func() { fed <- feedAndClose(in, feed) }()
	read := pushLines(out, emit)
	if read != nil {
		cancel()
	}
	feeding := <-fed
	if err := cmd.Wait(); err != nil && read == nil && feeding == nil {
		return sparkerr.New("", fmt.Sprintf("the process %q of Pipe ended with %v: %s", strings.Join(p.args, " "), err, strings.TrimSpace(complaint.String())))
	}
	return cmp.Or(read, feeding)
}

// feedAndClose writes to the process. One that reads no further is not at
// fault: its exit status tells.
func feedAndClose(in io.WriteCloser, feed func(*bufio.Writer) error) error {
	w := bufio.NewWriterSize(in, 8192)
	err := elsewhere(func() error { return feed(w) })
	if err == nil {
		err = w.Flush()
	}
	err = cmp.Or(err, in.Close())
	if errors.Is(err, os.ErrClosed) || errors.Is(err, syscall.EPIPE) {
		return nil
	}
	return err
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
