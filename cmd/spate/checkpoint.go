package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/spatestream/spate/internal/checkpoint"
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/vfs"
)

func checkpointCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "checkpoint", Short: "Look into a checkpoint folder without running its query",
		Args: subcommand("checkpoint"),
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(
		&cobra.Command{
			Use: "ls DIR", Short: "List the micro-batches of a checkpoint", Args: oneArg("spate checkpoint ls DIR"),
			RunE: func(c *cobra.Command, args []string) error {
				return eachCheckpoint(args[0], func(dir string) error { return listCheckpoint(c.OutOrStdout(), dir) })
			},
		},
		&cobra.Command{
			Use: "verify DIR", Short: "Read every file of a checkpoint and check it", Args: oneArg("spate checkpoint verify DIR"),
			RunE: func(c *cobra.Command, args []string) error {
				return eachCheckpoint(args[0], func(dir string) error { return verifyCheckpoint(c.OutOrStdout(), dir) })
			},
		},
	)
	return c
}

// eachCheckpoint calls visit for the checkpoint in dir, or, if dir is the folder given to
// run --checkpoint, for each query's below it.
func eachCheckpoint(dir string, visit func(string) error) error {
	below, err := filepath.Glob(filepath.Join(dir, "*", "metadata"))
	if _, serr := os.Stat(filepath.Join(dir, "metadata")); serr == nil || err != nil || len(below) == 0 {
		return visit(filepath.ToSlash(dir))
	}
	for _, m := range below {
		if err := visit(filepath.ToSlash(filepath.Dir(m))); err != nil {
			return err
		}
	}
	return nil
}

// listCheckpoint prints a line for each epoch that is logged.
func listCheckpoint(w io.Writer, dir string) error {
	r, err := checkpoint.Inspect(vfs.OS(env.RandomSeed()), dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "query %s in %s\n", r.ID, dir)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "batch\ttime\twatermark\tcommitted\trows in state files\toffsets")
	for _, e := range r.Epochs {
		fmt.Fprintf(t, "%d\t%s\t%s\t%v\t%s\t%s\n", e.Epoch, e.Time.Go().Format("2006-01-02T15:04:05.000Z"), e.Watermark.Time().Go().Format("2006-01-02T15:04:05.000Z"), e.Committed, e.StateRows, e.Offsets)
	}
	return t.Flush()
}

// verifyCheckpoint reads everything a restart could need.
func verifyCheckpoint(w io.Writer, dir string) error {
	n, err := checkpoint.Verify(vfs.OS(env.RandomSeed()), dir)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "ok: %s: %d files, %d bytes of state\n", dir, n.Files, n.StateBytes)
	return err
}
