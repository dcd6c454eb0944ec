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
	"os"
	"os/signal"
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

// silentError says that what went wrong has been printed already.
type silentError struct{ error }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:]))
}

// run executes a command line and returns the exit code.
func run(ctx context.Context, args []string) int {
	var prof profiles
	root := rootCommand(&prof)
	root.SetArgs(args)
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
		fmt.Fprintf(os.Stderr, "spate: %v\nRun 'spate --help' for the commands and flags.\n", err)
		return exitUsage
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		return exitInterrupted
	}
	fmt.Fprintln(os.Stderr, err)
	return exitFailed
}

func rootCommand(prof *profiles) *cobra.Command {
	c := &cobra.Command{
		Use:           "spate",
		Short:         "Spark's streaming programs as one binary",
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			return prof.begin()
		},
	}
	c.PersistentFlags().StringVar(&prof.cpu, "cpuprofile", "", "write a CPU profile to `FILE`, for go tool pprof")
	c.PersistentFlags().StringVar(&prof.mem, "memprofile", "", "write a heap profile to `FILE` at the end")
	var conf []string
	c.PersistentFlags().StringArrayVar(&conf, "conf", nil, "configuration `key=value`; may be given several times")
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	c.AddCommand(sqlCommand(&conf), runCommand(&conf), checkpointCommand(), versionCommand())
	return c
}

// version is set by the build: -ldflags "-X main.version=...".
var version = "0.1.0-dev"

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(c.OutOrStdout(), "spate", version)
			return err
		},
	}
}
