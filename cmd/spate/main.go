// Command spate runs Spark's SQL and streaming programs: a shell and a runner
// of scripts (sql), streaming queries (run), a demonstration (demo), and a look
// into checkpoints (checkpoint).
//
// Exit codes: 0 success, 1 a statement or query failed, 2 the command line is
// wrong, 130 interrupted.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// The exit codes.
const (
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

// usageError is a mistake in the command line.
type usageError struct{ error }

func (u usageError) Unwrap() error { return u.error }

// silentError says that what went wrong has been printed already.
type silentError struct{ error }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run executes a command line and returns the exit code.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	var prof profiles
	root := rootCommand(&prof)
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	if perr := prof.end(); err == nil {
		err = perr
	}
	var usage usageError
	var silent silentError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &silent):
		return exitFailed
	case errors.As(err, &usage):
		fmt.Fprintf(errOut, "spate: %v\nRun 'spate --help' for the commands and flags.\n", err)
		return exitUsage
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		return exitInterrupted
	}
	fmt.Fprintln(errOut, err)
	return exitFailed
}

func rootCommand(prof *profiles) *cobra.Command {
	c := &cobra.Command{
		Use:           "spate",
		Short:         "Spark's streaming programs as one binary",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          subcommand("spate"),
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
		PersistentPreRunE: func(*cobra.Command, []string) error {
			return prof.begin()
		},
	}
	c.PersistentFlags().StringVar(&prof.cpu, "cpuprofile", "", "write a CPU profile to `FILE`, for go tool pprof")
	c.PersistentFlags().StringVar(&prof.mem, "memprofile", "", "write a heap profile to `FILE` at the end")
	var conf []string
	c.PersistentFlags().StringArrayVar(&conf, "conf", nil, "configuration `key=value`; may be given several times")
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	c.AddCommand(sqlCommand(&conf), runCommand(&conf), demoCommand(&conf), checkpointCommand(), versionCommand())
	return c
}

// version is set by the build: -ldflags "-X main.version=...".
var version = "0.1.0-dev"

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  noArgs("version"),
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(c.OutOrStdout(), "spate", version)
			return err
		},
	}
}

// subcommand refuses a word that is no command of the group.
func subcommand(name string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		hint := ""
		c.SuggestionsMinimumDistance = 2
		if near := c.SuggestionsFor(args[0]); len(near) > 0 {
			hint = "; did you mean " + strings.Join(near, " or ") + "?"
		}
		return usageError{fmt.Errorf("%s has no command %q%s", name, args[0], hint)}
	}
}

// oneArg wants one word; usage says which.
func oneArg(usage string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usageError{fmt.Errorf("this command takes one name: %s", usage)}
		}
		return nil
	}
}

// noArgs refuses words that a command does not take.
func noArgs(name string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) > 0 {
			return usageError{fmt.Errorf("%s takes no %q", name, args[0])}
		}
		return nil
	}
}
