package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/spatestream/spate/internal/checkpoint"
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
			Use: "ls DIR", Short: "List the epochs of a checkpoint", Args: oneArg("spate checkpoint ls DIR"),
			RunE: func(c *cobra.Command, args []string) error { return listCheckpoint(c.OutOrStdout(), args[0]) },
		},
		&cobra.Command{
			Use: "verify DIR", Short: "Read every file of a checkpoint and check it", Args: oneArg("spate checkpoint verify DIR"),
			RunE: func(c *cobra.Command, args []string) error { return verifyCheckpoint(c.OutOrStdout(), args[0]) },
		},
	)
	return c
}

// listCheckpoint prints a line for each epoch that is logged.
func listCheckpoint(w io.Writer, dir string) error {
	r, err := checkpoint.Inspect(vfs.OS(randomSeed()), dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "query %s\n", r.ID)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "epoch\ttime\twatermark\tcommitted\trows in state files\toffsets")
	for _, e := range r.Epochs {
		fmt.Fprintf(t, "%d\t%s\t%s\t%v\t%s\t%s\n", e.Epoch, e.Time.Go().Format("2006-01-02T15:04:05.000Z"), e.Watermark.Time().Go().Format("2006-01-02T15:04:05.000Z"), e.Committed, e.StateRows, e.Offsets)
	}
	return t.Flush()
}

// verifyCheckpoint reads everything a restart could need.
func verifyCheckpoint(w io.Writer, dir string) error {
	n, err := checkpoint.Verify(vfs.OS(randomSeed()), dir)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "ok: %d files, %d bytes of state\n", n.Files, n.StateBytes)
	return err
}
