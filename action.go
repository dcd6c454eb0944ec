package spate

import (
	"context"
	"fmt"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Schema analyses the frame and returns its columns. It does not run it, though
// sources may be asked for theirs.
func (d *DataFrame) Schema() (*sqltype.Struct, error) {
	if d.err != nil {
		return nil, d.err
	}
	return d.s.in.Schema(d.s.root, d.rel)
}

// Columns returns the names of the columns.
func (d *DataFrame) Columns() ([]string, error) {
	s, err := d.Schema()
	if err != nil {
		return nil, err
	}
	return s.Names(), nil
}

// DType is a column's name and type, as DTypes lists them.
type DType struct{ Name, Type string }

// DTypes returns names and types of the columns.
func (d *DataFrame) DTypes() ([]DType, error) {
	s, err := d.Schema()
	if err != nil {
		return nil, err
	}
	out := make([]DType, len(s.Fields))
	for i, f := range s.Fields {
		out[i] = DType{f.Name, f.Type.String()}
	}
	return out, nil
}

// PrintSchema prints the columns as a tree.
func (d *DataFrame) PrintSchema() error {
	s, err := d.Schema()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(d.s.out, s.TreeString(0))
	return err
}

// IsStreaming reports whether the frame reads a stream.
func (d *DataFrame) IsStreaming() (bool, error) {
	if d.err != nil {
		return false, d.err
	}
	return d.s.in.Streaming(d.s.root, d.rel)
}

// Explain prints the physical plan; extended, also the logical ones.
func (d *DataFrame) Explain(extended ...bool) error {
	if d.err != nil {
		return d.err
	}
	mode := plan.ExplainSimple
	if len(extended) > 0 && extended[0] {
		mode = plan.ExplainExtended
	}
	text, err := d.s.in.Explain(d.s.root, d.rel, mode)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(d.s.out, text)
	return err
}

// run executes the frame as a batch.
func (d *DataFrame) run(ctx context.Context, visit func(*columnar.Batch) error) error {
	if d.err != nil {
		return d.err
	}
	return d.s.in.Execute(ctx, d.rel, visit)
}

// Collect runs the frame and returns its rows.
func (d *DataFrame) Collect(ctx context.Context) ([]Row, error) {
	var out []Row
	err := d.run(ctx, func(b *columnar.Batch) error {
		for k := range b.Rows() {
			out = append(out, newRow(b, b.RowAt(k)))
		}
		return nil
	})
	return out, err
}

// Take returns the first n rows.
func (d *DataFrame) Take(ctx context.Context, n int) ([]Row, error) { return d.Limit(n).Collect(ctx) }

// Head is Take.
func (d *DataFrame) Head(ctx context.Context, n int) ([]Row, error) { return d.Take(ctx, n) }

// Tail returns the last n rows.
func (d *DataFrame) Tail(ctx context.Context, n int) ([]Row, error) {
	all, err := d.Collect(ctx)
	return all[max(0, len(all)-max(0, n)):], err
}

// First returns the first row; ok is false if there is none.
func (d *DataFrame) First(ctx context.Context) (row Row, ok bool, err error) {
	rows, err := d.Take(ctx, 1)
	if err != nil || len(rows) == 0 {
		return Row{}, false, err
	}
	return rows[0], true, nil
}

// IsEmpty reports whether the frame has no row.
func (d *DataFrame) IsEmpty(ctx context.Context) (bool, error) {
	_, ok, err := d.First(ctx)
	return !ok, err
}

// Count returns the number of rows.
func (d *DataFrame) Count(ctx context.Context) (int64, error) {
	row, ok, err := d.GroupBy().Count().First(ctx)
	if err != nil || !ok {
		return 0, err
	}
	return row.Get(0).(int64), nil
}

// ForEach runs the frame and calls f with each row, one after the other. The
// first error ends it.
func (d *DataFrame) ForEach(ctx context.Context, f func(Row) error) error {
	return d.run(ctx, func(b *columnar.Batch) error {
		for k := range b.Rows() {
			if err := f(newRow(b, b.RowAt(k))); err != nil {
				return err
			}
		}
		return nil
	})
}

// CreateTempView gives the frame a name in SQL, for the life of the session. It
// fails if the name is taken.
func (d *DataFrame) CreateTempView(name string) error { return d.view(name, plan.FailIfExists) }

// CreateOrReplaceTempView is CreateTempView that replaces a view of that name.
func (d *DataFrame) CreateOrReplaceTempView(name string) error {
	return d.view(name, plan.ReplaceIfExists)
}

func (d *DataFrame) view(name string, ifExists plan.IfExists) error {
	at := callSite()
	if d.err != nil {
		return d.err
	}
	if name == "" {
		return sparkerr.New("_LEGACY_ERROR_TEMP_1321", "a view needs a name").At(at)
	}
	if _, err := d.Schema(); err != nil {
		return err
	}
	return locate(d.s.in.CreateTempView(name, d.rel, ifExists), at)
}
