package exprtest

import (
	"strconv"
	"strings"

	"github.com/spatestream/spate/sqltype"
)

var atomic = map[string]sqltype.Type{
	"void": sqltype.Null, "boolean": sqltype.Boolean, "tinyint": sqltype.Byte, "smallint": sqltype.Short, "int": sqltype.Int,
	"bigint": sqltype.Long, "float": sqltype.Float, "double": sqltype.Double, "string": sqltype.String, "binary": sqltype.Binary,
	"date": sqltype.Date, "timestamp": sqltype.Timestamp, "timestamp_ntz": sqltype.TimestampNTZ,
}

// sqlType reads a type as its String prints it.
func (p *parser) sqlType() sqltype.Type {
	name := p.word()
	switch name {
	case "decimal":
		p.must("(")
		precision := p.integer()
		p.must(",")
		scale := p.integer()
		p.must(")")
		return sqltype.Decimal{Precision: precision, Scale: scale}
	case "array":
		p.must("<")
		e := p.sqlType()
		p.must(">")
		return &sqltype.Array{Elem: e, ContainsNull: true}
	case "map":
		p.must("<")
		k := p.sqlType()
		p.must(",")
		v := p.sqlType()
		p.must(">")
		return &sqltype.Map{Key: k, Value: v, ValueContainsNull: true}
	case "struct":
		return p.structType()
	case "interval":
		return p.interval()
	}
	t, ok := atomic[name]
	if !ok {
		fail("no type %q", name)
	}
	return t
}

func (p *parser) integer() int {
	n, err := strconv.Atoi(p.word())
	check(err)
	return n
}

func (p *parser) structType() sqltype.Type {
	s := &sqltype.Struct{}
	p.must("<")
	for !p.take(">") {
		if len(s.Fields) > 0 {
			p.must(",")
		}
		name := p.word()
		p.must(":")
		s.Fields = append(s.Fields, sqltype.F(name, p.sqlType()))
	}
	return s
}

func (p *parser) interval() sqltype.Type {
	units := []string{"year", "month", "day", "hour", "minute", "second"}
	unit := func() int {
		p.blank()
		for i, u := range units {
			if strings.HasPrefix(p.s, u) {
				p.s = p.s[len(u):]
				return i
			}
		}
		return -1
	}
	from := unit()
	if from < 0 {
		return sqltype.Calendar
	}
	to := from
	if p.take("to ") {
		to = unit()
	}
	if from <= 1 {
		return sqltype.YearMonth{From: sqltype.Unit(from), To: sqltype.Unit(to)}
	}
	return sqltype.DayTime{From: sqltype.Unit(from), To: sqltype.Unit(to)}
}
