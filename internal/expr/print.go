package expr

import (
	"strconv"
	"strings"

	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/internal/expr/render"
	"github.com/spatestream/spate/sqltype"
)

// infix are the functions that print between their operands.
var infix = map[string]string{
	"+": "+", "-": "-", "*": "*", "/": "/", "%": "%", "div": "div", "&": "&", "|": "|", "^": "^",
	"=": "=", "==": "=", "<=>": "<=>", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
	"<<": "<<", ">>": ">>", ">>>": ">>>",
}

// CallText prints a call of the named function as Spark names an unaliased
// column: operators between their operands, the rest as name(operands).
func CallText(name string, args []Node) string {
	parts := make([]string, len(args))
	for i, a := range args {
		parts[i] = a.String()
	}
	if op, ok := infix[name]; ok && len(args) == 2 {
		if text, ok := timeText(op, args, parts); ok {
			return text
		}
		return "(" + parts[0] + " " + op + " " + parts[1] + ")"
	}
	if len(args) == 1 {
		switch name {
		case "not", "!":
			return "(NOT " + parts[0] + ")"
		case "isnull":
			return "(" + parts[0] + " IS NULL)"
		case "isnotnull":
			return "(" + parts[0] + " IS NOT NULL)"
		case "~":
			return "~" + parts[0]
		case "-", "negative":
			return "(- " + parts[0] + ")"
		case "+", "positive":
			return "(+ " + parts[0] + ")"
		}
	}
	switch {
	case (name == "round" || name == "bround") && len(args) == 1:
		return name + "(" + parts[0] + ", 0)"
	case name == "log" && len(args) == 1:
		return "LOG(E(), " + parts[0] + ")"
	case name == "if" && len(args) == 3:
		return "(IF(" + strings.Join(parts, ", ") + "))"
	case name == "like" && len(args) == 2:
		return parts[0] + " LIKE " + parts[1]
	case name == "like" && len(args) == 3:
		return parts[0] + " LIKE " + parts[1] + " ESCAPE '" + parts[2] + "'"
	case name == "rlike" || name == "regexp" || name == "regexp_like":
		return strings.ToUpper(name) + "(" + strings.Join(parts, ", ") + ")"
	case (name == "extract" || name == "datepart") && len(args) == 2:
		return name + "(" + parts[0] + " FROM " + parts[1] + ")"
	case name == "element" && len(args) == 2: // a[b]
		return parts[0] + "[" + parts[1] + "]"
	}
	if shouted[name] && !(len(args) == 2 && (name == "ceil" || name == "floor")) {
		name = strings.ToUpper(name)
	}
	return name + "(" + strings.Join(parts, ", ") + ")"
}

// timeText prints arithmetic with times, which Spark's operators of their own
// print in their own way.
func timeText(op string, args []Node, parts []string) (string, bool) {
	l, r := args[0].Type(), args[1].Type()
	if op == "+" && isInterval(l) && (isTemporal(r.Kind()) || r.Kind() == sqltype.KindString) || op == "+" && sqltype.IsIntegral(l) && r.Kind() == sqltype.KindDate {
		l, r = r, l
		parts = []string{parts[1], parts[0]}
	}
	day := sqltype.Type(sqltype.DayTime{From: sqltype.Day, To: sqltype.Day})
	move, ok := map[string]string{"+": "date_add(", "-": "date_sub("}[op]
	if op == "*" && isInterval(r) && !isInterval(l) {
		l, r = r, l
		parts = []string{parts[1], parts[0]}
	}
	scale, scales := map[string]string{"*": "multiply_interval(", "/": "divide_interval("}[op]
	switch {
	case scales && l.Kind() == sqltype.KindCalendar:
		return scale + parts[0] + ", " + parts[1] + ")", true
	case op == "*" && isInterval(l):
		return "(" + parts[0] + " * " + parts[1] + ")", true
	case !ok:
	case l.Kind() == sqltype.KindDate && sqltype.IsIntegral(r):
		return move + parts[0] + ", " + parts[1] + ")", true
	case l.Kind() == sqltype.KindDate && r == day && op == "-":
		return "date_add(" + parts[0] + ", (- extractansiintervaldays(" + parts[1] + ")))", true
	case l.Kind() == sqltype.KindDate && r == day:
		return move + parts[0] + ", extractansiintervaldays(" + parts[1] + "))", true
	case isInterval(r) && (isTemporal(l.Kind()) || l.Kind() == sqltype.KindString):
		return parts[0] + " " + op + " " + parts[1], true
	}
	return "", false
}

func isInterval(t sqltype.Type) bool {
	k := t.Kind()
	return k == sqltype.KindYearMonth || k == sqltype.KindDayTime || k == sqltype.KindCalendar
}

// shouted are the functions that print in capitals.
var shouted = func() map[string]bool {
	m := map[string]bool{}
	for _, name := range strings.Fields(`acos acosh asin asinh atan atan2 atanh cbrt ceil cos cosh cot csc degrees e exp
		expm1 floor hypot log log10 log1p log2 pi power radians sec signum sin sinh spark_partition_id sqrt tan tanh`) {
		m[name] = true
	}
	return m
}()

func (l *Literal) String() string {
	if l.Value == nil {
		return "NULL"
	}
	switch x := l.Value.(type) {
	case string:
		return x
	case bool:
		return strconv.FormatBool(x)
	case int8:
		return strconv.Itoa(int(x))
	case int16:
		return strconv.Itoa(int(x))
	case int32:
		return strconv.Itoa(int(x))
	case int64:
		return strconv.FormatInt(x, 10)
	case float32:
		return string(render.AppendFloat(nil, float64(x), 32))
	case float64:
		return string(render.AppendFloat(nil, x, 64))
	case decimal.Decimal:
		return string(decimal.AppendScientific(nil, x.Unscaled, x.Scale))
	case []byte:
		return "X'" + strings.ToUpper(hexOf(x)) + "'"
	}
	return l.typed()
}

func hexOf(b []byte) string {
	const digits = "0123456789abcdef"
	out := make([]byte, 0, 2*len(b))
	for _, c := range b {
		out = append(out, digits[c>>4], digits[c&15])
	}
	return string(out)
}

// typed prints a literal as TYPE 'text'.
func (l *Literal) typed() string {
	text := l.text()
	switch l.T.Kind() {
	case sqltype.KindDate:
		return "DATE '" + text + "'"
	case sqltype.KindTimestamp:
		if l.Text != "" { // in the session's zone
			return l.Text
		}
		return "TIMESTAMP '" + text + "'"
	case sqltype.KindTimestampNTZ:
		return "TIMESTAMP_NTZ '" + text + "'"
	case sqltype.KindCalendar:
		return "INTERVAL '" + text + "'"
	}
	return text
}

// text prints the value as a cast to string does.
func (l *Literal) text() string {
	v, err := l.Vector()
	if err != nil {
		return err.Error()
	}
	p := render.Printer{Plain: true}
	return string(p.Append(nil, v, 0))
}
