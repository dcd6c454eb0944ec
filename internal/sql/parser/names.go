package parser

import (
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/lex"
)

// isIdentifier reports whether t can be an identifier.
func (p *parser) isIdentifier(t *token) bool {
	switch t.kind {
	case lex.Ident:
		return !p.o.Reserved || !reserved[t.word]
	case lex.Quoted:
		return true
	case lex.DoubleQuoted:
		return p.o.DoubleQuotedIdentifiers
	}
	return false
}

// ident takes an identifier.
func (p *parser) ident() string {
	t := p.cur()
	if !p.isIdentifier(t) {
		p.unexpected()
	}
	if p.is("IDENTIFIER", "(") && p.isString(p.ahead(2)) {
		return p.identLiteral()
	}
	p.i++
	name := p.text[t.start:t.end]
	if t.kind == lex.DoubleQuoted {
		return lex.Unquote(name)
	}
	return lex.Identifier(name)
}

// identLiteral takes IDENTIFIER('name') in place of one identifier.
func (p *parser) identLiteral() string {
	start := p.i
	n := p.identifierClause()
	if len(n.Parts) != 1 {
		text := n.String()
		p.failFrom(start, "IDENTIFIER_TOO_MANY_NAME_PARTS", text+" is a name of several parts where one is needed.",
			"identifier", text, "limit", "1")
	}
	return n.Parts[0]
}

// objectIdent takes an identifier where an expression cannot stand, and says
// so when the user forgot to quote a-b.
func (p *parser) objectIdent() string {
	start := p.i
	id := p.ident()
	if p.is("-") && p.cur().start == p.toks[p.i-1].end && p.toks[start].kind == lex.Ident {
		minus := p.cur()
		for p.accept("-") && (p.isIdentifier(p.cur()) || p.cur().kind == lex.Integer) {
			p.i++
		}
		text := p.between(start)
		p.failAt(minus.start, minus.end, "INVALID_IDENTIFIER", "The unquoted identifier "+text+" is invalid; write `"+text+"`.", "ident", text)
	}
	return id
}

// parts takes a name of several parts.
func (p *parser) parts() []string {
	parts := []string{p.objectIdent()}
	for p.accept(".") {
		parts = append(parts, p.objectIdent())
	}
	return parts
}

// name takes a name of several parts or IDENTIFIER(expr). A constant argument
// is read at once.
func (p *parser) name() plan.Name {
	if !p.is("IDENTIFIER", "(") {
		return plan.Name{Parts: p.parts()}
	}
	n := p.identifierClause()
	for p.accept(".") {
		n.Parts = append(n.Parts, p.objectIdent())
	}
	return n
}

// identifierClause takes IDENTIFIER(expr).
func (p *parser) identifierClause() plan.Name {
	start := p.i
	p.expect("IDENTIFIER", "(")
	e := p.expr()
	p.expect(")")
	text, ok := constantText(e)
	if !ok {
		return plan.Name{Expr: e}
	}
	parts, err := Name(text)
	if err != nil {
		p.failFrom(start, "PARSE_SYNTAX_ERROR", "Syntax error at or near '"+text+"': IDENTIFIER needs a name.", "error", "'"+text+"'", "hint", "")
	}
	return plan.Name{Parts: parts}
}

// constantText returns the text of a string literal or of a concatenation of
// them.
func constantText(e plan.Expr) (string, bool) {
	switch x := e.(type) {
	case *plan.Literal:
		s, ok := x.Value.(string)
		return s, ok && x.Type.String() == "string"
	case *plan.Call:
		if x.Name != "concat" || !x.Operator {
			return "", false
		}
		var all string
		for _, a := range x.Args {
			s, ok := constantText(a)
			if !ok {
				return "", false
			}
			all += s
		}
		return all, true
	}
	return "", false
}

// identList takes (a, b, ...).
func (p *parser) identList() []string {
	p.expect("(")
	ids := []string{p.objectIdent()}
	for p.accept(",") {
		ids = append(ids, p.objectIdent())
	}
	p.expect(")")
	return ids
}

// str takes a string: adjacent literals are one.
func (p *parser) str() string {
	if !p.isString(p.cur()) {
		p.unexpected()
	}
	s := ""
	for p.isString(p.cur()) {
		t := p.next()
		s += lex.Unquote(p.text[t.start:t.end])
	}
	return s
}

func (p *parser) isString(t *token) bool {
	return t.kind == lex.String || t.kind == lex.DoubleQuoted && !p.o.DoubleQuotedIdentifiers
}

// strict are the words that name no table alias in any mode.
var strict = set("ANTI", "CROSS", "EXCEPT", "FULL", "INNER", "INTERSECT", "JOIN", "LATERAL", "LEFT", "NATURAL", "ON",
	"RIGHT", "SEMI", "MINUS", "UNION", "USING", "ASOF")

// clause are the words that begin what may follow an expression or a
// relation. They are aliases only where that cannot be.
var clause = set("FROM", "WHERE", "HAVING", "LIMIT", "OFFSET", "QUALIFY", "PIVOT", "UNPIVOT", "TABLESAMPLE", "WATERMARK",
	"SELECT", "INSERT", "SET", "WHEN", "FOR", "VERSION", "TIMESTAMP", "WITH", "GROUP", "ORDER", "SORT", "CLUSTER",
	"DISTRIBUTE", "WINDOW", "IDENTIFIED", "SYSTEM_VERSION", "SYSTEM_TIME", "AS", "AND", "OR", "THEN", "ELSE", "END", "IN", "IS",
	"LIKE", "ILIKE", "RLIKE", "REGEXP", "BETWEEN", "NOT", "DIV", "ASC", "DESC", "NULLS", "OVER", "CHANGES", "KEYS", "ESCAPE",
	"COLLATE", "MATCH_CONDITION", "VIEW", "DELAY")

// isAlias reports whether the next token is an alias without AS.
func (p *parser) isAlias(table bool) bool {
	t := p.cur()
	if !p.isIdentifier(t) {
		return false
	}
	if t.kind != lex.Ident || !strict[t.word] && !clause[t.word] {
		return true
	}
	if table && strict[t.word] {
		return false
	}
	next := p.ahead(1)
	return p.endsAt(next) || !strict[t.word] && !follows[t.word] && (follows[next.word] || strict[next.word])
}

// follows are the words among clause that begin the next clause of a query for
// certain, so that an alias may stand before them.
var follows = set("FROM", "WHERE", "GROUP", "HAVING", "ORDER", "SORT", "CLUSTER", "DISTRIBUTE", "LIMIT", "OFFSET", "QUALIFY")

// endsAt reports whether t ends a list item or a query, so that a clause
// keyword before it has nothing to begin.
func (p *parser) endsAt(t *token) bool {
	switch t.word {
	case ")", ",", ";", "|>":
		return true
	}
	return t.kind == lex.EOF
}

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}

// reserved are the reserved words of the SQL standard, as Spark takes them.
var reserved = set("ALL", "AND", "ANY", "AS", "AUTHORIZATION", "BOTH", "CASE", "CAST", "CHECK", "COLLATE", "COLUMN", "CONSTRAINT",
	"CREATE", "CROSS", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "CURRENT_USER", "DISTINCT", "ELSE", "END", "ESCAPE",
	"EXCEPT", "EXECUTE", "EXISTS", "FALSE", "FETCH", "FILTER", "FOR", "FOREIGN", "FROM", "FULL", "FUNCTION", "GLOBAL", "GRANT",
	"GROUP", "HAVING", "IN", "INNER", "INTERSECT", "INTO", "IS", "JOIN", "LATERAL", "LEADING", "LEFT", "NATURAL", "NOT", "NULL",
	"OFFSET", "ON", "ONLY", "OR", "ORDER", "OUTER", "OVERLAPS", "PRIMARY", "PROCEDURE", "RECURSIVE", "REFERENCES", "RIGHT",
	"SELECT", "SESSION_USER", "SOME", "SQL", "TABLE", "THEN", "TIME", "TO", "TRAILING", "UNION", "UNIQUE", "UNKNOWN", "USER",
	"USING", "VALUES", "WHEN", "WHERE", "WITH", "WITHIN", "WITHOUT", "WHILE")
