package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/query"
	"github.com/spatestream/spate/internal/session"
	"github.com/spatestream/spate/sparkerr"
)

// runFlags are the flags of spate run.
type runFlags struct {
	conf         *[]string
	trigger      string
	checkpoint   string
	mode         string
	availableNow bool
	output       string
	maxBatches   int
	dedup        []string
	dedupWithin  []string
}

func runCommand(conf *[]string) *cobra.Command {
	f := &runFlags{conf: conf}
	c := &cobra.Command{
		Use:   "run FILE.sql",
		Short: "Run a streaming script until it ends or is interrupted",
		Args:  oneArg("spate run FILE.sql"),
		RunE:  func(c *cobra.Command, args []string) error { return f.run(c, args[0]) },
	}
	c.Flags().StringVar(&f.trigger, "trigger", "", "when micro-batches start: an `interval` such as '10 seconds', once, or available-now; by default as soon as there is data")
	c.Flags().StringVar(&f.checkpoint, "checkpoint", "", "`folder` of the checkpoints, one below it for each query")
	c.Flags().StringVar(&f.mode, "output-mode", "append", "`mode`: append, update or complete")
	c.Flags().BoolVar(&f.availableNow, "available-now", false, "process what is there and end; same as --trigger available-now")
	c.Flags().StringVar(&f.output, "output", "console", "`form`: console, or batches: one JSON line for each micro-batch of the script's one query")
	c.Flags().IntVar(&f.maxBatches, "max-batches", 0, "end each query after `n` micro-batches")
	c.Flags().StringSliceVar(&f.dedup, "dedup", nil, "keep the first row of each value of these `columns` of the last SELECT (dropDuplicates)")
	c.Flags().StringSliceVar(&f.dedupWithin, "dedup-within-watermark", nil, "the same for these `columns`, forgetting a value one watermark delay after its first row (dropDuplicatesWithinWatermark)")
	return c
}

func (f *runFlags) run(c *cobra.Command, file string) error {
	if err := f.check(); err != nil {
		return err
	}
	text, err := readScript(file)
	if err != nil {
		return err
	}
	out := c.OutOrStdout()
	err = f.session(c, text)
	if err != nil && f.output == "batches" && c.Context().Err() == nil {
		if perr := writeJSON(out, map[string]errorJSON{"error": toErrorJSON(cause(err))}); perr != nil {
			return perr
		}
		return silentError{err}
	}
	return err
}

func (f *runFlags) session(c *cobra.Command, text string) error {
	out, errOut := c.OutOrStdout(), c.ErrOrStderr()
	s, err := newSession(*f.conf, out, errOut)
	if err != nil {
		return err
	}
	defer s.Close()
	return f.stream(c.Context(), s, text, out, errOut)
}

// check refuses what the flags cannot mean, before anything runs.
func (f *runFlags) check() error {
	if f.output != "console" && f.output != "batches" {
		return usageError{fmt.Errorf("--output is console or batches, not %q", f.output)}
	}
	if f.maxBatches < 0 {
		return usageError{fmt.Errorf("--max-batches wants a number above 0, not %d", f.maxBatches)}
	}
	if f.availableNow && f.trigger != "" {
		return usageError{errors.New("give --trigger or --available-now, not both")}
	}
	if _, err := session.ParseMode(f.mode); err != nil {
		return usageError{fmt.Errorf("--output-mode is append, update or complete, not %q", f.mode)}
	}
	if f.availableNow {
		f.trigger = "available-now"
	}
	if f.trigger != "" {
		if _, err := session.ParseTrigger(f.trigger); err != nil {
			return usageError{fmt.Errorf("--trigger wants an interval such as '10 seconds', or once, or available-now, not %q", f.trigger)}
		}
	}
	return nil
}

// readScript reads a file of SQL.
func readScript(file string) (string, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("spate: cannot read the script: %w", err)
	}
	return string(b), nil
}

// cause returns what made a query fail.
func cause(err error) error {
	e := sparkerr.As(err)
	switch {
	case e == nil:
		return err
	case e.Class == "STREAM_FAILED" && e.Cause != nil:
		return e.Cause
	}
	return e
}

func (f *runFlags) stream(ctx context.Context, s *session.Session, text string, out, errOut io.Writer) error {
	flows, err := f.flows(ctx, s, text, out, errOut)
	if err != nil || len(flows) == 0 {
		return err
	}
	if f.output == "batches" {
		if len(flows) != 1 {
			return usageError{fmt.Errorf("--output batches wants a script with one streaming query; this one has %d", len(flows))}
		}
		o, err := s.JSONOptions()
		if err != nil {
			return err
		}
		b := newBatches(out, o)
		flows[0].Stream.Sink, flows[0].Stream.Listeners = b, []query.Listener{{Progress: b.progress}}
	} else if isTerminal(errOut) {
		for i := range flows {
			flows[i].Stream.Listeners = append(flows[i].Stream.Listeners, (&meter{w: errOut, terminal: true, name: flows[i].Name}).listener())
		}
	}
	return start(ctx, s, flows)
}

// flows runs the script's other statements and prepares its streaming queries.
func (f *runFlags) flows(ctx context.Context, s *session.Session, text string, out, errOut io.Writer) ([]session.Flow, error) {
	sc := s.NewScript()
	var err error
	if sc.Mode, err = session.ParseMode(f.mode); err != nil {
		return nil, err
	}
	if f.trigger != "" {
		if sc.Trigger, err = session.ParseTrigger(f.trigger); err != nil {
			return nil, err
		}
	}
	if sc.Dedup = f.dedup; f.dedupWithin != nil {
		sc.Dedup, sc.DedupWithin = f.dedupWithin, true
	}
	p, err := newPrinter("table", out, s)
	if err != nil {
		return nil, err
	}
	sc.Batch = func(ctx context.Context, r plan.Relation) error { return printRelation(ctx, s, p, "", r) }
	flows, err := sc.Run(ctx, text)
	if err == nil && sc.Prepared == sc.Statements {
		fmt.Fprintln(errOut, "note: "+nothingRan(sc.Statements))
	}
	for i := range flows {
		f.place(&flows[i])
	}
	return flows, err
}

// place gives a flow its checkpoint and limits.
func (f *runFlags) place(fl *session.Flow) {
	o := connector.Options{}
	for k, v := range fl.Stream.Options {
		o[k] = v
	}
	if _, ok := o.Get("checkpointLocation"); !ok && f.checkpoint != "" {
		o["checkpointLocation"] = filepath.ToSlash(filepath.Join(f.checkpoint, fl.Name))
	}
	fl.Stream.Options, fl.Stream.MaxEpochs = o, f.maxBatches
}
