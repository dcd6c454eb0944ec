package parser

import (
	"github.com/spatestream/spate/internal/plan"
)

// window takes what stands behind OVER: a name or a specification.
func (p *parser) window() *plan.Window {
	if !p.accept("(") {
		return &plan.Window{Name: p.objectIdent()}
	}
	w := p.windowSpec()
	p.expect(")")
	return w
}

func (p *parser) windowSpec() *plan.Window {
	w := &plan.Window{}
	if p.isIdentifier(p.cur()) && p.ahead(1).word == ")" {
		w.Name = p.objectIdent()
		return w
	}
	switch {
	case p.accept("CLUSTER", "BY"):
		w.Partition = p.exprs()
	default:
		if p.accept("PARTITION", "BY") || p.accept("DISTRIBUTE", "BY") {
			w.Partition = p.exprs()
		}
		if p.accept("ORDER", "BY") || p.accept("SORT", "BY") {
			w.Order = p.sortKeys()
		}
	}
	if p.isOneOf("ROWS", "RANGE") {
		w.Frame = p.frame()
	}
	return w
}

func (p *parser) frame() *plan.Frame {
	f := &plan.Frame{Rows: p.next().word == "ROWS", End: plan.Bound{Kind: plan.CurrentRow}}
	if p.accept("BETWEEN") {
		f.Start = p.bound()
		p.expect("AND")
		f.End = p.bound()
		return f
	}
	f.Start = p.bound()
	return f
}

func (p *parser) bound() plan.Bound {
	switch {
	case p.accept("UNBOUNDED", "PRECEDING"):
		return plan.Bound{Kind: plan.UnboundedPreceding}
	case p.accept("UNBOUNDED", "FOLLOWING"):
		return plan.Bound{Kind: plan.UnboundedFollowing}
	case p.accept("CURRENT", "ROW"):
		return plan.Bound{Kind: plan.CurrentRow}
	}
	b := plan.Bound{Kind: plan.Preceding, Offset: p.expr()}
	if p.accept("FOLLOWING") {
		b.Kind = plan.Following
		return b
	}
	p.expect("PRECEDING")
	return b
}
