package spate

import (
	"fmt"
	"strings"

	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/parser"
	"github.com/spatestream/spate/sparkerr"
)

// builder makes the nodes of one operation: it knows where the user wrote it
// and keeps the first error.
type builder struct {
	s   *Session
	at  sparkerr.Origin
	err error
}

// build begins an operation on the session.
func (s *Session) build() *builder { return &builder{s: s, at: callSite(), err: s.err} }

// build begins an operation on the frame, whose error it inherits.
func (d *DataFrame) build() *builder {
	b := d.s.build()
	if d.err != nil {
		b.err = d.err
	}
	return b
}

func (b *builder) node() plan.Node { return plan.At(b.at) }

// note keeps err if it is the first.
func (b *builder) note(err error) {
	if b.err == nil && err != nil {
		b.err = locate(err, b.at)
	}
}

// failf notes a mistake of the user's.
func (b *builder) failf(class, message string, kv ...string) {
	b.note(sparkerr.New(class, message, kv...))
}

// frame ends the operation with a relation.
func (b *builder) frame(r plan.Relation) *DataFrame {
	id := b.s.ids.Add(1)
	return &DataFrame{s: b.s, err: b.err, id: id, rel: &plan.Identified{Node: b.node(), Child: r, ID: id}}
}

// fail ends the operation with an error.
func (b *builder) fail(err error) *DataFrame {
	b.note(err)
	return b.frame(&plan.OneRow{Node: b.node()})
}

// expr returns the expression of a column or its name.
func (b *builder) expr(x ColumnOrName) plan.Expr { return b.take(columnOf(x, b.at)) }

func (b *builder) take(c Column) plan.Expr {
	b.note(c.err)
	if c.e == nil {
		return &plan.Literal{Node: b.node()}
	}
	return c.e
}

// exprs is expr of each.
func (b *builder) exprs(xs []ColumnOrName) []plan.Expr {
	out := make([]plan.Expr, 0, len(xs))
	for _, x := range flattened(xs) {
		out = append(out, b.expr(x))
	}
	return out
}

// flattened lets a slice of names or columns stand for its elements, as in
// PySpark.
func flattened(xs []ColumnOrName) []ColumnOrName {
	if len(xs) != 1 {
		return xs
	}
	switch list := xs[0].(type) {
	case []string:
		return anySlice(list)
	case []Column:
		return anySlice(list)
	}
	return xs
}

func anySlice[T any](list []T) []any {
	out := make([]any, len(list))
	for i, x := range list {
		out[i] = x
	}
	return out
}

// key returns a column or its name as a sort key.
func (b *builder) key(x ColumnOrName) plan.SortKey {
	c := columnOf(x, b.at)
	return plan.SortKey{Expr: b.take(c), Desc: c.desc, Nulls: c.nulls}
}

func (b *builder) keys(xs []ColumnOrName) []plan.SortKey {
	var out []plan.SortKey
	for _, x := range flattened(xs) {
		out = append(out, b.key(x))
	}
	return out
}

// condition returns a column, or the SQL text of one.
func (b *builder) condition(x ColumnOrSQL) plan.Expr {
	if text, ok := x.(string); ok {
		return b.parse(text)
	}
	return b.expr(x)
}

// parse reads an SQL expression.
func (b *builder) parse(text string) plan.Expr {
	e, err := parser.Expr(text, b.s.in.ParserOptions())
	if err != nil {
		b.note(written(err, b.at))
		return &plan.Literal{Node: b.node()}
	}
	return e
}

// name splits the name of a table.
func (b *builder) name(text string) plan.Name {
	parts, err := parser.Name(text)
	b.note(err)
	return plan.Named(parts...)
}

// optionText is how an option's value stands in a connector's options.
func optionText(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return fmt.Sprint(v)
}

// sameFold reports whether a is one of the words, whatever the case.
func sameFold(a string, words ...string) bool {
	for _, w := range words {
		if strings.EqualFold(a, w) {
			return true
		}
	}
	return false
}
