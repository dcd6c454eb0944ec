package parser

import (
	"github.com/spatestream/spate/internal/plan"
)

// statements maps the first word of a statement to what reads it. The word has
// not been taken yet.
var statements map[string]func(p *parser, start int) plan.Statement

func init() {
	statements = map[string]func(*parser, int) plan.Statement{
		"CREATE": (*parser).create, "REPLACE": (*parser).create, "DROP": (*parser).drop, "ALTER": (*parser).alter,
		"INSERT": (*parser).insertStatement, "FROM": (*parser).fromStatement, "WITH": (*parser).withStatement,
		"DELETE": (*parser).deleteStatement, "UPDATE": (*parser).update, "MERGE": (*parser).merge,
		"TRUNCATE": (*parser).truncate, "CACHE": (*parser).cache, "UNCACHE": (*parser).uncache, "CLEAR": (*parser).clearCache,
		"REFRESH": (*parser).refresh, "SET": (*parser).set, "RESET": (*parser).reset, "USE": (*parser).use,
		"SHOW": (*parser).show, "DESCRIBE": (*parser).describe, "DESC": (*parser).describe, "EXPLAIN": (*parser).explain,
		"DECLARE": (*parser).declare, "EXECUTE": (*parser).execute, "COMMENT": (*parser).comment, "ANALYZE": (*parser).analyze,
		"CALL": (*parser).callProcedure, "LOAD": (*parser).other, "ADD": (*parser).other, "LIST": (*parser).other,
		"MSCK": (*parser).other, "REPAIR": (*parser).other, "BEGIN": (*parser).script,
	}
	for _, w := range []string{"GRANT", "REVOKE", "EXPORT", "IMPORT", "LOCK", "UNLOCK", "START", "COMMIT", "ROLLBACK", "DFS"} {
		statements[w] = (*parser).hive
	}
}

func (p *parser) statement() plan.Statement {
	p.enter()
	defer p.leave()
	start := p.i
	if read := statements[p.cur().word]; read != nil {
		return read(p, start)
	}
	if p.ahead(1).word == ":" && p.ahead(2).word == "BEGIN" {
		return p.script(start)
	}
	return p.queryStatement(start)
}

func (p *parser) queryStatement(start int) plan.Statement {
	r := p.query()
	return &plan.Query{Relation: r, Node: p.at(start)}
}

// other takes the rest of a statement that is known and not executed.
func (p *parser) other(start int) plan.Statement {
	what := p.next().word
	if p.endsAt(p.cur()) {
		p.unexpected()
	}
	if what == "ADD" || what == "LIST" {
		what += " " + p.next().word
	}
	p.rest()
	return &plan.Other{What: what, Node: p.at(start)}
}

// script takes a BEGIN ... END script whole.
func (p *parser) script(start int) plan.Statement {
	for !p.isEOF() {
		p.i++
	}
	return &plan.Other{What: "BEGIN", Node: p.at(start)}
}

// hive refuses what Spark only knows from Hive.
func (p *parser) hive(start int) plan.Statement {
	if p.endsAt(p.ahead(1)) && p.cur().word != "COMMIT" && p.cur().word != "ROLLBACK" && p.cur().word != "DFS" {
		p.i++
		p.unexpected()
	}
	what := p.cur().word
	p.rest()
	p.notAllowed(start, what)
	return nil
}

// rest takes all tokens up to a semicolon or the end.
func (p *parser) rest() {
	for !p.isEOF() && !p.is(";") {
		p.i++
	}
}

// withStatement takes WITH before a query, INSERT, or FROM ... INSERT.
func (p *parser) withStatement(start int) plan.Statement {
	w := p.with()
	wrap := func(r plan.Relation) plan.Relation {
		return &plan.With{Recursive: w.Recursive, CTEs: w.CTEs, Child: r, Node: p.at(start)}
	}
	var s plan.Statement
	switch {
	case p.is("INSERT"):
		s = p.insertStatement(start)
	case p.is("FROM"):
		s = p.fromStatement(start)
	case p.isOneOf("DELETE", "UPDATE", "MERGE"):
		p.notAllowed(start, "WITH before "+p.cur().word)
	default:
		return &plan.Query{Relation: wrap(p.queryNoWith()), Node: p.at(start)}
	}
	switch x := s.(type) {
	case *plan.Query:
		x.Relation = wrap(x.Relation)
	case *plan.Insert:
		x.Query = wrap(x.Query)
	case *plan.InsertDirectory:
		x.Query = wrap(x.Query)
	case *plan.MultiInsert:
		for _, i := range x.Inserts {
			i.Query = wrap(i.Query)
		}
	}
	return s
}

// fromStatement takes FROM t SELECT ..., FROM t |> ... and FROM t INSERT ...
func (p *parser) fromStatement(start int) plan.Statement {
	mark := p.i
	from := p.fromClause()
	if !p.is("INSERT") {
		p.i = mark
		r := p.queryNoWith()
		return &plan.Query{Relation: r, Node: p.at(start)}
	}
	m := &plan.MultiInsert{}
	for p.is("INSERT") {
		at := p.i
		ins, ok := p.insertInto(at).(*plan.Insert)
		if !ok {
			p.notAllowed(at, "INSERT OVERWRITE DIRECTORY behind FROM")
		}
		q := p.organised(p.i, p.selectQuery(p.i, from))
		ins.Query, ins.Node = q, p.at(at)
		m.Inserts = append(m.Inserts, ins)
	}
	m.Node = p.at(start)
	if len(m.Inserts) == 1 {
		return m.Inserts[0]
	}
	return m
}

// explain takes EXPLAIN [mode] statement.
func (p *parser) explain(start int) plan.Statement {
	p.i++
	e := &plan.Explain{}
	switch p.acceptOneOf("EXTENDED", "CODEGEN", "COST", "FORMATTED", "LOGICAL") {
	case "LOGICAL":
		p.notAllowed(start, "EXPLAIN LOGICAL")
	case "EXTENDED":
		e.Mode = plan.ExplainExtended
	case "CODEGEN":
		e.Mode = plan.ExplainCodegen
	case "COST":
		e.Mode = plan.ExplainCost
	case "FORMATTED":
		e.Mode = plan.ExplainFormatted
	}
	e.Statement = p.statement()
	e.Node = p.at(start)
	return e
}

// comment takes COMMENT ON object IS text.
func (p *parser) comment(start int) plan.Statement {
	p.i++
	p.expect("ON")
	c := &plan.Comment{Kind: p.objectKind("TABLE", "DATABASE", "COLUMN")}
	c.Name = p.name()
	if n := len(c.Name.Parts); c.Kind == plan.ColumnObject && n > 1 {
		c.Column, c.Name.Parts = c.Name.Parts[n-1:], c.Name.Parts[:n-1]
	}
	p.expect("IS")
	if !p.accept("NULL") {
		s := p.str()
		c.Text = &s
	}
	c.Node = p.at(start)
	return c
}

// objectWords are the words for objects; DATABASE has two more.
var objectWords = map[string]plan.ObjectKind{
	"TABLE": plan.TableObject, "VIEW": plan.ViewObject, "FUNCTION": plan.FunctionObject, "COLUMN": plan.ColumnObject,
	"DATABASE": plan.DatabaseObject, "SCHEMA": plan.DatabaseObject, "NAMESPACE": plan.DatabaseObject,
	"CATALOG": plan.CatalogObject, "VARIABLE": plan.VariableObject, "VAR": plan.VariableObject,
}

// objectKind takes one of the words; DATABASE stands for its synonyms too.
func (p *parser) objectKind(words ...string) plan.ObjectKind {
	kind, ok := objectWords[p.cur().word]
	for _, w := range words {
		if ok && kind == objectWords[w] {
			p.i++
			return kind
		}
	}
	p.unexpected()
	return 0
}

// isDatabase reports whether DATABASE or a synonym comes next.
func (p *parser) isDatabase() bool { return p.isOneOf("DATABASE", "SCHEMA", "NAMESPACE") }

// declare takes DECLARE [OR REPLACE] [VARIABLE] names [type] [DEFAULT expr].
func (p *parser) declare(start int) plan.Statement {
	p.i++
	d := &plan.DeclareVariable{Replace: p.accept("OR", "REPLACE")}
	if p.isOneOf("VARIABLE", "VAR") && !p.endsAt(p.ahead(1)) && p.ahead(1).word != "=" {
		p.i++
	}
	for ok := true; ok; ok = p.accept(",") {
		d.Names = append(d.Names, p.name())
	}
	if p.is("NOT", "EXISTS") {
		p.unexpected()
	}
	if p.isIdentifier(p.cur()) && !p.is("DEFAULT") {
		d.Type = p.dataType()
	}
	if p.accept("DEFAULT") || p.accept("=") {
		d.Default = p.expr()
	}
	if d.Type == nil && d.Default == nil {
		p.failFrom(start, "INVALID_SQL_SYNTAX.VARIABLE_TYPE_OR_DEFAULT_REQUIRED", "A variable needs a type or a DEFAULT.")
	}
	d.Node = p.at(start)
	return d
}

// execute takes EXECUTE IMMEDIATE text [INTO names] [USING arguments].
func (p *parser) execute(start int) plan.Statement {
	p.i++
	p.expect("IMMEDIATE")
	e := &plan.ExecuteImmediate{Text: p.expr()}
	if p.accept("INTO") {
		for ok := true; ok; ok = p.accept(",") {
			e.Into = append(e.Into, p.name())
		}
	}
	if p.accept("USING") {
		paren := p.is("(") && p.endsAt(&p.toks[p.match[p.i]+1]) && !p.atQuery(p.i)
		if paren {
			p.i++
		}
		e.Using = p.namedExprs()
		if paren {
			p.expect(")")
		}
	}
	e.Node = p.at(start)
	return e
}

// callProcedure takes CALL name(arguments).
func (p *parser) callProcedure(start int) plan.Statement {
	p.i++
	c := &plan.CallProcedure{Name: p.name()}
	p.expect("(")
	if !p.is(")") {
		c.Args = p.arguments()
	}
	p.expect(")")
	c.Node = p.at(start)
	return c
}

// analyze takes ANALYZE TABLE t [PARTITION (...)] COMPUTE STATISTICS ...
func (p *parser) analyze(start int) plan.Statement {
	p.i++
	a := &plan.Analyze{}
	if p.accept("TABLES") {
		if p.accept("IN") || p.accept("FROM") {
			a.In = p.name()
		}
	} else {
		p.expect("TABLE")
		a.Name = p.name()
		if p.is("PARTITION") {
			a.Partition = p.partition()
		}
	}
	p.expect("COMPUTE", "STATISTICS")
	switch {
	case p.accept("NOSCAN"):
		a.NoScan = true
	case p.accept("FOR", "ALL", "COLUMNS"):
		a.AllColumns = true
	case p.accept("FOR", "COLUMNS"):
		a.Columns = []string{p.objectIdent()}
		for p.accept(",") {
			a.Columns = append(a.Columns, p.objectIdent())
		}
	case p.isIdentifier(p.cur()):
		at := p.i
		p.i++
		p.failFrom(at, "_LEGACY_ERROR_TEMP_0036", "Expected NOSCAN, not "+p.between(at)+".", "ctx", p.between(at))
	}
	a.Node = p.at(start)
	return a
}
