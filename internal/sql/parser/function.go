package parser

import (
	"strings"

	"github.com/spatestream/spate/internal/plan"
)

// createFunction takes CREATE FUNCTION with a class or an SQL body.
func (p *parser) createFunction(start int, temporary bool, exists plan.IfExists) plan.Statement {
	p.expect("FUNCTION")
	f := &plan.CreateFunction{Temporary: temporary, IfExists: exists}
	if p.keep() {
		if exists == plan.ReplaceIfExists {
			p.rest()
			p.failFrom(start, "INVALID_SQL_SYNTAX.CREATE_ROUTINE_WITH_IF_NOT_EXISTS_AND_REPLACE", "CREATE FUNCTION takes OR REPLACE or IF NOT EXISTS, not both.")
		}
		if temporary {
			p.rest()
			p.failFrom(start, "INVALID_SQL_SYNTAX.CREATE_TEMP_FUNC_WITH_IF_NOT_EXISTS", "A temporary function takes no IF NOT EXISTS; use OR REPLACE.")
		}
		f.IfExists = plan.KeepIfExists
	}
	f.Name = p.name()
	if p.accept("AS") {
		f.Class = p.str()
		if p.accept("USING") {
			p.resources(f)
		}
	} else {
		p.sqlFunction(f)
	}
	f.Node = p.at(start)
	if temporary {
		p.tempName(start, "FUNCTION", f.Name)
	}
	return f
}

// resources takes JAR 'uri', FILE 'uri', ...
func (p *parser) resources(f *plan.CreateFunction) {
	for ok := true; ok; ok = p.accept(",") {
		kind := p.ident()
		f.Resources = append(f.Resources, plan.Property{Key: strings.ToLower(kind), Value: p.str()})
	}
}

// sqlFunction takes parameters, result, characteristics and body.
func (p *parser) sqlFunction(f *plan.CreateFunction) {
	p.expect("(")
	f.Params = []plan.ColumnDef{}
	if !p.is(")") {
		for ok := true; ok; ok = p.accept(",") {
			f.Params = append(f.Params, p.columnDef())
		}
	}
	p.expect(")")
	if p.accept("RETURNS") {
		p.returns(f)
	}
	p.characteristics(f)
	if p.accept("AS") {
		f.Class = p.str()
		return
	}
	p.expect("RETURN")
	at := p.i
	if p.beginsQuery(p.i) || p.atQuery(p.i) && f.IsTable {
		f.Query = p.query()
	} else {
		f.Body = p.expr()
	}
	f.Text = p.between(at)
}

func (p *parser) returns(f *plan.CreateFunction) {
	if !p.accept("TABLE") {
		f.Returns = p.dataType()
		return
	}
	f.IsTable = true
	if p.is("(") {
		f.Table = p.columnDefs()
	}
}

// characteristics takes LANGUAGE, DETERMINISTIC, COMMENT, SQL SECURITY and the
// words about reading data.
func (p *parser) characteristics(f *plan.CreateFunction) {
	f.Features = map[string]bool{}
	for {
		switch {
		case p.accept("LANGUAGE"):
			f.Features["language "+strings.ToLower(p.ident())] = true
		case p.accept("SPECIFIC"):
			p.ident()
		case p.accept("NOT", "DETERMINISTIC"):
			f.Features["deterministic"] = false
		case p.accept("DETERMINISTIC"):
			f.Features["deterministic"] = true
		case p.accept("COMMENT"):
			f.Comment = p.str()
		case p.accept("CONTAINS", "SQL"):
			f.Features["contains sql"] = true
		case p.accept("READS", "SQL", "DATA"):
			f.Features["reads sql data"] = true
		case p.accept("SQL", "SECURITY"):
			if p.acceptOneOf("INVOKER", "DEFINER") == "" {
				p.unexpected()
			}
		default:
			return
		}
	}
}
