package spate

import (
	"context"
	"fmt"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr/render"
	"github.com/spatestream/spate/internal/showtable"
)

// ShowOption changes how Show prints.
type ShowOption func(*showing)

type showing struct {
	rows     int
	truncate int
	vertical bool
}

// Rows makes Show print at most n rows; the default is 20.
func Rows(n int) ShowOption { return func(s *showing) { s.rows = n } }

// Truncate makes Show cut cells to n characters, 0 for not at all; the default
// is 20.
func Truncate(n int) ShowOption { return func(s *showing) { s.truncate = n } }

// Vertical makes Show print a line for each cell.
func Vertical() ShowOption { return func(s *showing) { s.vertical = true } }

// Show prints the first rows as a table, as Spark does.
func (d *DataFrame) Show(ctx context.Context, opts ...ShowOption) error {
	text, err := d.ShowString(ctx, opts...)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(d.s.out, text)
	return err
}

// ShowString returns what Show prints.
func (d *DataFrame) ShowString(ctx context.Context, opts ...ShowOption) (string, error) {
	set := showing{rows: 20, truncate: 20}
	for _, o := range opts {
		o(&set)
	}
	schema, err := d.Schema()
	if err != nil {
		return "", err
	}
	t := showtable.Table{Header: schema.Names(), Truncate: set.truncate, Vertical: set.vertical}
	p := d.s.in.Printer(render.Show)
	err = d.Limit(set.rows+1).run(ctx, func(b *columnar.Batch) error {
		for k := range b.Rows() {
			row := make([]string, len(b.Cols))
			for i, c := range b.Cols {
				row[i] = string(p.Append(nil, c, b.RowAt(k)))
			}
			t.Rows = append(t.Rows, row)
		}
		return nil
	})
	if len(t.Rows) > set.rows {
		t.Rows, t.More = t.Rows[:set.rows], true
	}
	return t.String(), err
}
