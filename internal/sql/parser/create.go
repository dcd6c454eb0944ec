package parser

import (
	"strings"

	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/lex"
)

// create takes the statements of CREATE and REPLACE TABLE.
func (p *parser) create(start int) plan.Statement {
	if p.accept("REPLACE") {
		if !p.is("TABLE") {
			p.unexpected()
		}
		return p.createTable(start, plan.ReplaceIfExists, true)
	}
	p.i++
	exists := plan.FailIfExists
	if p.accept("OR", "REPLACE") {
		exists = plan.ReplaceIfExists
	}
	scope := plan.PersistentView
	if p.isOneOf("TEMPORARY", "TEMP", "GLOBAL") {
		if scope = plan.TempView; p.accept("GLOBAL") {
			scope = plan.GlobalTempView
		}
		if !p.accept("TEMPORARY") {
			p.expect("TEMP")
		}
	}
	switch {
	case p.is("VIEW"):
		return p.createView(start, scope, exists)
	case p.is("FUNCTION") && scope != plan.GlobalTempView:
		return p.createFunction(start, scope == plan.TempView, exists)
	case p.is("TABLE") && scope == plan.TempView:
		p.createTable(start, exists, false)
		p.notAllowed(start, "CREATE TEMPORARY TABLE; use CREATE TEMPORARY VIEW instead")
	case scope != plan.PersistentView:
		p.unexpected()
	case p.is("TABLE"), p.is("EXTERNAL", "TABLE"):
		return p.createTable(start, exists, false)
	case exists == plan.ReplaceIfExists:
		p.unexpected()
	case p.isDatabase():
		return p.createDatabase(start)
	case p.accept("STREAMING"):
		return p.createStreamingTable(start)
	case p.accept("MATERIALIZED"):
		return p.createMaterializedView(start)
	case p.accept("FLOW"):
		return p.createFlow(start)
	case p.isOneOf("INDEX", "ROLE", "METRIC"):
		what := "CREATE " + p.cur().word
		p.rest()
		p.notAllowed(start, what)
	}
	p.unexpected()
	return nil
}

// keep takes IF NOT EXISTS.
func (p *parser) keep() bool { return p.accept("IF", "NOT", "EXISTS") }

func (p *parser) createView(start int, scope plan.ViewScope, exists plan.IfExists) plan.Statement {
	p.expect("VIEW")
	if p.keep() {
		if scope != plan.PersistentView {
			p.rest()
			p.failFrom(start, "_LEGACY_ERROR_TEMP_0053", "A temporary view takes no IF NOT EXISTS; use OR REPLACE.")
		}
		if exists == plan.ReplaceIfExists {
			p.rest()
			p.failFrom(start, "_LEGACY_ERROR_TEMP_0052", "CREATE VIEW takes OR REPLACE or IF NOT EXISTS, not both.")
		}
		exists = plan.KeepIfExists
	}
	v := &plan.CreateView{Name: p.name(), Scope: scope, IfExists: exists}
	if scope == plan.TempView && p.viewUsing() {
		return p.tempViewUsing(start, v)
	}
	p.viewClauses(v)
	p.expect("AS")
	at := p.i
	v.Query = p.query()
	v.Text = p.between(at)
	v.Node = p.at(start)
	if scope == plan.TempView {
		p.tempName(start, "VIEW", v.Name)
	}
	return v
}

// tempName refuses a database before the name of a temporary object.
func (p *parser) tempName(start int, kind string, name plan.Name) {
	n := len(name.Parts)
	if n < 2 || equalFold(name.Parts[n-2], "session") {
		return
	}
	qualifier := plan.Name{Parts: name.Parts[:n-1]}.Quoted()
	p.failFrom(start, "INVALID_TEMP_OBJ_QUALIFIER", "A temporary "+strings.ToLower(kind)+" lives in no database; leave "+qualifier+" out.",
		"objectType", kind, "objectName", plan.Quote(name.Last()), "qualifier", qualifier)
}

// viewUsing reports whether USING comes next, or behind a column list.
func (p *parser) viewUsing() bool {
	if p.is("(") && p.match[p.i] > 0 {
		return p.toks[p.match[p.i]+1].word == "USING"
	}
	return p.is("USING")
}

func (p *parser) tempViewUsing(start int, v *plan.CreateView) plan.Statement {
	u := &plan.CreateTempViewUsing{Name: v.Name, Scope: v.Scope, IfExists: v.IfExists}
	if p.is("(") {
		u.Columns = p.columnDefs()
	}
	p.expect("USING")
	u.Provider = p.providerName()
	if p.accept("OPTIONS") {
		u.Options = p.properties()
	}
	u.Node = p.at(start)
	return u
}

// viewClauses takes the columns, COMMENT, TBLPROPERTIES and WITH SCHEMA.
func (p *parser) viewClauses(v *plan.CreateView) {
	if p.accept("(") {
		for ok := true; ok; ok = p.accept(",") {
			at := p.i
			c := plan.ColumnDef{Name: p.objectIdent()}
			if c.HasComment = p.accept("COMMENT"); c.HasComment {
				c.Comment = p.str()
			}
			c.Node = p.at(at)
			v.Columns = append(v.Columns, c)
		}
		p.expect(")")
	}
	var seen clauses
	for {
		at := p.i
		switch {
		case p.accept("COMMENT"):
			v.Comment = p.str()
		case p.accept("TBLPROPERTIES"):
			v.Properties = p.properties()
		case p.accept("WITH", "SCHEMA"):
			p.acceptOneOf("BINDING", "COMPENSATION", "TYPE", "EVOLUTION")
			p.accept("EVOLUTION")
		default:
			return
		}
		seen.once(p, at)
	}
}

// clauses are the words of the clauses a statement had.
type clauses map[string]bool

// once refuses the clause that begins at token at if it was there before.
func (c *clauses) once(p *parser, at int) {
	word := p.toks[at].word
	if *c == nil {
		*c = clauses{}
	}
	if (*c)[word] {
		p.failFrom(at, "DUPLICATE_CLAUSES", "The clause "+word+" may stand once only.", "clauseName", word)
	}
	(*c)[word] = true
}

func (p *parser) createTable(start int, exists plan.IfExists, replaceOnly bool) plan.Statement {
	t := &plan.CreateTable{External: p.accept("EXTERNAL"), ReplaceOnly: replaceOnly}
	p.expect("TABLE")
	if p.keep() {
		if exists == plan.ReplaceIfExists {
			p.i--
			p.unexpected()
		}
		exists = plan.KeepIfExists
	}
	t.IfExists, t.Name = exists, p.name()
	if p.accept("LIKE") {
		l := &plan.CreateTableLike{Name: t.Name, Source: p.name(), IfNotExists: exists == plan.KeepIfExists}
		p.tableClauses(&l.Spec)
		l.Node = p.at(start)
		return l
	}
	p.tableSpec(&t.Spec)
	if p.accept("AS") || p.isOneOf("SELECT", "WITH", "FROM", "VALUES", "TABLE") || p.atQuery(p.i) {
		if len(t.Spec.Columns) > 0 {
			p.rest()
			p.failFrom(start, "_LEGACY_ERROR_TEMP_0035", "Operation not allowed: Schema may not be specified in a Create Table As Select (CTAS) statement; leave the columns out.",
				"message", "Schema may not be specified in a Create Table As Select (CTAS) statement")
		}
		t.Query = p.query()
	}
	t.Node = p.at(start)
	return t
}

// tableSpec takes the column list and the clauses of a table.
func (p *parser) tableSpec(s *plan.TableSpec) {
	if p.is("(") && !p.atQuery(p.i) {
		s.Columns = p.columnDefs()
	}
	p.tableClauses(s)
}

func (p *parser) tableClauses(s *plan.TableSpec) {
	var seen clauses
	for {
		at := p.i
		switch {
		case p.accept("USING"):
			s.Provider = p.providerName()
		case p.accept("OPTIONS"):
			s.Options = p.properties()
		case p.accept("PARTITIONED", "BY"):
			s.Partitioned = p.partitioning(s)
		case p.accept("CLUSTER", "BY"):
			s.Clustered = p.clustering()
		case p.accept("CLUSTERED", "BY"):
			p.buckets(s)
		case p.accept("LOCATION"):
			s.Location = p.str()
		case p.accept("COMMENT"):
			s.Comment = p.str()
		case p.accept("TBLPROPERTIES"):
			s.Properties = p.properties()
		case p.accept("DEFAULT", "COLLATION"):
			p.ident()
		case p.is("ROW", "FORMAT"), p.is("STORED", "AS"), p.is("STORED", "BY"), p.is("SKEWED", "BY"):
			p.rest()
			p.notAllowed(at, "Hive's "+p.toks[at].word+" clause; use USING")
		default:
			return
		}
		seen.once(p, at)
	}
}

// clustering takes (a, b.c) or NONE.
func (p *parser) clustering() []plan.Expr {
	if p.accept("NONE") {
		return []plan.Expr{}
	}
	p.expect("(")
	var list []plan.Expr
	for ok := true; ok; ok = p.accept(",") {
		list = append(list, p.column())
	}
	p.expect(")")
	return list
}

// partitioning takes (a, days(ts)); a column with a type is one more column of
// the table.
func (p *parser) partitioning(s *plan.TableSpec) []plan.Expr {
	p.expect("(")
	var list []plan.Expr
	for ok := true; ok; ok = p.accept(",") {
		start := p.i
		parts := p.parts()
		switch {
		case p.is("("):
			list = append(list, p.call(start, &plan.Call{Name: parts[0]}))
			continue
		case len(parts) == 1 && p.isIdentifier(p.cur()):
			p.i = start
			c := p.columnDef()
			s.Columns = append(s.Columns, c)
		}
		list = append(list, &plan.Attribute{Parts: parts, Node: p.at(start)})
	}
	p.expect(")")
	return list
}

// buckets takes what stands behind CLUSTERED BY.
func (p *parser) buckets(s *plan.TableSpec) {
	s.BucketBy = p.identList()
	if p.accept("SORTED", "BY") {
		p.expect("(")
		p.sortKeys()
		p.expect(")")
	}
	p.expect("INTO")
	s.Buckets = p.intValue()
	p.expect("BUCKETS")
}

// providerName takes the name behind USING, dots included.
func (p *parser) providerName() string { return strings.Join(p.parts(), ".") }

// columnDefs takes the column list of a table. Constraints are refused.
func (p *parser) columnDefs() []plan.ColumnDef {
	p.expect("(")
	list := []plan.ColumnDef{}
	for ok := true; ok; ok = p.accept(",") {
		if p.is("CONSTRAINT") && p.ahead(2).word != "," && p.ahead(2).word != ")" || p.is("PRIMARY", "KEY") || p.is("FOREIGN", "KEY") || p.is("CHECK", "(") || p.is("UNIQUE", "(") {
			p.constraint()
		}
		list = append(list, p.columnDef())
	}
	p.expect(")")
	return list
}

func (p *parser) constraint() {
	at := p.i
	p.i++
	p.failFrom(at, "UNSUPPORTED_FEATURE.TABLE_OPERATION", "Tables have no constraints; filter the rows in the query that writes them.", "operation", "CONSTRAINT", "tableName", "")
}

// columnDef takes a column of a table with its clauses.
func (p *parser) columnDef() plan.ColumnDef {
	start := p.i
	c := plan.ColumnDef{Name: p.objectIdent(), Type: p.dataType()}
	var seen clauses
	for {
		at := p.i
		switch {
		case p.accept("NOT", "NULL"):
			c.NotNull = true
		case p.accept("DEFAULT"):
			c.Default = p.expr()
		case p.accept("COMMENT"):
			c.Comment, c.HasComment = p.str(), true
		case p.accept("GENERATED"):
			p.generated(&c)
		case p.isOneOf("PRIMARY", "UNIQUE", "REFERENCES", "CHECK", "CONSTRAINT"):
			p.constraint()
		default:
			c.Node = p.at(start)
			return c
		}
		if p.toks[at].word == "NOT" && seen["NOT"] || seen[p.toks[at].word] {
			p.failFrom(start, "CREATE_TABLE_COLUMN_DESCRIPTOR_DUPLICATE", "Column "+c.Name+" has one descriptor twice.", "columnName", c.Name, "optionName", p.toks[at].word)
		}
		seen.once(p, at)
	}
}

func (p *parser) generated(c *plan.ColumnDef) {
	at := p.i
	if !p.accept("ALWAYS") {
		p.expect("BY", "DEFAULT")
	}
	p.expect("AS")
	if p.is("IDENTITY") {
		p.failFrom(at, "UNSUPPORTED_FEATURE.TABLE_OPERATION", "Tables have no identity columns.", "operation", "identity column", "tableName", "")
	}
	p.expect("(")
	c.Generated = p.expr()
	p.expect(")")
}

func (p *parser) createDatabase(start int) plan.Statement {
	p.i++
	d := &plan.CreateDatabase{IfNotExists: p.keep(), Name: p.name()}
	var seen clauses
	for {
		at := p.i
		switch {
		case p.accept("COMMENT"):
			d.Comment = p.str()
		case p.accept("LOCATION"):
			d.Location = p.str()
		case p.accept("DEFAULT", "COLLATION"):
			p.ident()
		case p.accept("WITH", "DBPROPERTIES"), p.accept("WITH", "PROPERTIES"):
			d.Properties = p.properties()
		default:
			d.Node = p.at(start)
			return d
		}
		seen.once(p, at)
	}
}

// properties takes (key [=] value, ...). Keys are dotted names or strings;
// values are constants.
func (p *parser) properties() []plan.Property {
	p.expect("(")
	var list []plan.Property
	seen := map[string]bool{}
	for ok := true; ok; ok = p.accept(",") {
		at := p.i
		key := p.propertyKey()
		p.accept("=")
		value := p.propertyValue()
		if seen[key] {
			p.failFrom(at, "DUPLICATE_KEY", "The key "+plan.Quote(key)+" is there twice.", "keyColumn", plan.Quote(key))
		}
		seen[key] = true
		list = append(list, plan.Property{Key: key, Value: value})
	}
	p.expect(")")
	return list
}

func (p *parser) propertyKey() string {
	if p.isString(p.cur()) {
		return p.str()
	}
	start := p.i
	parts := []string{p.ident()}
	for p.is(".") && p.ahead(1).start == p.cur().end || p.is("-") {
		p.i++
		parts = append(parts, p.ident())
	}
	if strings.Contains(p.between(start), "-") {
		return p.between(start)
	}
	return strings.Join(parts, ".")
}

func (p *parser) propertyValue() string {
	t := p.cur()
	switch {
	case p.isString(t):
		return p.str()
	case t.kind == lex.Ident && (t.word == "TRUE" || t.word == "FALSE"):
		p.i++
		return strings.ToLower(t.word)
	case isNumber(t.kind) || p.is("-"):
		start := p.i
		p.numberLiteral()
		return p.between(start)
	case t.word == ")" || t.word == ",":
		return ""
	}
	p.unexpected()
	return ""
}
