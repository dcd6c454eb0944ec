package spate

import (
	"fmt"

	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sparkerr"
)

// DataFrame is a relation described, not computed: an immutable plan over a
// session. Operations return new frames; actions (Collect, Show, Count, Write,
// WriteStream) run it.
type DataFrame struct {
	s   *Session
	rel plan.Relation
	id  int64 // by which Col names the frame
	err error // the first mistake made in building it
}

// Err returns the mistake made in building the frame, if any: what every action
// on it returns.
func (d *DataFrame) Err() error { return d.err }

// Session returns the session the frame belongs to.
func (d *DataFrame) Session() *Session { return d.s }

// Col returns a column of this frame by name. Other than spate.Col it keeps its
// meaning where another frame has a column of the same name, as in a join.
func (d *DataFrame) Col(name string) Column { return named(name, d.id, callSite()) }

// Select computes columns: "a", "*", Col("a").Plus(1).As("b").
func (d *DataFrame) Select(columns ...ColumnOrName) *DataFrame {
	b := d.build()
	return b.frame(&plan.Project{Node: b.node(), Child: d.rel, Exprs: b.exprs(columns)})
}

// SelectExpr computes columns given as SQL: "a", "a + 1 AS b", "count(*)".
func (d *DataFrame) SelectExpr(exprs ...string) *DataFrame {
	b := d.build()
	list := make([]plan.Expr, len(exprs))
	for i, text := range exprs {
		list[i] = b.parse(text)
	}
	return b.frame(&plan.Project{Node: b.node(), Child: d.rel, Exprs: list})
}

// Where keeps the rows for which the condition, a Column or SQL text, is true.
func (d *DataFrame) Where(condition ColumnOrSQL) *DataFrame {
	b := d.build()
	return b.frame(&plan.Filter{Node: b.node(), Child: d.rel, Cond: b.condition(condition)})
}

// Filter is Where.
func (d *DataFrame) Filter(condition ColumnOrSQL) *DataFrame { return d.Where(condition) }

// WithColumn adds a column, or replaces that of the same name in place.
func (d *DataFrame) WithColumn(name string, column Column) *DataFrame {
	b := d.build()
	return b.frame(&plan.WithColumns{Node: b.node(), Child: d.rel, Columns: []*plan.Alias{b.alias(name, column)}})
}

// Named is a column under a name, for WithColumns.
type Named struct {
	Name   string
	Column Column
}

// WithColumns is WithColumn of several columns, none of which sees another.
func (d *DataFrame) WithColumns(columns ...Named) *DataFrame {
	b := d.build()
	list := make([]*plan.Alias, len(columns))
	for i, c := range columns {
		list[i] = b.alias(c.Name, c.Column)
	}
	return b.frame(&plan.WithColumns{Node: b.node(), Child: d.rel, Columns: list})
}

func (b *builder) alias(name string, c Column) *plan.Alias {
	e := b.take(c.valid(b.at))
	if a, ok := e.(*plan.Alias); ok {
		e = a.Child
	}
	return &plan.Alias{Node: b.node(), Child: e, Names: []string{name}}
}

// WithColumnRenamed renames a column; a name that does not occur is skipped.
func (d *DataFrame) WithColumnRenamed(from, to string) *DataFrame {
	b := d.build()
	return b.frame(&plan.Rename{Node: b.node(), Child: d.rel, From: []string{from}, To: []string{to}})
}

// WithColumnsRenamed renames columns, old name to new; names that do not occur
// are skipped.
func (d *DataFrame) WithColumnsRenamed(names map[string]string) *DataFrame {
	b := d.build()
	r := &plan.Rename{Node: b.node(), Child: d.rel}
	for _, from := range sortedKeys(names) {
		r.From, r.To = append(r.From, from), append(r.To, names[from])
	}
	return b.frame(r)
}

// Drop leaves columns out; those that do not exist are skipped.
func (d *DataFrame) Drop(columns ...ColumnOrName) *DataFrame {
	b := d.build()
	r := &plan.DropColumns{Node: b.node(), Child: d.rel}
	for _, c := range columns {
		if name, ok := c.(string); ok { // a name here has no dots to split
			r.Columns = append(r.Columns, &plan.Attribute{Node: b.node(), Parts: []string{name}})
			continue
		}
		r.Columns = append(r.Columns, b.expr(c))
	}
	return b.frame(r)
}

// ToDF renames all columns by position.
func (d *DataFrame) ToDF(names ...string) *DataFrame {
	b := d.build()
	return b.frame(&plan.ToNames{Node: b.node(), Child: d.rel, Names: names})
}

// To matches the columns by name to a schema, given as a *sqltype.Struct or DDL
// text, reorders and casts them.
func (d *DataFrame) To(schema any) *DataFrame {
	b := d.build()
	t, err := schemaOf(schema)
	if err != nil {
		return b.fail(err)
	}
	return b.frame(&plan.ToSchema{Node: b.node(), Child: d.rel, Schema: t})
}

// Alias gives the frame a name, by which columns can be qualified: Col("x.id").
func (d *DataFrame) Alias(name string) *DataFrame {
	b := d.build()
	return b.frame(&plan.Aliased{Node: b.node(), Child: d.rel, Name: name})
}

// Distinct removes duplicate rows.
func (d *DataFrame) Distinct() *DataFrame {
	b := d.build()
	return b.frame(&plan.Distinct{Node: b.node(), Child: d.rel})
}

// DropDuplicates keeps one row for each value of the columns, of all if none is
// named. On a stream it remembers the values until the watermark has passed
// them, if an event-time column is among them, and for ever if not.
func (d *DataFrame) DropDuplicates(columns ...string) *DataFrame {
	b := d.build()
	return b.frame(&plan.Deduplicate{Node: b.node(), Child: d.rel, Columns: columns})
}

// DropDuplicatesWithinWatermark keeps the first row for each value of the
// columns, of all if none is named, within the delay of the watermark.
func (d *DataFrame) DropDuplicatesWithinWatermark(columns ...string) *DataFrame {
	b := d.build()
	return b.frame(&plan.Deduplicate{Node: b.node(), Child: d.rel, Columns: columns, WithinWatermark: true})
}

// OrderBy sorts all rows: "a", Col("b").Desc(). A stream can be sorted only
// after an aggregation in output mode complete.
func (d *DataFrame) OrderBy(columns ...ColumnOrName) *DataFrame {
	b := d.build()
	return b.frame(&plan.Sort{Node: b.node(), Child: d.rel, Keys: b.keys(columns), Global: true})
}

// Sort is OrderBy.
func (d *DataFrame) Sort(columns ...ColumnOrName) *DataFrame { return d.OrderBy(columns...) }

// SortWithinPartitions sorts the rows of each partition.
func (d *DataFrame) SortWithinPartitions(columns ...ColumnOrName) *DataFrame {
	b := d.build()
	return b.frame(&plan.Sort{Node: b.node(), Child: d.rel, Keys: b.keys(columns)})
}

// Limit keeps the first n rows.
func (d *DataFrame) Limit(n int) *DataFrame {
	b := d.build()
	return b.frame(&plan.Limit{Node: b.node(), Child: d.rel, Count: b.count(n)})
}

// Offset leaves out the first n rows.
func (d *DataFrame) Offset(n int) *DataFrame {
	b := d.build()
	return b.frame(&plan.Offset{Node: b.node(), Child: d.rel, Count: b.count(n)})
}

func (b *builder) count(n int) plan.Expr { return b.take(literal(n, b.at)) }

// Sample keeps about the fraction of the rows, 0 to 1, without replacement.
func (d *DataFrame) Sample(fraction float64, seed ...int64) *DataFrame {
	return d.sample(fraction, false, seed)
}

// SampleWithReplacement draws about fraction times as many rows as there are.
func (d *DataFrame) SampleWithReplacement(fraction float64, seed ...int64) *DataFrame {
	return d.sample(fraction, true, seed)
}

func (d *DataFrame) sample(fraction float64, replacement bool, seed []int64) *DataFrame {
	b := d.build()
	if fraction < 0 || fraction > 1 && !replacement {
		b.failf("", fmt.Sprintf("the fraction of Sample is from 0 to 1, not %g", fraction))
	}
	r := &plan.Sample{Node: b.node(), Child: d.rel, Upper: fraction, Replacement: replacement}
	if len(seed) > 0 {
		r.Seed = &seed[0]
	} else {
		n := int64(env.RandomSeed())
		r.Seed = &n
	}
	return b.frame(r)
}

// Repartition spreads the rows over n partitions, by the hash of the columns or
// round robin if there are none; n 0 is the session's number.
func (d *DataFrame) Repartition(n int, columns ...ColumnOrName) *DataFrame {
	b := d.build()
	r := &plan.Repartition{Node: b.node(), Child: d.rel, Count: n, Keys: b.keys(columns)}
	if len(columns) > 0 {
		r.Kind = plan.ByHash
	}
	return b.frame(r)
}

// RepartitionByRange spreads the rows over n partitions by ranges of the
// columns; n 0 is the session's number.
func (d *DataFrame) RepartitionByRange(n int, columns ...ColumnOrName) *DataFrame {
	b := d.build()
	return b.frame(&plan.Repartition{Node: b.node(), Child: d.rel, Kind: plan.ByRange, Count: n, Keys: b.keys(columns)})
}

// Coalesce merges partitions to at most n, without a shuffle.
func (d *DataFrame) Coalesce(n int) *DataFrame {
	b := d.build()
	return b.frame(&plan.Repartition{Node: b.node(), Child: d.rel, Kind: plan.Coalesce, Count: n})
}

// Hint gives the optimiser a hint: "broadcast".
func (d *DataFrame) Hint(name string, args ...ColumnOrValue) *DataFrame {
	b := d.build()
	h := &plan.Hint{Node: b.node(), Child: d.rel, Name: name}
	for _, a := range args {
		h.Args = append(h.Args, b.take(valueOf(a, b.at)))
	}
	return b.frame(h)
}

// Cache returns the frame itself: nothing is cached between actions, every one
// computes the plan anew.
func (d *DataFrame) Cache() *DataFrame { return d }

// Persist is Cache.
func (d *DataFrame) Persist() *DataFrame { return d }

// Unpersist is Cache: there is nothing to forget.
func (d *DataFrame) Unpersist() *DataFrame { return d }

// Transform applies a function to the frame, for chains of one's own steps.
func (d *DataFrame) Transform(f func(*DataFrame) *DataFrame) *DataFrame { return f(d) }

// same reports as an error that two frames belong to different sessions.
func (b *builder) together(other *DataFrame) {
	switch {
	case other == nil:
		b.failf("", "the other DataFrame is nil")
	case other.err != nil:
		b.note(other.err)
	case other.s.ids != b.s.ids:
		b.note(sparkerr.New("SESSION_NOT_SAME", "both DataFrames must belong to the same session").At(b.at))
	}
}
