package plan

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/spatestream/spate/sqltype"
)

// Dump prints a tree of relations or statements for tests and debugging: a
// node a line with the fields that are set, its relations indented below.
func Dump(node any) string {
	var b strings.Builder
	dump(&b, reflect.ValueOf(node), 0)
	return b.String()
}

var (
	relationType  = reflect.TypeFor[Relation]()
	statementType = reflect.TypeFor[Statement]()
	exprType      = reflect.TypeFor[Expr]()
	sqlType       = reflect.TypeFor[sqltype.Type]()
)

func dump(b *strings.Builder, v reflect.Value, depth int) {
	v = reflect.Indirect(v)
	b.WriteString(strings.Repeat("  ", depth) + v.Type().Name())
	var below []reflect.Value
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		switch {
		case f.IsZero() && f.Kind() != reflect.Uint8 || name == "Node" || name == "Text" && v.Type() != reflect.TypeFor[Comment]():
		case isTree(f.Type()):
			below = append(below, f.Elem())
		case name == "CTEs" || name == "Inserts" || name == "Children":
			for j := range f.Len() {
				below = append(below, f.Index(j))
			}
		default:
			b.WriteString(" " + name + "=" + show(f))
		}
	}
	b.WriteByte('\n')
	for _, c := range below {
		if c.Kind() == reflect.Interface {
			c = c.Elem()
		}
		dump(b, c, depth+1)
	}
}

func isTree(t reflect.Type) bool {
	return t == relationType || t == statementType || t == reflect.TypeFor[*Insert]() || t == reflect.TypeFor[*AutoCDC]()
}

// show prints the value of a field.
func show(v reflect.Value) string {
	switch {
	case v.Type().Implements(exprType) && !v.IsNil():
		return ExprString(v.Interface().(Expr))
	case v.Type().Implements(sqlType):
		return v.Interface().(sqltype.Type).String()
	case v.Type() == reflect.TypeFor[Name]():
		return v.Interface().(Name).String()
	case v.Type() == reflect.TypeFor[SortKey]():
		return v.Interface().(SortKey).String()
	}
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return "nil"
		}
		return show(v.Elem())
	case reflect.Slice:
		parts := make([]string, v.Len())
		for i := range parts {
			parts[i] = show(v.Index(i))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case reflect.Struct:
		return showStruct(v)
	case reflect.String:
		return fmt.Sprintf("%q", v.String())
	}
	return fmt.Sprint(v.Interface())
}

// showStruct prints the fields that are set; kinds always, since their zero
// value is one of them.
func showStruct(v reflect.Value) string {
	var parts []string
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		if name != "Node" && (!f.IsZero() || f.Kind() == reflect.Uint8) {
			parts = append(parts, name+"="+show(f))
		}
	}
	return "{" + strings.Join(parts, " ") + "}"
}

// String prints the key as in ORDER BY.
func (k SortKey) String() string {
	s := "ALL"
	if k.Expr != nil {
		s = ExprString(k.Expr)
	}
	if k.Desc {
		s += " DESC"
	}
	return s + [...]string{"", " NULLS FIRST", " NULLS LAST"}[k.Nulls]
}

// ExprString prints an expression for tests and debugging: calls as
// name(args), whatever the user wrote.
func ExprString(e Expr) string {
	switch x := e.(type) {
	case nil:
		return "nil"
	case *Attribute:
		return Name{Parts: x.Parts}.String() + planID(x.PlanID)
	case *Star:
		return starString(x)
	case *Literal:
		return literalString(x)
	case *Alias:
		return ExprString(x.Child) + " AS " + strings.Join(x.Names, ",")
	case *Cast:
		return [...]string{"cast", "try_cast"}[x.Mode] + "(" + ExprString(x.Child) + " as " + x.Type.String() + ")"
	case *Call:
		return callString(x)
	case *NamedArg:
		return x.Name + " => " + ExprString(x.Value)
	case *Case:
		return caseString(x)
	case *Lambda:
		return "(" + strings.Join(x.Params, ", ") + ") -> " + ExprString(x.Body)
	case *Extract:
		return ExprString(x.Child) + "[" + ExprString(x.Key) + "]"
	case *Subquery:
		return subqueryString(x)
	case *Parameter:
		if x.Name == "" {
			return fmt.Sprintf("?%d", x.Index)
		}
		return ":" + x.Name
	case *Identifier:
		return "IDENTIFIER(" + ExprString(x.Expr) + ")"
	case *DefaultValue:
		return "DEFAULT"
	}
	return reflect.TypeOf(e).Elem().Name() + showStruct(reflect.ValueOf(e).Elem())
}

func planID(id int64) string {
	if id == 0 {
		return ""
	}
	return fmt.Sprintf("#%d", id)
}

func starString(x *Star) string {
	s := Name{Parts: append(x.Target[:len(x.Target):len(x.Target)], "*")}.String()
	s = strings.ReplaceAll(s, "`*`", "*")
	if len(x.Except) > 0 {
		parts := make([]string, len(x.Except))
		for i, p := range x.Except {
			parts[i] = Name{Parts: p}.String()
		}
		s += " EXCEPT (" + strings.Join(parts, ", ") + ")"
	}
	return s + planID(x.PlanID)
}

func literalString(x *Literal) string {
	switch v := x.Value.(type) {
	case nil:
		return "NULL"
	case string:
		if _, decimal := x.Type.(sqltype.Decimal); decimal {
			return v + ":" + x.Type.String()
		}
		if x.Type == sqltype.String {
			return fmt.Sprintf("%q", v)
		}
		return fmt.Sprintf("%s%q", x.Type, v)
	case int32:
		if x.Type == sqltype.Int {
			return fmt.Sprint(v)
		}
	case bool:
		return fmt.Sprint(v)
	case []byte:
		return fmt.Sprintf("X'%X'", v)
	}
	return fmt.Sprintf("%v:%s", x.Value, x.Type)
}

func callString(x *Call) string {
	s := Name{Parts: append(x.Qualifier[:len(x.Qualifier):len(x.Qualifier)], x.Name)}.String()
	if x.Operator {
		s = x.Name
	}
	if x.Ident != nil {
		s = "IDENTIFIER(" + ExprString(x.Ident) + ")"
	}
	s += "("
	if x.Distinct {
		s += "DISTINCT "
	}
	s += exprList(x.Args) + ")"
	if len(x.Within) > 0 {
		s += " WITHIN " + show(reflect.ValueOf(x.Within))
	}
	if x.Filter != nil {
		s += " FILTER " + ExprString(x.Filter)
	}
	if x.IgnoreNulls {
		s += " IGNORE NULLS"
	}
	if x.Over != nil {
		s += " OVER " + showStruct(reflect.ValueOf(*x.Over))
	}
	return s
}

func caseString(x *Case) string {
	s := "CASE"
	for i, w := range x.Whens {
		s += " WHEN " + ExprString(w) + " THEN " + ExprString(x.Thens[i])
	}
	if x.Else != nil {
		s += " ELSE " + ExprString(x.Else)
	}
	return s + " END"
}

func subqueryString(x *Subquery) string {
	s := [...]string{"scalar", "exists", "in", "table"}[x.Kind]
	if len(x.Values) > 0 {
		s += "(" + exprList(x.Values) + ")"
	}
	tree := strings.TrimRight(Dump(x.Query), "\n")
	return s + "{" + strings.Join(strings.Fields(strings.ReplaceAll(tree, "\n", " / ")), " ") + "}"
}

func exprList(es []Expr) string {
	parts := make([]string, len(es))
	for i, e := range es {
		parts[i] = ExprString(e)
	}
	return strings.Join(parts, ", ")
}
