package analyze

import (
	"regexp"
	"strings"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sparkerr"
)

// item is one expression of a select list: not yet resolved (src), or a column
// of a star (node set at once).
type item struct {
	src  plan.Expr
	node expr.Node
}

// items writes out the stars of a select list.
func (r *resolver) items(list []plan.Expr) ([]item, error) {
	var out []item
	for _, e := range list {
		var attrs []expr.Node
		var err error
		switch x := e.(type) {
		case *plan.Star:
			attrs, err = r.star(x)
		case *plan.ColRegex:
			attrs, err = r.byPattern(x)
		default:
			out = append(out, item{src: e})
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, t := range attrs {
			out = append(out, item{src: e, node: t})
		}
	}
	return out, nil
}

// star returns the columns of * or target.*, or the fields of a struct.
func (r *resolver) star(x *plan.Star) ([]expr.Node, error) {
	var out []expr.Node
	for _, t := range r.visible() {
		if r.a.qualified(t.Qualifier, x.Target) && (!t.Hidden || len(x.Target) > 0 && !t.Meta) && (x.PlanID == 0 || logical.Find(r.env.ids[x.PlanID], t.ID) != nil) {
			out = append(out, t)
		}
	}
	if len(out) == 0 && len(x.Target) > 0 {
		var err error
		if out, err = r.structStar(x); err != nil {
			return nil, err
		}
	}
	return r.except(x, out)
}

// visible are the columns a star stands for.
func (r *resolver) visible() []*logical.Attr {
	if len(r.scopes) == 0 {
		return nil
	}
	return r.scopes[0].attrs
}

func (r *resolver) structStar(x *plan.Star) ([]expr.Node, error) {
	n, err := r.lookup(x.Target, x.Origin)
	if err != nil {
		return nil, err
	}
	if n == nil || !isStruct(n) {
		var names []string
		for _, t := range r.visible() {
			names = append(names, plan.Quote(t.Name))
		}
		return nil, fail(x.Origin, "CANNOT_RESOLVE_STAR_EXPAND", "There is no relation or struct "+quotePath(x.Target)+" to expand with a star; the columns are: "+strings.Join(names, ", ")+".",
			"targetString", quotePath(x.Target), "columns", strings.Join(names, ", "))
	}
	var out []expr.Node
	for i, f := range fieldsOf(n) {
		out = append(out, logical.NewAlias(r.a.IDs, &expr.Field{Arg: n, Ordinal: i, Name: f.Name}, f.Name))
	}
	return out, nil
}

// except leaves out columns of a star.
func (r *resolver) except(x *plan.Star, in []expr.Node) ([]expr.Node, error) {
	if len(x.Except) == 0 {
		return in, nil
	}
	drop := logical.Set{}
	for _, path := range x.Except {
		n, err := r.a.resolve(&scope{attrs: logical.ToAttrs(in)}, path, x.Origin)
		if err != nil {
			return nil, err
		}
		t, ok := n.(*logical.Attr)
		if !ok {
			if n != nil {
				return nil, refuse(x.Origin, "EXCEPT of a field inside a struct")
			}
			return nil, r.a.notFound(path, logical.ToAttrs(in), x.Origin)
		}
		if drop[t.ID] {
			return nil, fail(x.Origin, "EXCEPT_OVERLAPPING_COLUMNS", "EXCEPT names "+quotePath(path)+" twice.", "columns", quotePath(path))
		}
		drop[t.ID] = true
	}
	var out []expr.Node
	for _, n := range in {
		if !drop[logical.ToAttr(n).ID] {
			out = append(out, n)
		}
	}
	return out, nil
}

func (r *resolver) byPattern(x *plan.ColRegex) ([]expr.Node, error) {
	flags := "(?i)"
	if r.a.Session.CaseSensitive {
		flags = ""
	}
	re, err := regexp.Compile(flags + "^(?:" + x.Pattern + ")$")
	if err != nil {
		return nil, fail(x.Origin, "INVALID_REGEXP_REPLACE", "The column pattern "+x.Pattern+" is no regular expression: "+err.Error())
	}
	var out []expr.Node
	for _, t := range r.visible() {
		if re.MatchString(t.Name) && r.a.qualified(t.Qualifier, x.Qualifier) {
			out = append(out, t)
		}
	}
	return out, nil
}

// named resolves an item and gives it a name: an *logical.Attr, or an
// *logical.Alias (whose Arg may be a generator).
func (r *resolver) named(it item) (expr.Node, error) {
	if it.node != nil {
		return it.node, nil
	}
	src, alias := it.src, ""
	var x *plan.Alias
	if y, ok := src.(*plan.Alias); ok {
		x, src = y, y.Child
		alias = y.Names[0]
	}
	n, err := r.expr(src)
	if err != nil {
		return nil, err
	}
	return r.a.alias(n, src, alias, x), nil
}

// alias names a column: as the user says, else as Spark does.
func (a *Analyzer) alias(n expr.Node, src plan.Expr, name string, x *plan.Alias) expr.Node {
	if x == nil {
		if t, ok := n.(*logical.Attr); ok {
			return t
		}
		name = autoName(n, src)
	}
	out := logical.NewAlias(a.IDs, n, name)
	if t := eventTimeOf(n); t != nil {
		out.Tags.EventTime, out.Tags.DelayMs = true, t.Tags.DelayMs
	}
	if w, ok := n.(*timeWindow); ok {
		out.Tags = w.tags()
		if x == nil {
			out.Name = w.name()
		}
	}
	if x != nil && x.Metadata != nil {
		out.Tags.Fields = x.Metadata
	}
	return out
}

// autoName is the name of a column without an alias: a field's own name, a
// cast column's own name, else the text of the expression.
func autoName(n expr.Node, src plan.Expr) string {
	if at, ok := src.(*plan.Attribute); ok && len(at.Parts) > 0 {
		return at.Parts[len(at.Parts)-1]
	}
	if c, ok := n.(*expr.Cast); ok {
		if inner, ok := src.(*plan.Cast); ok {
			switch arg := c.Arg.(type) {
			case *logical.Attr:
				return arg.Name
			case *expr.Field:
				if _, dotted := inner.Child.(*plan.Attribute); dotted {
					return arg.Name
				}
			}
		}
	}
	return n.String()
}

func (w *timeWindow) name() string {
	if w.gap != nil {
		return "session_window"
	}
	return "window"
}

// lateral returns a finder of names among the aliases before an item.
func (r *resolver) lateral(done *[]expr.Node, explicit *[]bool) func([]string, sparkerr.Origin) (expr.Node, error) {
	return func(parts []string, at sparkerr.Origin) (expr.Node, error) {
		var hits []*logical.Attr
		for i, n := range *done {
			if (*explicit)[i] && r.a.same(logical.ToAttr(n).Name, parts[0]) {
				hits = append(hits, logical.ToAttr(n))
			}
		}
		switch len(hits) {
		case 0:
			return nil, nil
		case 1:
			n, err := r.a.fields(hits[0], parts[1:], at)
			if err != nil {
				return nil, err
			}
			return &shownAs{n, "lateralAliasReference(" + n.String() + ")"}, nil
		}
		return nil, fail(at, "AMBIGUOUS_LATERAL_COLUMN_ALIAS", "The select list has "+itoa(len(hits))+" earlier columns called "+quotePath(parts[:1])+".",
			"name", quotePath(parts), "n", itoa(len(hits)))
	}
}

// shownAs is an expression that prints as something else until the name of the
// column is made: Spark shows an earlier column of the list, and BETWEEN, in
// ways of their own.
type shownAs struct {
	expr.Node
	text string
}

func (s *shownAs) Children() []expr.Node        { return []expr.Node{s.Node} }
func (s *shownAs) With(c []expr.Node) expr.Node { return &shownAs{c[0], s.text} }
func (s *shownAs) String() string               { return s.text }

// shown is a column of the list, hidden or not below.
func shown(n expr.Node) expr.Node {
	if t, ok := n.(*logical.Attr); ok && t.Hidden {
		d := *t
		d.Hidden, d.Meta = false, false
		return &d
	}
	return n
}

// bareOf takes the texts off an expression.
func bareOf(e expr.Node) expr.Node {
	return expr.Transform(e, func(x expr.Node) expr.Node {
		if l, ok := x.(*shownAs); ok {
			return l.Node
		}
		return x
	})
}

// resolveItems resolves a select list; an item may use names of earlier ones.
func (r *resolver) resolveItems(items []item) ([]expr.Node, error) {
	var done []expr.Node
	var explicit []bool
	inner := *r
	inner.later = r.lateral(&done, &explicit)
	for _, it := range items {
		n, err := inner.named(it)
		if err != nil {
			return nil, err
		}
		n = shown(bareOf(n))
		_, isAlias := it.src.(*plan.Alias)
		done, explicit = append(done, n), append(explicit, isAlias)
	}
	return done, nil
}

// layered computes a select list over child. Items that read earlier items
// stand in a Project above the one that computes those.
func layered(list []expr.Node, child logical.Node, at logical.At) logical.Node {
	level := map[logical.ID]int{}
	top := 0
	for _, n := range list {
		al, ok := n.(*logical.Alias)
		if !ok {
			continue
		}
		depth := 0
		expr.Walk(al.Arg, func(x expr.Node) bool {
			if t, ok := x.(*logical.Attr); ok {
				if d, ok := level[t.ID]; ok {
					depth = max(depth, d+1)
				}
			}
			return true
		})
		level[al.ID] = depth
		top = max(top, depth)
	}
	for d := range top {
		cols := logical.Nodes(child.Output())
		for _, n := range list {
			if al, ok := n.(*logical.Alias); ok && level[al.ID] == d {
				cols = append(cols, al)
			}
		}
		child = &logical.Project{At: at, List: cols, Child: child}
	}
	final := make([]expr.Node, len(list))
	for i, n := range list {
		final[i] = n
		if al, ok := n.(*logical.Alias); ok && level[al.ID] < top {
			final[i] = al.Attr()
		}
	}
	return &logical.Project{At: at, List: final, Child: child}
}
