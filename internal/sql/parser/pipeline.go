package parser

import (
	"strconv"

	"github.com/spatestream/spate/internal/plan"
)

// createStreamingTable takes CREATE STREAMING TABLE behind its second word.
func (p *parser) createStreamingTable(start int) plan.Statement {
	p.expect("TABLE")
	t := &plan.CreateStreamingTable{IfNotExists: p.keep(), Name: p.name()}
	p.tableSpec(&t.Spec)
	switch {
	case p.accept("AS"):
		at := p.i
		t.Query = p.query()
		t.Text = p.between(at)
	case p.accept("FLOW"):
		t.CDC = p.autoCDC(false)
	}
	t.Node = p.at(start)
	return t
}

// createMaterializedView takes CREATE MATERIALIZED VIEW behind its second word.
func (p *parser) createMaterializedView(start int) plan.Statement {
	p.expect("VIEW")
	v := &plan.CreateMaterializedView{IfNotExists: p.keep(), Name: p.name()}
	p.tableSpec(&v.Spec)
	p.expect("AS")
	at := p.i
	v.Query = p.query()
	v.Text = p.between(at)
	v.Node = p.at(start)
	return v
}

// createFlow takes CREATE FLOW behind its second word.
func (p *parser) createFlow(start int) plan.Statement {
	f := &plan.CreateFlow{Name: p.name()}
	if p.accept("COMMENT") {
		f.Comment = p.str()
	}
	p.expect("AS")
	at := p.i
	if p.is("AUTO") {
		f.CDC = p.autoCDC(true)
	} else if ins, ok := p.insertStatement(at).(*plan.Insert); ok {
		f.Insert = ins
	} else {
		p.notAllowed(at, "a flow into a directory")
	}
	f.Node = p.at(start)
	return f
}

// autoCDC takes AUTO CDC [INTO target] FROM source KEYS (...) clauses.
func (p *parser) autoCDC(into bool) *plan.AutoCDC {
	start := p.i
	p.expect("AUTO", "CDC")
	c := &plan.AutoCDC{}
	if into {
		p.expect("INTO")
		c.Target = p.name()
	}
	p.expect("FROM")
	c.Source = p.relationPrimary()
	p.expect("KEYS")
	c.Keys = p.columnList()
	for p.cdcClause(c) {
	}
	c.Node = p.at(start)
	if c.SequenceBy == nil {
		p.failFrom(start, "MISSING_CLAUSES_FOR_OPERATION", "AUTO CDC needs SEQUENCE BY: which of two changes of a row is the later.", "clauses", "SEQUENCE BY", "operation", "AUTO CDC")
	}
	return c
}

// cdcClause takes one clause of AUTO CDC; they come in any order.
func (p *parser) cdcClause(c *plan.AutoCDC) bool {
	switch {
	case p.accept("APPLY", "AS", "DELETE", "WHEN"):
		c.DeleteWhen = p.expr()
	case p.accept("SEQUENCE", "BY"):
		c.SequenceBy = p.expr()
	case p.accept("COLUMNS", "*", "EXCEPT"):
		c.ExceptColumns = p.columnList()
	case p.accept("COLUMNS"):
		c.Columns = p.columnList()
	case p.accept("STORED", "AS", "SCD", "TYPE"):
		at := p.i
		if c.SCDType = p.intValue(); c.SCDType != 1 && c.SCDType != 2 {
			p.notAllowed(at, "SCD TYPE "+strconv.Itoa(c.SCDType))
		}
	case p.accept("TRACK", "HISTORY", "ON", "*", "EXCEPT"):
		c.HistoryExcept = p.columnList()
	case p.accept("TRACK", "HISTORY", "ON"):
		c.History = p.columnList()
	default:
		return false
	}
	return true
}

// columnList takes (a, b.c).
func (p *parser) columnList() []plan.Expr {
	p.expect("(")
	list := []plan.Expr{p.column()}
	for p.accept(",") {
		list = append(list, p.column())
	}
	p.expect(")")
	return list
}
