package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/session"
	"github.com/spatestream/spate/internal/sql/parser"
)

// sqlFlags are the flags of spate sql.
type sqlFlags struct {
	conf   *[]string
	exec   string
	file   string
	output string
}

func sqlCommand(conf *[]string) *cobra.Command {
	f := &sqlFlags{conf: conf}
	c := &cobra.Command{
		Use:   "sql",
		Short: "Run SQL: interactively, from -e, from a file or from standard input",
		Args:  noArgs("sql"),
		RunE:  func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	c.Flags().StringVarP(&f.exec, "execute", "e", "", "run the `statements` and end")
	c.Flags().StringVarP(&f.file, "file", "f", "", "run the statements of a `file` and end")
	c.Flags().StringVar(&f.output, "output", "", "`form`: table, csv, json, tsv or steps; by default table on a terminal, else tsv")
	return c
}

func (f *sqlFlags) run(c *cobra.Command) error {
	out, errOut := c.OutOrStdout(), c.ErrOrStderr()
	s, err := newSession(*f.conf, out, errOut)
	if err != nil {
		return err
	}
	defer s.Close()
	text, interactive, err := f.text(c.InOrStdin())
	if err != nil {
		return err
	}
	form := f.output
	if form == "" {
		form = "tsv"
		if isTerminal(out) {
			form = "table"
		}
	}
	p, err := newPrinter(form, out, s)
	if err != nil {
		return err
	}
	if interactive {
		return shell(c.Context(), s, p, errOut)
	}
	return runScript(c.Context(), s, p, text, errOut)
}

// text returns what is to be run, or that the user types it.
func (f *sqlFlags) text(in io.Reader) (text string, interactive bool, err error) {
	switch {
	case f.exec != "" && f.file != "":
		return "", false, usageError{errors.New("give -e or -f, not both")}
	case f.exec != "":
		return f.exec, false, nil
	case f.file != "":
		text, err = readScript(f.file)
		return text, false, err
	case isTerminal(in):
		return "", true, nil
	}
	b, err := io.ReadAll(in)
	return string(b), false, err
}

// runScript runs statements one after another. It ends at the first error, but
// for form steps, where an error is a result like others.
func runScript(ctx context.Context, s *session.Session, p printer, text string, errOut io.Writer) error {
	for _, span := range parser.SplitStatements(text) {
		st := text[span.Start:span.Stop]
		if err := runStatement(ctx, s, p, st); err != nil {
			if p.fail(st, err) {
				continue
			}
			fmt.Fprintln(errOut, err)
			return silentError{err}
		}
	}
	return nil
}

// runStatement runs one statement and prints its rows.
func runStatement(ctx context.Context, s *session.Session, p printer, text string) error {
	r, err := s.SQL(ctx, text)
	if err != nil {
		return err
	}
	return printRelation(ctx, s, p, text, r)
}

func printRelation(ctx context.Context, s *session.Session, p printer, text string, r plan.Relation) error {
	schema, err := s.Schema(ctx, r)
	if err != nil {
		return err
	}
	var batches []*columnar.Batch
	err = s.Execute(ctx, r, func(b *columnar.Batch) error {
		batches = append(batches, b)
		return nil
	})
	if err != nil {
		return err
	}
	return p.result(text, schema, batches)
}
