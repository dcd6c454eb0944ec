package parser

import (
	"encoding/hex"
	"math"
	"strconv"
	"strings"

	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/lex"
	"github.com/spatestream/spate/sqltype"
)

func isNumber(k lex.Kind) bool { return k >= lex.Integer && k <= lex.BigDecimal }

// numberLiteral takes a number with an optional minus before it.
func (p *parser) numberLiteral() plan.Expr {
	start := p.i
	sign := ""
	if p.accept("-") {
		sign = "-"
	}
	t := p.cur()
	if !isNumber(t.kind) {
		p.unexpected()
	}
	p.i++
	value, typ := p.number(start, t.kind, sign+p.text[t.start:t.end])
	return &plan.Literal{Value: value, Type: typ, Text: p.between(start), Node: p.at(start)}
}

// number reads the text of a number, which has the suffix of its kind.
func (p *parser) number(start int, kind lex.Kind, text string) (any, sqltype.Type) {
	switch kind {
	case lex.Integer:
		return p.integer(start, text)
	case lex.Long:
		n := p.ranged(start, text[:len(text)-1], 64, "bigint")
		return n, sqltype.Long
	case lex.Short:
		return int16(p.ranged(start, text[:len(text)-1], 16, "smallint")), sqltype.Short
	case lex.Byte:
		return int8(p.ranged(start, text[:len(text)-1], 8, "tinyint")), sqltype.Byte
	case lex.Double, lex.Exponent:
		return p.float(start, strings.TrimRight(text, "dD"), 64, "double"), sqltype.Double
	case lex.Float:
		return float32(p.float(start, strings.TrimRight(text, "fF"), 32, "float")), sqltype.Float
	case lex.BigDecimal:
		return p.decimal(start, text[:len(text)-2])
	}
	return p.decimal(start, text)
}

// integer is an INT, a BIGINT, or a decimal when it fits neither.
func (p *parser) integer(start int, text string) (any, sqltype.Type) {
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err != nil:
		return p.decimal(start, text)
	case n >= math.MinInt32 && n <= math.MaxInt32:
		return int32(n), sqltype.Int
	}
	return n, sqltype.Long
}

func (p *parser) ranged(start int, text string, bits int, name string) int64 {
	n, err := strconv.ParseInt(text, 10, bits)
	if err != nil {
		high := int64(math.MaxInt64) >> (64 - bits)
		p.outOfRange(start, text, strconv.FormatInt(-high-1, 10), strconv.FormatInt(high, 10), name)
	}
	return n
}

func (p *parser) float(start int, text string, bits int, name string) float64 {
	f, err := strconv.ParseFloat(text, bits)
	if err != nil {
		high := "1.7976931348623157E+308"
		if bits == 32 {
			high = "3.4028234663852886E+38"
		}
		p.outOfRange(start, text, "-"+high, high, name)
	}
	return f
}

func (p *parser) outOfRange(start int, text, low, high, name string) {
	p.failFrom(start, "INVALID_NUMERIC_LITERAL_RANGE",
		"Numeric literal "+text+" is outside the range of "+name+", "+low+" to "+high+"; use a wider type.",
		"rawStrippedQualifier", text, "minValue", low, "maxValue", high, "typeName", name)
}

// decimal reads a number of any form as the decimal that holds it exactly; its
// value is its plain text.
func (p *parser) decimal(start int, text string) (any, sqltype.Type) {
	d, err := decimal.ParseLiteral([]byte(text))
	if err != nil {
		digits := strconv.Itoa(len(strings.TrimLeft(strings.ReplaceAll(text, ".", ""), "-0")))
		p.failFrom(start, "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
			"The number "+text+" has more digits than the 38 of a decimal.", "precision", digits, "maxPrecision", "38")
	}
	return d.String(), sqltype.Decimal{Precision: int(d.Precision), Scale: int(d.Scale)}
}

// typedLiteral takes DATE '...' and its like.
func (p *parser) typedLiteral(start int, word string) plan.Expr {
	p.i++
	text := p.str()
	lit := &plan.Literal{Value: text, Text: p.between(start), Node: p.at(start)}
	switch word {
	case "DATE":
		lit.Type = sqltype.Date
	case "TIMESTAMP_NTZ":
		lit.Type = sqltype.TimestampNTZ
	case "TIMESTAMP_LTZ":
		lit.Type = sqltype.Timestamp
	case "TIMESTAMP":
		lit.Type = sqltype.Timestamp
		if p.o.NTZ {
			lit.Type = sqltype.TimestampNTZ
		}
	case "X":
		lit.Type, lit.Value = sqltype.Binary, p.binaryText(start, text)
	case "INTERVAL":
		return p.intervalText(start, text)
	case "TIME":
		p.failFrom(start, "UNSUPPORTED_TIME_TYPE", "There is no type TIME; keep the time of a day as an INTERVAL DAY TO SECOND or in a TIMESTAMP.")
	default:
		known := `"DATE", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP", "INTERVAL", "X", "TIME"`
		p.failFrom(start, "UNSUPPORTED_TYPED_LITERAL", "There are no literals of type \""+word+"\"; there are those of "+known+".",
			"unsupportedType", "\""+word+"\"", "supportedTypes", known)
	}
	return lit
}

func (p *parser) binaryText(start int, text string) []byte {
	padded := text
	if len(text)%2 == 1 {
		padded = "0" + text
	}
	b, err := hex.DecodeString(padded)
	if err != nil {
		p.badLiteral(start, "X", text)
	}
	return b
}

func (p *parser) badLiteral(start int, kind, text string) {
	p.failFrom(start, "INVALID_TYPED_LITERAL", "The value of the typed literal \""+kind+"\" is invalid: '"+text+"'.",
		"valueType", "\""+kind+"\"", "value", "'"+text+"'")
}
