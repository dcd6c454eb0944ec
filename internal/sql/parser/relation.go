package parser

import (
	"strconv"
	"strings"

	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/lex"
)

// fromClause takes FROM with its list of relations. As in Spark, a join behind
// a comma joins all that stands before it.
func (p *parser) fromClause() plan.Relation {
	p.expect("FROM")
	start := p.i
	left := p.relation(start, nil)
	for chain := 0; p.accept(","); chain++ {
		if chain > maxChain {
			p.tooComplex()
		}
		left = p.relation(start, left)
	}
	left = p.lateralViews(left)
	return p.pivots(start, left)
}

// relation takes [LATERAL] primary and the joins and pivots behind it, joined
// to left if that is not nil.
func (p *parser) relation(start int, left plan.Relation) plan.Relation {
	lateral := p.accept("LATERAL")
	r := p.relationPrimary()
	if left != nil {
		r = &plan.Join{Kind: plan.Cross, Left: left, Right: r, Lateral: lateral, Node: p.at(start)}
	}
	for chain := 0; ; chain++ {
		if chain > maxChain {
			p.tooComplex()
		}
		next := p.pivots(start, p.join(start, r))
		if next == r {
			return r
		}
		r = next
	}
}

// join takes one join behind left; left itself if there is none.
func (p *parser) join(start int, left plan.Relation) plan.Relation {
	mark := p.i
	j := &plan.Join{Left: left, Natural: p.accept("NATURAL")}
	j.Kind = p.joinKind()
	if p.is("ASOF", "JOIN") {
		p.failFrom(p.i, "UNSUPPORTED_FEATURE.ASOF_JOIN", "There is no ASOF JOIN; join on the key and a range of time.")
	}
	if !p.accept("JOIN") {
		if p.i != mark {
			p.unexpected()
		}
		return left
	}
	j.Lateral = p.accept("LATERAL")
	j.Right = p.relationPrimary()
	switch {
	case j.Natural:
	case p.accept("ON"):
		j.On = p.expr()
	case p.accept("USING"):
		j.Using = p.identList()
	}
	if j.Lateral && j.Natural {
		p.failFrom(start, "INCOMPATIBLE_JOIN_TYPES", "A join is NATURAL or LATERAL, not both.", "joinType1", "LATERAL", "joinType2", "NATURAL")
	}
	if j.Lateral && j.Using != nil {
		p.failFrom(start, "UNSUPPORTED_FEATURE.LATERAL_JOIN_USING", "A LATERAL join takes ON, not USING.")
	}
	j.Node = p.at(start)
	return j
}

func (p *parser) joinKind() plan.JoinKind {
	switch {
	case p.accept("CROSS"):
		return plan.Cross
	case p.accept("SEMI"), p.accept("LEFT", "SEMI"):
		return plan.LeftSemi
	case p.accept("ANTI"), p.accept("LEFT", "ANTI"):
		return plan.LeftAnti
	case p.accept("LEFT", "OUTER"), p.accept("LEFT"):
		return plan.LeftOuter
	case p.accept("RIGHT", "OUTER"), p.accept("RIGHT"):
		return plan.RightOuter
	case p.accept("FULL", "OUTER"), p.accept("FULL"):
		return plan.FullOuter
	}
	p.accept("INNER")
	return plan.Inner
}

// relationPrimary takes a table, stream, function, subquery, inline table or
// relation in parentheses, with sample, watermark and alias.
func (p *parser) relationPrimary() plan.Relation {
	p.enter()
	defer p.leave()
	start := p.i
	switch {
	case p.is("("):
		return p.parenRelation(start)
	case p.is("VALUES") && p.beginsQuery(p.i):
		p.i++
		return p.inlineTable(start)
	case p.is("STREAM", "(") || p.is("STREAM") && p.isIdentifier(p.ahead(1)) && !clause[p.ahead(1).word]:
		return p.stream(start)
	}
	r := p.namedRelation(start, false)
	if t, ok := r.(*plan.Table); ok {
		p.temporal(t)
		t.Options = p.withOptions()
		t.Node = p.at(start)
		r = p.sample(start, r)
	}
	return p.watermarked(start, r)
}

func (p *parser) parenRelation(start int) plan.Relation {
	var r plan.Relation
	if p.atQuery(p.i) {
		r = p.parenQuery()
	} else {
		p.expect("(")
		r = p.relation(p.i, nil)
		p.expect(")")
	}
	r = p.sample(start, r)
	return p.watermarked(start, r)
}

// stream takes STREAM t, STREAM(t) and STREAM f(...).
func (p *parser) stream(start int) plan.Relation {
	p.expect("STREAM")
	paren := p.accept("(")
	if p.is("VALUES", "(") || p.is("TABLE") && p.isIdentifier(p.ahead(1)) {
		p.i++
		p.unexpected()
	}
	at := p.i
	r := p.namedRelation(at, true)
	if paren {
		p.expect(")")
	}
	if p.is("CHANGES", "FROM") {
		p.failFrom(start, "UNSUPPORTED_FEATURE.CHANGE_DATA_CAPTURE", "Tables keep no log of changes; read the stream of rows.")
	}
	options := p.withOptions()
	identity := ""
	if p.accept("IDENTIFIED", "BY") {
		identity = p.objectIdent()
	}
	switch x := r.(type) {
	case *plan.Table:
		x.Options, x.IdentifiedBy, x.Node = options, identity, p.at(start)
	case *plan.TableFunction:
		x.IdentifiedBy, x.Node = identity, p.at(start)
	}
	return p.watermarked(start, r)
}

// namedRelation takes a table or a table function.
func (p *parser) namedRelation(start int, stream bool) plan.Relation {
	name := p.name()
	if !p.accept("(") {
		return &plan.Table{Name: name, Stream: stream, Node: p.at(start)}
	}
	f := &plan.TableFunction{Name: name, Stream: stream}
	if !p.accept(")") {
		f.Args = p.arguments()
		p.expect(")")
	}
	if p.is("WITH", "ORDINALITY") {
		p.notAllowed(start, "WITH ORDINALITY; use posexplode")
	}
	f.Node = p.at(start)
	return f
}

// temporal takes VERSION AS OF and TIMESTAMP AS OF.
func (p *parser) temporal(t *plan.Table) {
	mark := p.i
	p.accept("FOR")
	switch {
	case p.accept("VERSION", "AS", "OF"), p.accept("SYSTEM_VERSION", "AS", "OF"):
		t.Version = p.value(0)
	case p.accept("TIMESTAMP", "AS", "OF"), p.accept("SYSTEM_TIME", "AS", "OF"):
		t.Timestamp = p.value(0)
	default:
		p.i = mark
	}
}

// withOptions takes WITH (key = value, ...) behind a relation.
func (p *parser) withOptions() []plan.Property {
	if !p.is("WITH", "(") {
		return nil
	}
	p.i++
	return p.properties()
}

// watermarked takes WATERMARK column DELAY OF interval and the alias. The
// watermark is put above the alias, because its column is seen through it.
func (p *parser) watermarked(start int, r plan.Relation) plan.Relation {
	at := p.i
	if !p.is("WATERMARK") || !p.hasDelay() {
		return p.aliased(start, r)
	}
	p.i++
	column := p.namedExpr()
	if a, ok := column.(*plan.Alias); ok && len(a.Names) > 1 {
		p.failFrom(at, "CANNOT_USE_MULTI_ALIASES_IN_WATERMARK_CLAUSE", "The column of a watermark has one name; leave the others out.")
	}
	p.expect("DELAY", "OF")
	if !p.is("INTERVAL") || !p.atInterval() || p.isString(p.ahead(1)) && !isUnit(p.ahead(2).word) {
		p.unexpected()
	}
	delay := p.delay()
	node := p.at(at)
	return &plan.WithWatermark{Child: p.aliased(start, r), Column: column, Delay: delay, Node: node}
}

// hasDelay reports whether WATERMARK, which comes next, is the clause and not
// an alias.
func (p *parser) hasDelay() bool {
	next := p.ahead(1)
	return !p.endsAt(next) && (!clause[next.word] || next.kind == lex.Quoted) && !strict[next.word]
}

// delay takes an interval literal.
func (p *parser) delay() plan.Interval {
	lit := p.interval().(*plan.Literal)
	switch v := lit.Value.(type) {
	case int32:
		return plan.Interval{Months: v}
	case int64:
		return plan.Interval{Micros: v}
	}
	return lit.Value.(plan.Interval)
}

// aliased takes [AS] name [(columns)].
func (p *parser) aliased(start int, r plan.Relation) plan.Relation {
	if !p.accept("AS") && !p.isAlias(true) {
		return r
	}
	if strict[p.cur().word] && p.cur().kind == lex.Ident {
		p.unexpected()
	}
	a := &plan.Aliased{Child: r, Name: p.objectIdent()}
	if p.is("(") {
		a.Columns = p.identList()
	}
	a.Node = p.at(start)
	return a
}

// sample takes TABLESAMPLE (...) [REPEATABLE (seed)].
func (p *parser) sample(start int, r plan.Relation) plan.Relation {
	if !p.is("TABLESAMPLE") || p.endsAt(p.ahead(1)) {
		return r
	}
	at := p.i
	p.i++
	p.acceptOneOf("SYSTEM", "BERNOULLI")
	p.expect("(")
	s := &plan.Sample{Child: r}
	switch {
	case p.accept("BUCKET"):
		s.Bucket = p.intValue()
		p.expect("OUT", "OF")
		s.Buckets = p.intValue()
		if p.is("ON") {
			p.notAllowed(at, "TABLESAMPLE(BUCKET x OUT OF y ON colname)")
		}
	case p.is(")"):
		p.failFrom(at, "_LEGACY_ERROR_TEMP_0015", "TABLESAMPLE needs a size: (10 PERCENT), (5 ROWS) or (BUCKET 1 OUT OF 4).")
	default:
		p.sampleSize(at, s)
	}
	p.expect(")")
	if p.accept("REPEATABLE", "(") {
		seed := int64(p.intValue())
		s.Seed = &seed
		p.expect(")")
	}
	s.Node = p.at(at)
	return s
}

func (p *parser) sampleSize(at int, s *plan.Sample) {
	begin := p.i
	e := p.value(0)
	switch {
	case p.accept("ROWS"):
		s.Rows = e
	case p.accept("PERCENT"):
		text := p.text[p.toks[begin].start:p.toks[p.i-2].end]
		f, err := strconv.ParseFloat(strings.ReplaceAll(text, " ", ""), 64)
		if err != nil {
			p.i = begin
			p.unexpected()
		}
		if s.Upper = f / 100; s.Upper < 0 || s.Upper > 1 {
			p.failFrom(at, "INVALID_TABLESAMPLE_FRACTION", "A sample is between 0 and 100 percent.", "fraction", strconv.FormatFloat(s.Upper, 'f', -1, 64))
		}
	default:
		p.notAllowed(at, "TABLESAMPLE(byteLengthLiteral); give ROWS or PERCENT")
	}
}

// intValue takes an integer.
func (p *parser) intValue() int {
	sign := p.accept("-")
	t := p.cur()
	if t.kind != lex.Integer {
		p.unexpected()
	}
	n, err := strconv.Atoi(p.text[t.start:t.end])
	if err != nil {
		p.unexpected()
	}
	p.i++
	if sign {
		return -n
	}
	return n
}

// lateralViews takes LATERAL VIEW [OUTER] f(...) table AS a, b.
func (p *parser) lateralViews(r plan.Relation) plan.Relation {
	for chain := 0; p.is("LATERAL", "VIEW"); chain++ {
		if chain > maxChain {
			p.tooComplex()
		}
		start := p.i
		p.i += 2
		g := &plan.Generate{Child: r, Outer: p.accept("OUTER")}
		at := p.i
		parts := p.parts()
		n := len(parts) - 1
		p.expect("(")
		g.Call = &plan.Call{Name: parts[n], Qualifier: parts[:n:n]}
		if !p.accept(")") {
			g.Call.Args = p.exprs()
			p.expect(")")
		}
		g.Call.Node = p.at(at)
		if p.isAlias(true) {
			g.Table = p.objectIdent()
		}
		if p.accept("AS") || p.isAlias(true) {
			g.Columns = []string{p.objectIdent()}
			for p.is(",") && p.isIdentifier(p.ahead(1)) {
				p.i++
				g.Columns = append(g.Columns, p.objectIdent())
			}
		}
		g.Node = p.at(start)
		r = g
	}
	return r
}
