package parser

import (
	"strings"

	"github.com/spatestream/spate/internal/plan"
)

// show takes the statements of SHOW.
func (p *parser) show(start int) plan.Statement {
	p.i++
	s := &plan.Show{}
	switch {
	case p.accept("TABLES"):
		s.Kind = plan.ShowTables
		p.inAndLike(s)
	case p.accept("TABLE", "EXTENDED"):
		s.Kind = plan.ShowTableExtended
		p.inAndLike(s)
		if s.Pattern == "" {
			p.unexpected()
		}
		if p.is("PARTITION") {
			s.Partition = p.partition()
		}
	case p.accept("VIEWS"):
		s.Kind = plan.ShowViews
		p.inAndLike(s)
	case p.acceptOneOf("DATABASES", "SCHEMAS", "NAMESPACES") != "":
		s.Kind = plan.ShowDatabases
		p.inAndLike(s)
	case p.accept("CATALOGS"):
		s.Kind = plan.ShowCatalogs
		p.inAndLike(s)
	case p.accept("COLUMNS"):
		p.showColumns(start, s)
	case p.accept("CREATE", "TABLE"):
		s.Kind, s.Name = plan.ShowCreateTable, p.name()
		s.AsSerde = p.accept("AS", "SERDE")
	case p.accept("TBLPROPERTIES"):
		p.showProperties(s)
	case p.accept("PARTITIONS"):
		s.Kind, s.Name = plan.ShowPartitions, p.name()
		if p.is("PARTITION") {
			s.Partition = p.partition()
		}
	case p.accept("CURRENT"):
		if p.acceptOneOf("NAMESPACE", "SCHEMA", "DATABASE") == "" {
			p.unexpected()
		}
		s.Kind = plan.ShowCurrent
	case p.accept("VARIABLES"):
		s.Kind = plan.ShowVariables
		p.inAndLike(s)
	case p.accept("PROCEDURES"):
		s.Kind = plan.ShowProcedures
		p.inAndLike(s)
	case p.is("FUNCTIONS"), p.ahead(1).word == "FUNCTIONS":
		p.showFunctions(start, s)
	case p.isOneOf("COMPACTIONS", "CONF", "GRANT", "INDEXES", "INDEX", "LOCKS", "ROLE", "ROLES", "PRINCIPALS", "TRANSACTIONS"):
		what := "SHOW " + p.cur().word
		p.rest()
		p.notAllowed(start, what)
	default:
		p.unexpected()
	}
	s.Node = p.at(start)
	return s
}

// inAndLike takes [IN db] [[LIKE] pattern].
func (p *parser) inAndLike(s *plan.Show) {
	if p.acceptOneOf("IN", "FROM") != "" {
		s.In = p.name()
	}
	if p.accept("LIKE") || p.isString(p.cur()) {
		s.Pattern = p.str()
	}
}

func (p *parser) showColumns(start int, s *plan.Show) {
	s.Kind = plan.ShowColumns
	if p.acceptOneOf("IN", "FROM") == "" {
		p.unexpected()
	}
	s.Name = p.name()
	if p.acceptOneOf("IN", "FROM") != "" {
		s.In = p.name()
	}
}

func (p *parser) showProperties(s *plan.Show) {
	s.Kind, s.Name = plan.ShowTableProperties, p.name()
	if p.accept("(") {
		s.Key = p.propertyKey()
		p.expect(")")
	}
}

// showFunctions takes SHOW [scope] FUNCTIONS [IN db] [[LIKE] name or pattern].
func (p *parser) showFunctions(start int, s *plan.Show) {
	s.Kind = plan.ShowFunctions
	if !p.is("FUNCTIONS") {
		scope := p.ident()
		if s.Scope = strings.ToUpper(scope); s.Scope != "ALL" && s.Scope != "SYSTEM" && s.Scope != "USER" {
			p.i++
			p.failFrom(start, "INVALID_SQL_SYNTAX.SHOW_FUNCTIONS_INVALID_SCOPE", "SHOW "+scope+" FUNCTIONS is not possible; the scope is ALL, SYSTEM or USER.", "scope", plan.Quote(scope))
		}
	}
	p.expect("FUNCTIONS")
	if p.acceptOneOf("IN", "FROM") != "" {
		s.In = p.name()
	}
	p.accept("LIKE")
	switch {
	case p.isString(p.cur()):
		s.Pattern = p.str()
	case p.isIdentifier(p.cur()):
		s.Name = p.name()
	}
}

// describe takes the statements of DESCRIBE.
func (p *parser) describe(start int) plan.Statement {
	p.i++
	d := &plan.Describe{}
	switch {
	case p.is("FUNCTION") && !p.endsAt(p.ahead(1)):
		p.i++
		d.Kind, d.Extended = plan.FunctionObject, p.accept("EXTENDED")
		d.Name = p.functionName()
	case p.isDatabase() && !p.endsAt(p.ahead(1)):
		p.i++
		d.Kind, d.Extended = plan.DatabaseObject, p.accept("EXTENDED")
		d.Name = p.name()
	case p.is("CATALOG") && !p.endsAt(p.ahead(1)):
		p.i++
		d.Kind, d.Extended, d.Name = plan.CatalogObject, p.accept("EXTENDED"), p.name()
	case p.is("PROCEDURE") && !p.endsAt(p.ahead(1)):
		p.rest()
		p.notAllowed(start, "DESCRIBE PROCEDURE")
	case p.is("QUERY") && !p.endsAt(p.ahead(1)):
		p.i++
		d.Kind, d.Query = plan.QueryObject, p.queryStatement(p.i)
	case p.beginsQuery(p.i) && !p.is("TABLE") || p.atQuery(p.i):
		d.Kind, d.Query = plan.QueryObject, p.queryStatement(p.i)
	default:
		p.describeTable(start, d)
	}
	d.Node = p.at(start)
	return d
}

func (p *parser) describeTable(start int, d *plan.Describe) {
	if p.is("TABLE") && !p.endsAt(p.ahead(1)) {
		p.i++
	}
	if p.isOneOf("EXTENDED", "FORMATTED") && !p.endsAt(p.ahead(1)) {
		p.i++
		d.Extended = true
	}
	d.Name = p.name()
	if p.is("PARTITION", "(") {
		d.Partition = p.partition()
	}
	if p.isIdentifier(p.cur()) && !p.is("AS", "JSON") {
		d.Kind, d.Column = plan.ColumnObject, p.parts()
	}
	if d.JSON = p.accept("AS", "JSON"); !d.JSON {
		return
	}
	if d.Column != nil {
		p.failFrom(start, "UNSUPPORTED_FEATURE.DESC_TABLE_COLUMN_JSON", "DESCRIBE of a column has no JSON form.")
	}
	if !d.Extended {
		p.failFrom(start, "DESCRIBE_JSON_NOT_EXTENDED", "DESCRIBE ... AS JSON needs EXTENDED.")
	}
}

// functionName takes the name of a function; operators have names too.
func (p *parser) functionName() plan.Name {
	if p.isIdentifier(p.cur()) {
		return p.name()
	}
	if p.isString(p.cur()) {
		return plan.Named(p.str())
	}
	start := p.i
	if isOperator(p.cur().word) || p.is("~") {
		for !p.endsAt(p.cur()) {
			p.i++
		}
		return plan.Named(p.between(start))
	}
	p.unexpected()
	return plan.Name{}
}
