package sqltype

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spatestream/spate/internal/sql/lex"
	"github.com/spatestream/spate/sparkerr"
)

// maxTypeDepth bounds how deep types nest in text, so that text of others
// cannot exhaust the stack.
const maxTypeDepth = 128

// ParseType reads a data type as SQL writes it: DECIMAL(10,2),
// array<struct<a:int,b:string>>.
func ParseType(text string) (Type, error) {
	t, end, err := Grammar{}.Type(text, 0)
	if err != nil {
		return nil, err
	}
	if tok := lex.Next(text, end); tok.Kind != lex.EOF {
		return nil, SyntaxError(text, tok.Start, tok.End)
	}
	return t, nil
}

// ParseDDL reads a schema: a list of columns (a INT NOT NULL COMMENT 'x',
// b STRING), or the text of a struct type.
func ParseDDL(text string) (*Struct, error) {
	s, err := Grammar{}.Columns(text)
	if err == nil {
		return s, nil
	}
	if t, typeErr := ParseType(text); typeErr == nil {
		if s, ok := t.(*Struct); ok {
			return s, nil
		}
	}
	return nil, err
}

// Grammar reads types in the terms of a session.
type Grammar struct {
	// NTZ: TIMESTAMP without a suffix means TIMESTAMP_NTZ
	// (spark.sql.timestampType).
	NTZ bool
}

// Type reads the type that begins at byte at of text and returns where it
// ends. Errors point into text.
func (g Grammar) Type(text string, at int) (Type, int, error) {
	p := &typeParser{text: text, ntz: g.NTZ}
	p.next(at)
	t, err := p.parseType()
	return t, p.end, err
}

// Columns reads a list of columns.
func (g Grammar) Columns(text string) (*Struct, error) {
	p := &typeParser{text: text, ntz: g.NTZ}
	p.next(0)
	fields, err := p.fields(false)
	if err == nil && p.tok.Kind != lex.EOF {
		err = p.unexpected()
	}
	if err != nil {
		return nil, err
	}
	return &Struct{Fields: fields}, nil
}

// SyntaxError is PARSE_SYNTAX_ERROR at [start, stop) of text; the end of the
// text is "end of input".
func SyntaxError(text string, start, stop int) error {
	near, says := "end of input", "end of input"
	if start < len(text) {
		near = "'" + text[start:stop] + "'"
		says = near
	}
	return sparkerr.New("PARSE_SYNTAX_ERROR", "Syntax error at or near "+says+".", "error", near, "hint", "").
		At(sparkerr.Origin{SQL: text, Start: start, Stop: max(stop, start+1)})
}

// typeParser reads one type or list of columns; tok is the token ahead, end
// the end of the one before.
type typeParser struct {
	text  string
	tok   lex.Token
	end   int
	ntz   bool
	depth int
}

func (p *typeParser) next(at int) { p.tok = lex.Next(p.text, at) }

func (p *typeParser) advance() {
	p.end = p.tok.End
	p.next(p.end)
}

func (p *typeParser) unexpected() error { return SyntaxError(p.text, p.tok.Start, p.tok.End) }

func (p *typeParser) fail(class, message string, kv ...string) error {
	return sparkerr.New(class, message, kv...).At(sparkerr.Origin{SQL: p.text, Start: p.tok.Start, Stop: p.tok.End})
}

// accept takes the symbol or word if it is next.
func (p *typeParser) accept(s string) bool {
	if p.tok.Kind != lex.Symbol && p.tok.Kind != lex.Ident || !strings.EqualFold(p.tok.Text(p.text), s) {
		return false
	}
	p.advance()
	return true
}

func (p *typeParser) expect(s string) error {
	if !p.accept(s) {
		return p.unexpected()
	}
	return nil
}

func (p *typeParser) identifier() (string, error) {
	if p.tok.Kind != lex.Ident && p.tok.Kind != lex.Quoted {
		return "", p.unexpected()
	}
	name := lex.Identifier(p.tok.Text(p.text))
	if name == "" {
		return "", p.unexpected()
	}
	p.advance()
	return name, nil
}

// fields reads columns (a INT, ...) or the members of a struct (a: INT, ...).
func (p *typeParser) fields(colon bool) ([]Field, error) {
	var fields []Field
	for {
		f, err := p.field(colon)
		if err != nil {
			return nil, err
		}
		fields = append(fields, f)
		if !p.accept(",") {
			return fields, nil
		}
	}
}

func (p *typeParser) field(colon bool) (Field, error) {
	name, err := p.identifier()
	if err != nil {
		return Field{}, err
	}
	if colon {
		p.accept(":")
	}
	t, err := p.parseType()
	if err != nil {
		return Field{}, err
	}
	f := F(name, t)
	for {
		switch {
		case p.accept("NOT"):
			if err := p.expect("NULL"); err != nil {
				return f, err
			}
			f.Nullable = false
		case p.accept("COMMENT"):
			if p.tok.Kind != lex.String && p.tok.Kind != lex.DoubleQuoted {
				return f, p.unexpected()
			}
			f.Metadata = map[string]any{"comment": lex.Unquote(p.tok.Text(p.text))}
			p.advance()
		default:
			return f, nil
		}
	}
}

var typeNames = map[string]Type{
	"boolean": Boolean, "tinyint": Byte, "byte": Byte, "smallint": Short, "short": Short,
	"int": Int, "integer": Int, "bigint": Long, "long": Long, "float": Float, "real": Float,
	"double": Double, "date": Date, "timestamp_ntz": TimestampNTZ, "timestamp_ltz": Timestamp,
	"string": String, "binary": Binary, "void": Null,
}

func (p *typeParser) parseType() (Type, error) {
	if p.depth++; p.depth > maxTypeDepth {
		return nil, p.fail("FAILED_TO_PARSE_TOO_COMPLEX", fmt.Sprintf("The type nests deeper than %d levels; flatten it.", maxTypeDepth))
	}
	defer func() { p.depth-- }()
	if p.tok.Kind != lex.Ident {
		return nil, p.unexpected()
	}
	at := p.tok
	name := strings.ToLower(at.Text(p.text))
	p.advance()
	t, err := p.named(name, at)
	if err == nil && p.accept("COLLATE") {
		err = p.collation(t)
	}
	return t, err
}

func (p *typeParser) named(name string, at lex.Token) (Type, error) {
	if t, ok := typeNames[name]; ok {
		return t, p.noArguments(name, at)
	}
	switch name {
	case "timestamp":
		if p.ntz {
			return TimestampNTZ, p.noArguments(name, at)
		}
		return Timestamp, p.noArguments(name, at)
	case "decimal", "dec", "numeric":
		return p.decimal()
	case "char", "character", "varchar":
		return p.sized(name, at)
	case "interval":
		return p.interval()
	case "array":
		return p.array(at)
	case "map":
		return p.mapType(at)
	case "struct":
		return p.structType(at)
	}
	return nil, p.unsupported(at)
}

func (p *typeParser) unsupported(at lex.Token) error {
	name := strings.ToUpper(at.Text(p.text))
	if name == "TIME" {
		return sparkerr.New("UNSUPPORTED_TIME_TYPE", "There is no type TIME; use INTERVAL DAY TO SECOND or TIMESTAMP.").
			At(sparkerr.Origin{SQL: p.text, Start: at.Start, Stop: at.End})
	}
	return sparkerr.New("UNSUPPORTED_DATATYPE", "Data type \""+name+"\" does not exist here; use one of Spark's SQL types.", "typeName", "\""+name+"\"").
		At(sparkerr.Origin{SQL: p.text, Start: at.Start, Stop: at.End})
}

func (p *typeParser) noArguments(name string, at lex.Token) error {
	if p.tok.Kind == lex.Symbol && p.tok.Text(p.text) == "(" && p.tok.Start == at.End {
		if _, err := p.arguments(); err != nil {
			return err
		}
		return p.unsupported(lex.Token{Kind: lex.Ident, Start: at.Start, End: p.end})
	}
	return nil
}

// arguments reads (n, ...), nothing if there is no parenthesis.
func (p *typeParser) arguments() ([]int, error) {
	if !p.accept("(") {
		return nil, nil
	}
	var list []int
	for {
		if p.tok.Kind != lex.Integer {
			return nil, p.unexpected()
		}
		n, err := strconv.Atoi(p.tok.Text(p.text))
		if err != nil {
			return nil, p.unexpected()
		}
		list = append(list, n)
		p.advance()
		if !p.accept(",") {
			return list, p.expect(")")
		}
	}
}

func (p *typeParser) decimal() (Type, error) {
	args, err := p.arguments()
	if err != nil {
		return nil, err
	}
	d := Decimal{10, 0}
	switch len(args) {
	case 0:
	case 1:
		d.Precision = args[0]
	case 2:
		d.Precision, d.Scale = args[0], args[1]
	default:
		return nil, p.unexpected()
	}
	if d.Precision > MaxPrecision {
		return nil, p.fail("DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
			fmt.Sprintf("Decimal precision %d exceeds the maximum of %d.", d.Precision, MaxPrecision),
			"precision", strconv.Itoa(d.Precision), "maxPrecision", strconv.Itoa(MaxPrecision))
	}
	if d.Scale > d.Precision || d.Precision == 0 {
		return nil, p.fail("DECIMAL_SCALE_EXCEEDS_PRECISION",
			fmt.Sprintf("Decimal scale %d cannot be greater than precision %d, and the precision is at least 1.", d.Scale, d.Precision),
			"scale", strconv.Itoa(d.Scale), "precision", strconv.Itoa(d.Precision))
	}
	return d, nil
}

func (p *typeParser) sized(name string, at lex.Token) (Type, error) {
	args, err := p.arguments()
	if err != nil {
		return nil, err
	}
	if len(args) == 0 {
		upper := strings.ToUpper(name)
		return nil, p.fail("DATATYPE_MISSING_SIZE", "DataType \""+upper+"\" requires a length, for example "+upper+"(10).", "type", "\""+upper+"\"")
	}
	if len(args) > 1 {
		return nil, p.unsupported(lex.Token{Kind: lex.Ident, Start: at.Start, End: p.end})
	}
	if name == "varchar" {
		return Varchar{args[0]}, nil
	}
	return Char{args[0]}, nil
}

// interval reads the fields behind INTERVAL; none of them is the legacy type.
func (p *typeParser) interval() (Type, error) {
	from, ok := p.unit()
	if !ok {
		return Calendar, nil
	}
	to := from
	if mark, end := p.tok, p.end; p.accept("TO") {
		start := p.tok
		if to, ok = p.unit(); !ok {
			p.tok, p.end = mark, end
			return nil, SyntaxError(p.text, start.Start, start.End)
		}
		if to <= from || (from <= Month) != (to <= Month) {
			text := fmt.Sprintf("INTERVAL %s TO %s", strings.ToUpper(from.String()), strings.ToUpper(to.String()))
			return nil, p.fail("_LEGACY_ERROR_TEMP_0028", text+" is no interval type: fields go from the larger to the smaller, years and months apart from the others.")
		}
	}
	if from <= Month {
		return YearMonth{from, to}, nil
	}
	return DayTime{from, to}, nil
}

// unit takes the name of an interval field if it is next.
func (p *typeParser) unit() (Unit, bool) {
	if p.tok.Kind != lex.Ident {
		return 0, false
	}
	for i, n := range unitNames {
		if p.accept(n) || p.accept(n+"s") {
			return Unit(i), true
		}
	}
	return 0, false
}

func (p *typeParser) incomplete(kind, example string, at lex.Token) error {
	return sparkerr.New("INCOMPLETE_TYPE_DEFINITION."+kind, kind+" needs its element types: "+example+".").
		At(sparkerr.Origin{SQL: p.text, Start: at.Start, Stop: at.End})
}

func (p *typeParser) array(at lex.Token) (Type, error) {
	if !p.accept("<") {
		return nil, p.incomplete("ARRAY", "ARRAY<INT>", at)
	}
	elem, err := p.parseType()
	if err != nil {
		return nil, err
	}
	return &Array{Elem: elem, ContainsNull: true}, p.expect(">")
}

func (p *typeParser) mapType(at lex.Token) (Type, error) {
	if !p.accept("<") {
		return nil, p.incomplete("MAP", "MAP<STRING, INT>", at)
	}
	key, err := p.parseType()
	if err != nil {
		return nil, err
	}
	if err := p.expect(","); err != nil {
		return nil, err
	}
	value, err := p.parseType()
	if err != nil {
		return nil, err
	}
	return &Map{Key: key, Value: value, ValueContainsNull: true}, p.expect(">")
}

func (p *typeParser) structType(at lex.Token) (Type, error) {
	if p.accept("<>") {
		return &Struct{}, nil
	}
	if !p.accept("<") {
		return nil, p.incomplete("STRUCT", "STRUCT<a: INT>", at)
	}
	if p.accept(">") {
		return &Struct{}, nil
	}
	fields, err := p.fields(true)
	if err != nil {
		return nil, err
	}
	return &Struct{Fields: fields}, p.expect(">")
}

// collation accepts the one collation there is: by bytes.
func (p *typeParser) collation(t Type) error {
	at := p.tok
	name, err := p.identifier()
	if err != nil {
		return err
	}
	if t.Kind() != KindString || !strings.EqualFold(name, "UTF8_BINARY") {
		return sparkerr.New("UNSUPPORTED_COLLATION", "Strings compare by bytes (UTF8_BINARY) only; leave COLLATE out or compare lower(column).", "collationName", name).
			At(sparkerr.Origin{SQL: p.text, Start: at.Start, Stop: at.End})
	}
	return nil
}
