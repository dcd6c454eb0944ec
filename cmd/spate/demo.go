package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/query"
	"github.com/spatestream/spate/internal/session"
)

//go:embed demo.sql
var demoScript string

// demoFlags are the flags of spate demo.
type demoFlags struct {
	conf       *[]string
	checkpoint string
	length     time.Duration
	print      bool
}

func demoCommand(conf *[]string) *cobra.Command {
	f := &demoFlags{conf: conf}
	c := &cobra.Command{
		Use:   "demo",
		Short: "Watch a streaming query over a live source: windows, late rows, watermark, checkpoint",
		Args:  noArgs("demo"),
		RunE: func(c *cobra.Command, _ []string) error {
			if f.length < 0 {
				return usageError{fmt.Errorf("--for wants a time such as 10s, not %v", f.length)}
			}
			if f.print {
				_, err := io.WriteString(c.OutOrStdout(), demoScript)
				return err
			}
			return f.run(c.Context(), c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	c.Flags().DurationVar(&f.length, "for", 0, "end after a `time` such as 10s; by default Ctrl-C ends it")
	c.Flags().StringVar(&f.checkpoint, "checkpoint", "", "`folder` of the checkpoint; a second run on it goes on where the first ended")
	c.Flags().BoolVar(&f.print, "print", false, "print the SQL script and end")
	return c
}

// run runs the script until the time is over or the user ends it: then the
// epoch under way is finished.
func (f *demoFlags) run(ctx context.Context, out, errOut io.Writer) error {
	s, err := newSession(*f.conf, out, errOut)
	if err != nil {
		return err
	}
	defer s.Close()
	sc := s.NewScript()
	sc.Mode, sc.Trigger = connector.Update, query.Trigger{Interval: time.Second}
	flows, err := sc.Run(ctx, demoScript)
	if err != nil {
		return err
	}
	flow := flows[0]
	if f.checkpoint != "" {
		flow.Stream.Options = connector.Options{"checkpointLocation": filepath.ToSlash(f.checkpoint)}
	}
	d := f.show(s, &flow, out, errOut)
	q, err := s.Start(context.WithoutCancel(ctx), flow)
	if err != nil {
		return err
	}
	if f.length > 0 {
		var end context.CancelFunc
		ctx, end = context.WithTimeout(ctx, f.length)
		defer end()
	}
	err = q.AwaitTermination(ctx)
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		err = q.Stop(context.WithoutCancel(ctx))
	}
	if err == nil {
		err = q.Exception()
	}
	if err == nil {
		d.summary(f.checkpoint)
	}
	return err
}

// show connects the query with the screen.
func (f *demoFlags) show(s *session.Session, flow *session.Flow, out, errOut io.Writer) *demo {
	d := &demo{errOut: errOut, meter: &meter{w: errOut, terminal: isTerminal(errOut), name: "demo"}}
	listen := d.meter.listener()
	if isTerminal(out) {
		d.screen = newScreen(out, s, flow.Node)
		flow.Stream.Sink = d.screen
		listen = query.Listener{Progress: func(p *query.Progress) { d.screen.draw(d.meter.line(p)) }}
	}
	count := query.Listener{Progress: func(p *query.Progress) {
		if d.batches == 0 {
			d.first = p.BatchID
		}
		d.batches, d.rows = d.batches+1, d.rows+p.NumInputRows
	}}
	flow.Stream.Listeners = []query.Listener{count, listen}
	return d
}

// demo is what one run has shown.
type demo struct {
	errOut        io.Writer
	meter         *meter
	screen        *screen // nil when piped
	first         int64   // number of the first batch
	batches, rows int64
}

func (d *demo) summary(checkpoint string) {
	went := "This run"
	if d.first > 0 {
		went = fmt.Sprintf("This run went on with batch %d where the last one had ended. It", d.first)
	}
	fmt.Fprintf(d.errOut, "\n%s counted %d rows in %d batches; late rows dropped: %d.\n", went, d.rows, d.batches, d.meter.late)
	if checkpoint == "" {
		fmt.Fprintln(d.errOut, "With --checkpoint DIR the next run goes on where this one ended. The program: spate demo --print")
		return
	}
	fmt.Fprintf(d.errOut, "The next run with --checkpoint %s goes on from here; spate checkpoint ls %s shows what is kept.\n", checkpoint, checkpoint)
}
