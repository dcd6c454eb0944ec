package logical

import (
	"strings"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Alias names a computed column. It stands only at the top of a node's output
// list (Project, Aggregate).
type Alias struct {
	Arg       expr.Node
	Name      string
	ID        ID
	Qualifier []string
	// Tags of the column; those of Arg where it is an attribute.
	Tags Tags
}

// NewAlias names e, which keeps its tags if it is an attribute.
func NewAlias(ids *IDs, e expr.Node, name string) *Alias {
	return &Alias{Arg: e, Name: name, ID: ids.Next(), Tags: TagsOf(e)}
}

// TagsOf returns the tags of a column that is only renamed, none of a computed
// one.
func TagsOf(e expr.Node) Tags {
	switch x := e.(type) {
	case *Attr:
		return x.Tags
	case *Alias:
		return x.Tags
	case *OuterRef:
		return x.Attr.Tags
	}
	return Tags{}
}

// Attr returns the column that the alias makes.
func (a *Alias) Attr() *Attr {
	return &Attr{ID: a.ID, Name: a.Name, Qualifier: a.Qualifier, T: a.Arg.Type(), Null: a.Arg.Nullable(), Tags: a.Tags}
}

// Type implements expr.Node.
func (a *Alias) Type() sqltype.Type { return a.Arg.Type() }

// Nullable implements expr.Node.
func (a *Alias) Nullable() bool { return a.Arg.Nullable() }

// Children implements expr.Node.
func (a *Alias) Children() []expr.Node { return []expr.Node{a.Arg} }

// With implements expr.Node.
func (a *Alias) With(c []expr.Node) expr.Node { d := *a; d.Arg = c[0]; return &d }

// String implements expr.Node.
func (a *Alias) String() string {
	return a.Arg.String() + " AS " + (&Attr{ID: a.ID, Name: a.Name, T: a.Arg.Type()}).Ref()
}

// ToAttr returns the column a named expression (an *Attr or *Alias) puts out.
func ToAttr(e expr.Node) *Attr {
	switch x := e.(type) {
	case *Attr:
		return x
	case *Alias:
		return x.Attr()
	}
	panic(sparkerr.Internalf("an output column without a name: %s", e))
}

// ToAttrs is ToAttr of each.
func ToAttrs(es []expr.Node) []*Attr {
	out := make([]*Attr, len(es))
	for i, e := range es {
		out[i] = ToAttr(e)
	}
	return out
}

// AggregateCall applies an aggregate function to the rows of a group. In an
// analysed tree it stands only under an Alias in Aggregate.Aggs. Operands
// already have the types of the signature.
type AggregateCall struct {
	Fn       *expr.AggregateFunc
	Args     []expr.Node
	Distinct bool
	Filter   expr.Node // nil: every row
	Sig      expr.AggregateSignature
	Origin   sparkerr.Origin
	// Name is how the call prints; "" for the function's own name.
	Name string
	Show int // how many operands print, 0: all
	// Within are the orders of the keys of WITHIN GROUP, which are the last
	// operands.
	Within []WithinKey
}

// WithinKey is the order of a key of WITHIN GROUP.
type WithinKey struct{ Desc, NullsFirst bool }

// Type implements expr.Node.
func (a *AggregateCall) Type() sqltype.Type { return a.Sig.Result }

// Nullable implements expr.Node.
func (a *AggregateCall) Nullable() bool { return a.Sig.Nullable }

// Children implements expr.Node: the operands, then the filter if there is one.
func (a *AggregateCall) Children() []expr.Node {
	if a.Filter == nil {
		return a.Args
	}
	return append(append([]expr.Node(nil), a.Args...), a.Filter)
}

// With implements expr.Node.
func (a *AggregateCall) With(c []expr.Node) expr.Node {
	d := *a
	d.Args = c[:len(a.Args):len(a.Args)]
	if a.Filter != nil {
		d.Filter = c[len(a.Args)]
	}
	return &d
}

// String implements expr.Node.
func (a *AggregateCall) String() string {
	var b strings.Builder
	if a.Name != "" {
		b.WriteString(a.Name)
	} else {
		b.WriteString(a.Fn.Name)
	}
	b.WriteByte('(')
	if a.Distinct {
		b.WriteString("DISTINCT ")
	}
	b.WriteString(a.operands() + ")")
	if len(a.Within) > 0 {
		b.WriteString(" WITHIN GROUP (ORDER BY " + a.within() + ")")
	}
	if a.Filter != nil {
		b.WriteString(" FILTER (WHERE " + a.Filter.String() + ")")
	}
	return b.String()
}

// operands are those that print, and the texts of those left out.
func (a *AggregateCall) operands() string {
	shown := a.Args[:len(a.Args)-len(a.Within)]
	if a.Show > 0 {
		return list(shown[:min(a.Show, len(shown))])
	}
	text := list(shown)
	for _, d := range a.Fn.Defaults[min(len(shown), len(a.Fn.Defaults)):] {
		if d != "" && text != "" {
			text += ", " + d
		}
	}
	return text
}

func (a *AggregateCall) within() string {
	var parts []string
	for i, k := range a.Args[len(a.Args)-len(a.Within):] {
		o := Order{Expr: k, Desc: a.Within[i].Desc, NullsFirst: a.Within[i].NullsFirst}
		if a.Fn.OrderText != nil {
			parts = append(parts, a.Fn.OrderText(k.String(), o.Desc))
		} else {
			parts = append(parts, o.words(k.String()))
		}
	}
	return strings.Join(parts, ", ")
}

// GeneratorCall is a function that makes rows. It stands only in
// Generate.Call.
type GeneratorCall struct {
	Fn     *expr.TableFunc
	Args   []expr.Node
	Sig    expr.TableSignature
	Origin sparkerr.Origin
}

// Type implements expr.Node: a struct of the columns made.
func (g *GeneratorCall) Type() sqltype.Type { return g.Sig.Out }

// Nullable implements expr.Node.
func (g *GeneratorCall) Nullable() bool { return true }

// Children implements expr.Node.
func (g *GeneratorCall) Children() []expr.Node { return g.Args }

// With implements expr.Node.
func (g *GeneratorCall) With(c []expr.Node) expr.Node { d := *g; d.Args = c; return &d }

// String implements expr.Node.
func (g *GeneratorCall) String() string { return g.Fn.Name + "(" + list(g.Args) + ")" }

func list(es []expr.Node) string {
	parts := make([]string, len(es))
	for i, e := range es {
		parts[i] = e.String()
	}
	return strings.Join(parts, ", ")
}
