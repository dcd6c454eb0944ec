package analyze

import (
	"strings"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// withColumns adds columns, or replaces those of the same name where they are.
func (a *Analyzer) withColumns(x *plan.WithColumns, in logical.Node, e *env) (logical.Node, error) {
	r := a.over(e, in)
	r.generators = true
	b := &block{a: a, env: e, at: logical.At{Origin: x.Origin}, child: in}
	items := make([]item, 0, len(in.Output())+len(x.Columns))
	shown := clip(in).Output()
	for _, t := range shown {
		items = append(items, item{node: t})
	}
	for i, c := range x.Columns {
		for _, d := range x.Columns[:i] {
			if a.same(c.Names[0], d.Names[0]) {
				return nil, fail(x.Origin, "COLUMN_ALREADY_EXISTS", "The column "+plan.Quote(c.Names[0])+" is given twice.", "columnName", plan.Quote(c.Names[0]))
			}
		}
		hit := false
		for k, t := range shown {
			if a.same(t.Name, c.Names[0]) {
				items[k], hit = item{src: c}, true
			}
		}
		if !hit {
			items = append(items, item{src: c})
		}
	}
	var err error
	plainItems := *r
	for _, it := range items {
		n, err := plainItems.named(it)
		if err != nil {
			return nil, err
		}
		b.raw = append(b.raw, bareOf(n))
	}
	if anyAggregate(b.raw) {
		return nil, fail(x.Origin, "MISSING_GROUP_BY", "withColumn cannot aggregate. Use groupBy(...).agg(...).")
	}
	if err := b.takeGenerators(items); err != nil {
		return nil, err
	}
	b.child, b.raw, _, err = a.takeWindows(b.child, b.raw)
	b.list = b.raw
	for _, t := range in.Output() {
		if t.Hidden {
			b.list = append(b.list, t)
		}
	}
	return b.node(), err
}

// rename changes names; names that do not occur are skipped.
func (a *Analyzer) rename(x *plan.Rename, in logical.Node) (logical.Node, error) {
	names := make([]string, len(in.Output()))
	for i, t := range in.Output() {
		names[i] = t.Name
		for k, from := range x.From {
			if a.same(names[i], from) {
				names[i] = x.To[k]
			}
		}
	}
	return a.renamed(in, names, x.Origin), nil
}

// dropColumns leaves columns out; those that do not resolve are skipped.
func (a *Analyzer) dropColumns(x *plan.DropColumns, in logical.Node, e *env) (logical.Node, error) {
	drop := logical.Set{}
	for _, c := range x.Columns {
		at, ok := c.(*plan.Attribute)
		if !ok {
			continue
		}
		if at.PlanID == 0 && len(at.Parts) == 1 { // every column of that name
			for _, t := range in.Output() {
				if a.same(t.Name, at.Parts[0]) {
					drop[t.ID] = true
				}
			}
			continue
		}
		n, err := a.over(e, in).attribute(at)
		if err != nil && !isMissing(err) {
			return nil, err
		}
		if t, ok := n.(*logical.Attr); ok {
			drop[t.ID] = true
		}
	}
	if len(drop) == 0 {
		return in, nil
	}
	var list []expr.Node
	for _, t := range in.Output() {
		if !drop[t.ID] {
			list = append(list, t)
		}
	}
	return &logical.Project{At: logical.At{Origin: x.Origin}, List: list, Child: in}, nil
}

func isMissing(err error) bool {
	c := sparkerr.ClassOf(err)
	return strings.HasPrefix(c, "UNRESOLVED_COLUMN") || c == "CANNOT_RESOLVE_DATAFRAME_COLUMN"
}

// toNames renames all columns by position.
func (a *Analyzer) toNames(x *plan.ToNames, in logical.Node) (logical.Node, error) {
	if len(x.Names) != len(in.Output()) {
		return nil, fail(x.Origin, "ASSIGNMENT_ARITY_MISMATCH", "toDF names "+itoa(len(x.Names))+" columns, but there are "+itoa(len(in.Output()))+".",
			"numExpr", itoa(len(x.Names)), "numTarget", itoa(len(in.Output())))
	}
	return a.renamed(in, x.Names, x.Origin), nil
}

// toSchema matches columns by name to a schema and casts them.
func (a *Analyzer) toSchema(want *sqltype.Struct, in logical.Node, at sparkerr.Origin) (logical.Node, error) {
	list := make([]expr.Node, len(want.Fields))
	for i, f := range want.Fields {
		n, err := a.resolve(&scope{attrs: in.Output()}, []string{f.Name}, at)
		if err != nil {
			return nil, err
		}
		if n == nil {
			if !f.Nullable {
				return nil, a.notFound([]string{f.Name}, in.Output(), at)
			}
			list[i] = logical.NewAlias(a.IDs, expr.NullOf(f.Type), f.Name)
			continue
		}
		if n.Nullable() && !f.Nullable {
			return nil, fail(at, "NULLABLE_COLUMN_OR_FIELD", "The column "+plan.Quote(f.Name)+" may be null, but the schema wants it NOT NULL.", "name", plan.Quote(f.Name))
		}
		if sqltype.SameShape(n.Type(), f.Type) {
			list[i] = n
			if t := n.(*logical.Attr); t.Name != f.Name {
				list[i] = logical.NewAlias(a.IDs, n, f.Name)
			}
			continue
		}
		if _, ok := expr.ImplicitCast(n.Type(), f.Type, a.Session.ANSI); !ok {
			return nil, fail(at, "INVALID_COLUMN_OR_FIELD_DATA_TYPE", "The column "+plan.Quote(f.Name)+" has the type "+quoteType(n.Type())+", which does not convert to "+quoteType(f.Type)+".",
				"name", plan.Quote(f.Name), "type", quoteType(n.Type()), "expectedType", quoteType(f.Type))
		}
		list[i] = logical.NewAlias(a.IDs, a.coerce(n, f.Type), f.Name)
	}
	return &logical.Project{At: logical.At{Origin: at}, List: list, Child: in}, nil
}
