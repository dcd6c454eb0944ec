package convert

import (
	"fmt"
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr/render"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

const ansiConfig = `"spark.sql.ansi.enabled"`

// overflow is a number that does not fit its new type.
func (c *conversion) overflow(in *columnar.Vector, i int, out *columnar.Vector) error {
	interval := isInterval(c.from.Kind()) || isInterval(c.to.Kind()) // fails in legacy mode too
	if c.o.Mode == Try || c.o.Mode == Legacy && !interval {
		out.SetNull(i)
		return nil
	}
	value := c.sqlValue(in, i)
	return sparkerr.Data("CAST_OVERFLOW",
		fmt.Sprintf("%s of type %s does not fit %s. Use try_cast to get NULL instead.", value, sqlName(c.from), sqlName(c.to)),
		"value", value, "sourceType", sqlName(c.from), "targetType", sqlName(c.to), "ansiConfig", ansiConfig)
}

// invalid is a text that is no value of the type.
func (c *conversion) invalid(in *columnar.Vector, i int, out *columnar.Vector) error {
	if c.o.Mode != ANSI {
		out.SetNull(i)
		return nil
	}
	value := c.sqlValue(in, i)
	return sparkerr.Data("CAST_INVALID_INPUT",
		fmt.Sprintf("%s of type %s cannot be read as %s. Correct the value, or use try_cast to get NULL instead.", value, sqlName(c.from), sqlName(c.to)),
		"expression", value, "sourceType", sqlName(c.from), "targetType", sqlName(c.to), "ansiConfig", ansiConfig)
}

// outOfRange is a number that has too many digits for a decimal type.
func (c *conversion) outOfRange(in *columnar.Vector, i int, out *columnar.Vector) error {
	if c.o.Mode != ANSI {
		out.SetNull(i)
		return nil
	}
	p := render.Printer{Plain: true}
	value := string(p.Append(nil, in, i))
	t := c.to.(sqltype.Decimal)
	return sparkerr.Data("NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
		fmt.Sprintf("%s does not fit a decimal of %d digits, %d of them after the point. Widen the type, or use try_cast to get NULL instead.", value, t.Precision, t.Scale),
		"value", value, "precision", fmt.Sprint(t.Precision), "scale", fmt.Sprint(t.Scale), "config", ansiConfig)
}

// sqlValue prints a value as a SQL literal: 'text', 5L, 1.5D.
func (c *conversion) sqlValue(v *columnar.Vector, i int) string {
	p := render.Printer{Plain: true, Zone: c.zone}
	text := string(p.Append(nil, v, i))
	switch v.Type.Kind() {
	case sqltype.KindString:
		return "'" + strings.ReplaceAll(strings.ReplaceAll(text, `\`, `\\`), "'", `\'`) + "'"
	case sqltype.KindByte:
		return text + "Y"
	case sqltype.KindShort:
		return text + "S"
	case sqltype.KindLong:
		return text + "L"
	case sqltype.KindDouble:
		if last := text[len(text)-1]; last < '0' || last > '9' { // NaN, Infinity
			return text
		}
		return text + "D"
	case sqltype.KindDecimal:
		return text + "BD"
	case sqltype.KindDate:
		return "DATE '" + text + "'"
	case sqltype.KindTimestamp:
		return "TIMESTAMP '" + text + "'"
	case sqltype.KindTimestampNTZ:
		return "TIMESTAMP_NTZ '" + text + "'"
	}
	return text
}

func sqlName(t sqltype.Type) string { return `"` + strings.ToUpper(t.String()) + `"` }

// badInterval is a text that is no interval of the type.
func (c *conversion) badInterval(text string) error {
	class, family := "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING", "year-month"
	if c.to.Kind() == sqltype.KindDayTime {
		class, family = "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE", "day-time"
	}
	return sparkerr.Data(class, fmt.Sprintf("'%s' is no %s. Write it as the fields of that type, or use try_cast to get NULL instead.", text, c.to),
		"input", text, "intervalStr", family, "typeName", c.to.String())
}
