package exprtest

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/fn"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// parser reads one expression.
type parser struct {
	s       string
	session *expr.Session
	columns []*expr.Column
	params  []*expr.Param
}

// aggregate is the root of a case over a whole table.
type aggregate struct {
	f    *expr.AggregateFunc
	args []expr.Node
}

type parseError struct{ err error }

var errNoFunction = errors.New("no such scalar function")

func fail(format string, args ...any) { panic(parseError{fmt.Errorf(format, args...)}) }

func check(err error) {
	if err != nil {
		panic(parseError{err})
	}
}

// parse returns a Node or an aggregate.
func (p *parser) parse() (n expr.Node, a *aggregate, err error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(parseError)
			if !ok {
				panic(r)
			}
			err = e.err
		}
	}()
	p.s = strings.TrimSpace(p.s)
	if name, rest, ok := strings.Cut(p.s, "("); ok {
		if f, found := fn.Lookup(name); found && f.Aggregate != nil {
			p.s = rest
			return nil, &aggregate{f.Aggregate, p.args()}, nil
		}
	}
	n = p.expr()
	p.blank()
	if p.s != "" {
		fail("text after the expression: %q", p.s)
	}
	return n, nil, nil
}

func (p *parser) blank() { p.s = strings.TrimLeft(p.s, " \t") }

func (p *parser) take(token string) bool {
	p.blank()
	if strings.HasPrefix(p.s, token) {
		p.s = p.s[len(token):]
		return true
	}
	return false
}

func (p *parser) must(token string) {
	if !p.take(token) {
		fail("%q expected at %q", token, p.s)
	}
}

// args reads operands up to the closing parenthesis.
func (p *parser) args() []expr.Node {
	var args []expr.Node
	for !p.take(")") {
		if len(args) > 0 {
			p.must(",")
		}
		args = append(args, p.expr())
	}
	return args
}

// levels are the binary operators from the loosest to the tightest.
var levels = [][]string{
	{"or"}, {"and"}, {"<=>", "<>", "<=", ">=", "=", "<", ">", "is", "between", "in"},
	{"|"}, {"^"}, {"&"}, {"<<", ">>>", ">>"}, {"+", "-", "||"}, {"*", "/", "%", "div"},
}

func (p *parser) expr() expr.Node { return p.binary(0) }

func (p *parser) binary(level int) expr.Node {
	if level == len(levels) {
		return p.unary()
	}
	n := p.binary(level + 1)
	for {
		op := p.operator(levels[level])
		if op == "" {
			return n
		}
		n = p.apply(op, n, level)
	}
}

// operator takes one of the operators, if it is next.
func (p *parser) operator(ops []string) string {
	p.blank()
	for _, op := range ops {
		if !strings.HasPrefix(p.s, op) {
			continue
		}
		rest := p.s[len(op):]
		if isWord(op[0]) && rest != "" && isWord(rest[0]) || op == "|" && strings.HasPrefix(rest, "|") ||
			op == "-" && strings.HasPrefix(rest, ">") || op == "<" && strings.HasPrefix(rest, "<") || op == ">" && strings.HasPrefix(rest, ">") {
			continue
		}
		p.s = rest
		return op
	}
	return ""
}

func (p *parser) apply(op string, l expr.Node, level int) expr.Node {
	switch op {
	case "is":
		name := "isnull"
		if p.take("not ") {
			name = "isnotnull"
		}
		p.must("null")
		return p.named(name, l)
	case "between":
		lo := p.binary(level + 1)
		p.must("and ")
		return &expr.Logic{Left: p.named(">=", l, lo), Right: p.named("<=", l, p.binary(level+1))}
	case "in":
		p.must("(")
		return p.inList(append([]expr.Node{l}, p.args()...))
	}
	r := p.binary(level + 1)
	switch op {
	case "and", "or":
		return p.logic(op == "or", l, r)
	case "<>":
		return p.named("not", p.named("=", l, r))
	case "||":
		return p.named("concat", l, r)
	}
	return p.named(op, l, r)
}

func (p *parser) inList(args []expr.Node) expr.Node {
	n, err := expr.NewIn(p.session, args[0], args[1:], sparkerr.Origin{})
	check(err)
	return n
}

func (p *parser) logic(or bool, l, r expr.Node) expr.Node {
	n, err := expr.NewLogic(p.session, or, l, r, sparkerr.Origin{})
	check(err)
	return n
}

// named calls a function.
func (p *parser) named(name string, args ...expr.Node) expr.Node {
	f, ok := fn.Lookup(name)
	if !ok || f.Scalar == nil {
		panic(parseError{errNoFunction})
	}
	n, err := expr.NewCall(p.session, f.Scalar, args, sparkerr.Origin{})
	check(err)
	return n
}

func (p *parser) unary() expr.Node {
	p.blank()
	switch {
	case strings.HasPrefix(p.s, "not "):
		p.s = p.s[4:]
		return p.named("not", p.binary(2))
	case strings.HasPrefix(p.s, "-") && !p.numberAhead() && !strings.HasPrefix(p.s, "-("):
		p.s = p.s[1:]
		return p.named("negative", p.unary())
	case strings.HasPrefix(p.s, "~") && !strings.HasPrefix(p.s, "~("):
		p.s = p.s[1:]
		return p.named("~", p.unary())
	case strings.HasPrefix(p.s, "("):
		p.s = p.s[1:]
		n := p.expr()
		p.must(")")
		return n
	}
	return p.postfix()
}

func (p *parser) numberAhead() bool {
	return len(p.s) > 1 && (p.s[1] >= '0' && p.s[1] <= '9' || p.s[1] == '.')
}

func (p *parser) postfix() expr.Node {
	n := p.primary()
	for {
		switch {
		case p.take("["):
			key := p.expr()
			p.must("]")
			n = p.named("element", n, key)
		case p.take("."):
			name := p.word()
			t := n.Type()
			if a, ok := t.(*sqltype.Array); ok {
				t = a.Elem
			}
			n = &expr.Field{Arg: n, Ordinal: t.(*sqltype.Struct).Index(name), Name: name}
		default:
			return n
		}
	}
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

func (p *parser) word() string {
	p.blank()
	n := 0
	for n < len(p.s) && isWord(p.s[n]) {
		n++
	}
	w := p.s[:n]
	p.s = p.s[n:]
	return w
}

func (p *parser) primary() expr.Node {
	p.blank()
	if p.s == "" {
		fail("expression expected")
	}
	c := p.s[0]
	if c >= '0' && c <= '9' || c == '-' && len(p.s) > 1 && (p.s[1] >= '0' && p.s[1] <= '9' || p.s[1] == '.') {
		return p.number()
	}
	if c == '\'' || c == '"' {
		return expr.Lit(p.text(), sqltype.String)
	}
	if name := strings.IndexByte("+-*/%&|^~<>=!", c); name >= 0 {
		return p.symbol()
	}
	name := p.word()
	if name == "" {
		fail("expression expected at %q", p.s)
	}
	p.blank()
	switch {
	case strings.EqualFold(name, "interval"):
		return p.interval1()
	case strings.HasPrefix(p.s, "'"):
		return p.typed(name)
	case strings.HasPrefix(p.s, "("):
		p.s = p.s[1:]
		return p.call(strings.ToLower(name))
	}
	return p.name(name)
}

// symbol is an operator called as a function: +(a, b).
func (p *parser) symbol() expr.Node {
	n := strings.IndexByte(p.s, '(')
	if n <= 0 {
		fail("( expected after an operator at %q", p.s)
	}
	name := strings.TrimSpace(p.s[:n])
	p.s = p.s[n+1:]
	return p.call(name)
}

func (p *parser) name(name string) expr.Node {
	switch strings.ToLower(name) {
	case "null":
		return expr.NullOf(sqltype.Null)
	case "true":
		return expr.True
	case "false":
		return expr.False
	}
	for i := len(p.params) - 1; i >= 0; i-- {
		if p.params[i].Name == name {
			return p.params[i]
		}
	}
	for _, c := range p.columns {
		if c.Name == name {
			return c
		}
	}
	fail("no column %q", name)
	return nil
}

func (p *parser) text() string {
	quote := p.s[0]
	p.s = p.s[1:]
	var b strings.Builder
	for i := 0; i < len(p.s); i++ {
		switch p.s[i] {
		case '\\':
			i++
			if c := strings.IndexByte("ntr0", p.s[i]); c >= 0 {
				b.WriteByte("\n\t\r\x00"[c])
			} else {
				b.WriteByte(p.s[i])
			}
		case quote:
			if i+1 < len(p.s) && p.s[i+1] == quote {
				i++
				b.WriteByte(quote)
				continue
			}
			p.s = p.s[i+1:]
			return b.String()
		default:
			b.WriteByte(p.s[i])
		}
	}
	fail("text without end")
	return ""
}

// typed reads X'00' and TYPE'text', which is cast.
func (p *parser) typed(name string) expr.Node {
	text := p.text()
	if strings.EqualFold(name, "x") {
		b, err := hex.DecodeString(text)
		check(err)
		return expr.Lit(b, sqltype.Binary)
	}
	q := &parser{s: strings.ToLower(name)}
	t := q.sqlType()
	v, err := expr.EvalConst(&expr.Cast{Arg: expr.Lit(text, sqltype.String), T: t, Zone: p.session.Zone}, &expr.Context{ANSI: true, Zone: p.session.Zone})
	check(err)
	l := expr.Lit(v, t)
	if pr := printer(p.session); t.Kind() == sqltype.KindTimestamp {
		vec, err := l.Vector()
		check(err)
		l.Text = "TIMESTAMP '" + string(pr.Append(nil, vec, 0)) + "'"
	}
	return l
}

// interval1 reads INTERVAL '1-2' YEAR TO MONTH and INTERVAL 1 MONTH.
func (p *parser) interval1() expr.Node {
	p.blank()
	var text string
	if strings.HasPrefix(p.s, "'") {
		text = p.text()
	} else {
		text = p.word()
	}
	t := p.interval()
	v, err := expr.EvalConst(&expr.Cast{Arg: expr.Lit(text, sqltype.String), T: t}, &expr.Context{ANSI: true})
	check(err)
	return expr.Lit(v, t)
}

func (p *parser) number() expr.Node {
	n := 1
	for n < len(p.s) && (isWord(p.s[n]) || p.s[n] == '.' || (p.s[n] == '-' || p.s[n] == '+') && p.s[n-1]|0x20 == 'e') {
		n++
	}
	s := p.s[:n]
	p.s = p.s[n:]
	body, suffix := s[:len(s)-1], s[len(s)-1]|0x20
	if len(body) > 2 && (strings.HasSuffix(s, "BD") || strings.HasSuffix(s, "bd")) {
		body, suffix = s[:len(s)-2], 'b'
	}
	switch suffix {
	case 'y', 's', 'l':
		x, err := strconv.ParseInt(body, 10, 64)
		check(err)
		switch suffix {
		case 'y':
			return expr.Lit(int8(x), sqltype.Byte)
		case 's':
			return expr.Lit(int16(x), sqltype.Short)
		}
		return expr.Lit(x, sqltype.Long)
	case 'd', 'f':
		x, err := strconv.ParseFloat(body, 64)
		check(err)
		if suffix == 'f' {
			return expr.Lit(float32(x), sqltype.Float)
		}
		return expr.Lit(x, sqltype.Double)
	case 'b':
		return decimalLit(body)
	}
	if x, err := strconv.ParseInt(s, 10, 64); err == nil {
		if x == int64(int32(x)) {
			return expr.Lit(int32(x), sqltype.Int)
		}
		return expr.Lit(x, sqltype.Long)
	}
	if strings.ContainsAny(s, "eE") {
		x, err := strconv.ParseFloat(s, 64)
		check(err)
		return expr.Lit(x, sqltype.Double)
	}
	return decimalLit(s)
}

func decimalLit(s string) expr.Node {
	d, err := decimal.ParseLiteral([]byte(s))
	check(err)
	return expr.Lit(d, sqltype.Decimal{Precision: int(d.Precision), Scale: int(d.Scale)})
}

func (p *parser) call(name string) expr.Node {
	switch name {
	case "cast", "try_cast":
		arg := p.expr()
		p.must("as ")
		t := p.sqlType()
		p.must(")")
		n, err := expr.NewCast(p.session, arg, t, name == "try_cast", sparkerr.Origin{})
		check(err)
		return n
	case "case":
		args := p.args()
		c := &expr.Case{}
		for len(args) > 1 {
			c.Whens, c.Thens = append(c.Whens, args[0]), append(c.Thens, args[1])
			args = args[2:]
		}
		if len(args) == 1 {
			c.Else = args[0]
		}
		return c
	case "extract":
		field := expr.Lit(p.word(), sqltype.String)
		p.must("from ")
		source := p.expr()
		p.must(")")
		return p.named(name, field, source)
	case "and", "or":
		args := p.args()
		return p.logic(name == "or", args[0], args[1])
	case "in":
		args := p.args()
		return p.inList(args)
	}
	if t, ok := atomic[name]; ok {
		n, err := expr.NewCast(p.session, p.args()[0], t, false, sparkerr.Origin{})
		check(err)
		n.(*expr.Cast).Implicit = true // as Spark prints float(x)
		return n
	}
	f, ok := fn.Lookup(name)
	if !ok || f.Scalar == nil {
		panic(parseError{errNoFunction})
	}
	args := p.operands(f.Scalar)
	if name == "-" && len(args) == 1 {
		name = "negative"
	}
	return p.named(name, args...)
}

// operands reads the operands of f, of which some may be lambdas.
func (p *parser) operands(f *expr.Func) []expr.Node {
	if f.Lambdas == nil {
		return p.args()
	}
	var args []expr.Node
	for !p.take(")") {
		if len(args) > 0 {
			p.must(",")
		}
		if names := p.lambdaNames(); names != nil {
			args = append(args, p.lambda(f, args, names))
		} else {
			args = append(args, p.expr())
		}
	}
	return args
}

// lambdaNames reads "x ->" or "(x, y) ->" if it is there.
func (p *parser) lambdaNames() []string {
	head, rest, ok := strings.Cut(p.s, "->")
	if !ok {
		return nil
	}
	list := strings.TrimSpace(head)
	if strings.HasPrefix(list, "(") && strings.HasSuffix(list, ")") {
		list = list[1 : len(list)-1]
	} else if strings.Contains(list, ",") {
		return nil
	}
	names := strings.Split(list, ",")
	for i, n := range names {
		names[i] = strings.TrimSpace(n)
		for _, c := range []byte(names[i]) {
			if !isWord(c) {
				return nil
			}
		}
	}
	p.s = rest
	return names
}

func (p *parser) lambda(f *expr.Func, before []expr.Node, names []string) expr.Node {
	types := f.Lambdas(expr.ArgsOf(before), len(before))
	if len(types) < len(names) {
		fail("a lambda of %d parameters has no place here", len(names))
	}
	l := &expr.Lambda{}
	for i, n := range names {
		q := types[i]
		q.Name = n
		l.Params = append(l.Params, &q)
	}
	p.params = append(p.params, l.Params...)
	l.Body = p.expr()
	p.params = p.params[:len(p.params)-len(names)]
	return l
}
