package parser

import (
	"strings"

	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/lex"
)

// set takes the statements of SET. What follows SET key= is not SQL but the
// text up to the end of the statement.
func (p *parser) set(start int) plan.Statement {
	p.i++
	switch {
	case p.is("TIME", "ZONE") && p.ahead(2).word != "=":
		return p.setTimeZone(start)
	case p.isOneOf("VAR", "VARIABLE") && !p.endsAt(p.ahead(1)) && p.ahead(1).word != "=" && p.ahead(1).word != ".":
		return p.setVariable(start)
	case p.is("CATALOG") && p.ahead(1).word != "=" && !p.endsAt(p.ahead(1)):
		p.i++
		return p.useCatalog(start)
	case p.is("ROLE") && p.ahead(1).word != "=":
		p.rest()
		p.notAllowed(start, "SET ROLE")
	case p.is("-") && p.ahead(1).word == "V":
		p.i += 2
		return &plan.Set{Verbose: true, Node: p.at(start)}
	}
	if p.endsAt(p.cur()) {
		return &plan.Set{Node: p.at(start)}
	}
	s := &plan.Set{}
	s.Key = p.settingKey(start, "INVALID_SET_SYNTAX", "SET takes 'SET', 'SET key' or 'SET key=value'; put back-quotes around a key or value with other signs: SET `key`=`value`.")
	if p.accept("=") {
		v := p.settingValue()
		s.Value = &v
	} else if !p.endsAt(p.cur()) {
		p.rest()
		p.failFrom(start, "INVALID_SET_SYNTAX", "SET takes 'SET', 'SET key' or 'SET key=value'; put back-quotes around a key or value with other signs: SET `key`=`value`.")
	}
	s.Node = p.at(start)
	return s
}

// settingKey takes the key of SET and RESET: one word with dots, colons and
// hyphens, or a quoted one.
func (p *parser) settingKey(start int, class, message string) string {
	t := p.cur()
	if t.kind == lex.Quoted && (p.endsAt(p.ahead(1)) || p.ahead(1).word == "=") {
		p.i++
		return lex.Identifier(p.text[t.start:t.end])
	}
	begin := t.start
	for !p.endsAt(p.cur()) && !p.is("=") && !p.is("==") {
		p.i++
	}
	if p.i == start+1 {
		p.rest()
		p.failFrom(start, class, message)
	}
	key := p.text[begin:p.toks[p.i-1].end]
	if strings.ContainsAny(key, " \t\r\n'\"`()") {
		p.rest()
		p.failFrom(start, class, message)
	}
	return key
}

// settingValue takes the text up to the end of the statement, without a comment
// behind it, or what is in back-quotes if that is all.
func (p *parser) settingValue() string {
	first := p.i
	p.rest()
	if t := p.toks[first]; p.i == first+1 && t.kind == lex.Quoted {
		return lex.Identifier(p.text[t.start:t.end])
	}
	return p.between(first)
}

func (p *parser) setTimeZone(start int) plan.Statement {
	p.i += 2
	z := &plan.SetTimeZone{}
	switch {
	case p.isString(p.cur()):
		z.Zone = p.str()
	case p.accept("LOCAL"):
		z.Zone = "LOCAL"
	case p.is("INTERVAL") && !p.endsAt(p.ahead(1)):
		z.Interval = p.expr()
		p.zoneOffset(start, z.Interval)
	default:
		p.rest()
		p.badZone(start)
	}
	if !p.endsAt(p.cur()) || p.is(",") || p.is(")") {
		p.rest()
		p.badZone(start)
	}
	z.Node = p.at(start)
	return z
}

// zoneOffset refuses offsets beyond 18 hours.
func (p *parser) zoneOffset(start int, e plan.Expr) {
	lit, ok := e.(*plan.Literal)
	if !ok {
		p.badZone(start)
	}
	micros, ok := lit.Value.(int64)
	if !ok || micros > 18*3600e6 || micros < -18*3600e6 || micros%1e6 != 0 {
		p.failFrom(start, "INVALID_INTERVAL_FORMAT.TIMEZONE_INTERVAL_OUT_OF_RANGE", "A time zone is between -18 and +18 hours, in whole seconds.", "input", lit.Text)
	}
}

func (p *parser) badZone(start int) {
	p.failFrom(start, "_LEGACY_ERROR_TEMP_0045", "SET TIME ZONE takes 'region/city', '+hh:mm', LOCAL or an INTERVAL.")
}

func (p *parser) setVariable(start int) plan.Statement {
	p.i++
	v := &plan.SetVariable{}
	if p.accept("(") {
		for ok := true; ok; ok = p.accept(",") {
			v.Names = append(v.Names, p.name())
		}
		p.expect(")", "=")
		v.Query = p.parenQuery()
	} else {
		for ok := true; ok; ok = p.accept(",") {
			v.Names = append(v.Names, p.name())
			p.expect("=")
			v.Values = append(v.Values, p.valuesItem())
		}
	}
	v.Node = p.at(start)
	return v
}

func (p *parser) reset(start int) plan.Statement {
	p.i++
	r := &plan.Reset{}
	if !p.endsAt(p.cur()) {
		r.Key = p.settingKey(start, "INVALID_RESET_COMMAND_FORMAT", "RESET takes nothing or one key; put back-quotes around a key with other signs.")
	}
	r.Node = p.at(start)
	return r
}

func (p *parser) use(start int) plan.Statement {
	p.i++
	u := &plan.Use{Kind: plan.DatabaseObject}
	switch {
	case p.is("CATALOG") && !p.endsAt(p.ahead(1)):
		p.i++
		return p.useCatalog(start)
	case p.isDatabase() && !p.endsAt(p.ahead(1)) && p.ahead(1).word != ".":
		p.i++
	}
	u.Name = p.name()
	u.Node = p.at(start)
	return u
}

// useCatalog takes the name of a catalog, which may be a string.
func (p *parser) useCatalog(start int) plan.Statement {
	u := &plan.Use{Kind: plan.CatalogObject}
	if p.isString(p.cur()) {
		u.Name = plan.Named(p.str())
	} else {
		u.Name = p.name()
	}
	u.Node = p.at(start)
	return u
}

func (p *parser) cache(start int) plan.Statement {
	p.i++
	c := &plan.Cache{Lazy: p.accept("LAZY")}
	p.expect("TABLE")
	c.Name = p.name()
	if p.accept("OPTIONS") {
		c.Options = p.properties()
	}
	if p.accept("AS") || p.beginsQuery(p.i) || p.atQuery(p.i) {
		at := p.i
		c.Query = p.query()
		c.Text = p.between(at)
	}
	c.Node = p.at(start)
	return c
}

func (p *parser) uncache(start int) plan.Statement {
	p.i++
	p.expect("TABLE")
	u := &plan.Uncache{IfExists: p.accept("IF", "EXISTS"), Name: p.name()}
	u.Node = p.at(start)
	return u
}

func (p *parser) clearCache(start int) plan.Statement {
	p.i++
	p.expect("CACHE")
	return &plan.Uncache{All: true, Node: p.at(start)}
}

// refresh takes REFRESH [TABLE|FUNCTION] name and REFRESH path.
func (p *parser) refresh(start int) plan.Statement {
	p.i++
	r := &plan.Refresh{}
	switch {
	case p.isOneOf("TABLE", "FUNCTION") && !p.endsAt(p.ahead(1)):
		r.Kind = objectWords[p.next().word]
		r.Name = p.name()
	case p.isString(p.cur()):
		r.Kind, r.Path = plan.CatalogObject, p.str()
	default:
		at := p.cur().start
		p.rest()
		r.Kind, r.Path = plan.CatalogObject, p.text[at:p.toks[p.i-1].end]
		if r.Path == "" || strings.ContainsAny(r.Path, " \t\r\n") {
			p.failFrom(start, "INVALID_SQL_SYNTAX.INVALID_REFRESH_RESOURCE_PATH", "REFRESH takes a path without spaces; put quotes around it.", "refreshPath", r.Path)
		}
	}
	r.Node = p.at(start)
	return r
}

func (p *parser) truncate(start int) plan.Statement {
	p.i++
	p.expect("TABLE")
	t := &plan.Truncate{Table: p.name()}
	if p.is("PARTITION") {
		t.Partition = p.partition()
	}
	t.Node = p.at(start)
	return t
}

// drop takes the statements of DROP.
func (p *parser) drop(start int) plan.Statement {
	p.i++
	d := &plan.Drop{Temporary: p.acceptOneOf("TEMPORARY", "TEMP") != ""}
	if p.isOneOf("INDEX", "ROLE", "MACRO") {
		what := "DROP " + p.cur().word
		p.rest()
		p.notAllowed(start, what)
	}
	if d.Temporary {
		d.Kind = p.objectKind("FUNCTION", "VARIABLE")
	} else {
		d.Kind = p.objectKind("TABLE", "VIEW", "FUNCTION", "DATABASE")
	}
	d.IfExists = p.accept("IF", "EXISTS")
	d.Name = p.name()
	switch d.Kind {
	case plan.TableObject:
		d.Purge = p.accept("PURGE")
	case plan.DatabaseObject:
		d.Cascade = p.acceptOneOf("CASCADE", "RESTRICT") == "CASCADE"
	}
	d.Node = p.at(start)
	if d.Temporary && d.Kind == plan.FunctionObject {
		p.tempName(start, "FUNCTION", d.Name)
	}
	return d
}
