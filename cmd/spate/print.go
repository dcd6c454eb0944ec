package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spatestream/spate/columnar"
	rowjson "github.com/spatestream/spate/internal/decode/json"
	"github.com/spatestream/spate/internal/expr/render"
	"github.com/spatestream/spate/internal/session"
	"github.com/spatestream/spate/internal/showtable"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// printer prints the results of statements in one form.
type printer interface {
	// result prints the rows of a statement.
	result(statement string, schema *sqltype.Struct, batches []*columnar.Batch) error
	// fail prints an error and reports whether the script goes on.
	fail(statement string, err error) bool
}

// cells makes what prints the values of a statement: a statement before it may
// have changed the time zone.
type cells func() *render.Printer

func newPrinter(form string, w io.Writer, s *session.Session) (printer, error) {
	as := func(f render.Form) cells { return func() *render.Printer { return s.Printer(f) } }
	switch form {
	case "steps":
		return &steps{w, as(render.Hive)}, nil
	case "tsv":
		return &tsv{w, as(render.Hive)}, nil
	case "csv":
		return &csvPrinter{w, as(render.Cast)}, nil
	case "json":
		return &jsonPrinter{w, s.JSONOptions}, nil
	case "table":
		return &tablePrinter{w, as(render.Show)}, nil
	}
	return nil, usageError{fmt.Errorf("--output is table, csv, json, tsv or steps, not %q", form)}
}

// each calls visit for every selected row of the batches.
func each(batches []*columnar.Batch, visit func(b *columnar.Batch, row int) error) error {
	for _, b := range batches {
		for k := range b.Rows() {
			if err := visit(b, b.RowAt(k)); err != nil {
				return err
			}
		}
	}
	return nil
}

// steps prints one JSON line a statement; a line is flushed when its statement
// ends.
type steps struct {
	w io.Writer
	r cells
}

type stepResult struct {
	Statement string      `json:"statement"`
	Schema    string      `json:"schema"`
	Rows      [][]*string `json:"rows"`
}

type stepError struct {
	Statement string    `json:"statement"`
	Error     errorJSON `json:"error"`
}

type errorJSON struct {
	ErrorClass string            `json:"errorClass"`
	SQLState   string            `json:"sqlState,omitempty"`
	Parameters map[string]string `json:"messageParameters"`
	Message    string            `json:"message,omitempty"`
}

func toErrorJSON(err error) errorJSON {
	e := sparkerr.As(err)
	if e == nil {
		return errorJSON{Message: err.Error(), Parameters: map[string]string{}}
	}
	out := errorJSON{ErrorClass: e.Class, SQLState: e.SQLState(), Parameters: e.Params, Message: e.Message}
	if out.Parameters == nil {
		out.Parameters = map[string]string{}
	}
	return out
}

func (p *steps) result(statement string, schema *sqltype.Struct, batches []*columnar.Batch) error {
	r := p.r()
	out := stepResult{Statement: statement, Schema: schema.String(), Rows: [][]*string{}}
	_ = each(batches, func(b *columnar.Batch, row int) error {
		cells := make([]*string, len(b.Cols))
		for i, c := range b.Cols {
			if !c.IsNull(row) {
				text := string(r.Append(nil, c, row))
				cells[i] = &text
			}
		}
		out.Rows = append(out.Rows, cells)
		return nil
	})
	return writeJSON(p.w, out)
}

func (p *steps) fail(statement string, err error) bool {
	return writeJSON(p.w, stepError{statement, toErrorJSON(err)}) == nil
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// tsv prints as the spark-sql command does when its output is piped.
type tsv struct {
	w io.Writer
	r cells
}

func (p *tsv) result(_ string, _ *sqltype.Struct, batches []*columnar.Batch) error {
	r := p.r()
	w := bufio.NewWriter(p.w)
	var line []byte
	err := each(batches, func(b *columnar.Batch, row int) error {
		line = line[:0]
		for i, c := range b.Cols {
			if i > 0 {
				line = append(line, '\t')
			}
			line = r.Append(line, c, row)
		}
		_, err := w.Write(append(line, '\n'))
		return err
	})
	if err != nil {
		return err
	}
	return w.Flush()
}

func (p *tsv) fail(string, error) bool { return false }

// csvPrinter prints a header and RFC 4180 lines.
type csvPrinter struct {
	w io.Writer
	r cells
}

func (p *csvPrinter) result(_ string, schema *sqltype.Struct, batches []*columnar.Batch) error {
	r := p.r()
	if len(schema.Fields) == 0 {
		return nil
	}
	w := csv.NewWriter(p.w)
	if err := w.Write(schema.Names()); err != nil {
		return err
	}
	cells := make([]string, len(schema.Fields))
	err := each(batches, func(b *columnar.Batch, row int) error {
		for i, c := range b.Cols {
			cells[i] = ""
			if !c.IsNull(row) {
				cells[i] = string(r.Append(nil, c, row))
			}
		}
		return w.Write(cells)
	})
	w.Flush()
	if err != nil {
		return err
	}
	return w.Error()
}

func (p *csvPrinter) fail(string, error) bool { return false }

// jsonPrinter prints one to_json line a row.
type jsonPrinter struct {
	w io.Writer
	o func() (*rowjson.Options, error)
}

func (p *jsonPrinter) result(_ string, _ *sqltype.Struct, batches []*columnar.Batch) error {
	o, err := p.o()
	if err != nil {
		return err
	}
	w := bufio.NewWriter(p.w)
	var line []byte
	err = each(batches, func(b *columnar.Batch, row int) error {
		var err error
		if line, err = rowjson.AppendRow(line[:0], b.Schema, b.Cols, row, o); err == nil {
			_, err = w.Write(append(line, '\n'))
		}
		return err
	})
	if err != nil {
		return err
	}
	return w.Flush()
}

func (p *jsonPrinter) fail(string, error) bool { return false }

// tablePrinter prints as DataFrame.show, without cutting cells.
type tablePrinter struct {
	w io.Writer
	r cells
}

func (p *tablePrinter) result(_ string, schema *sqltype.Struct, batches []*columnar.Batch) error {
	r := p.r()
	if len(schema.Fields) == 0 {
		return nil
	}
	var rows [][]string
	_ = each(batches, func(b *columnar.Batch, row int) error {
		cells := make([]string, len(b.Cols))
		for i, c := range b.Cols {
			cells[i] = string(r.Append(nil, c, row))
		}
		rows = append(rows, cells)
		return nil
	})
	_, err := fmt.Fprintln(p.w, (&showtable.Table{Header: schema.Names(), Rows: rows}).String())
	return err
}

func (p *tablePrinter) fail(string, error) bool { return false }
