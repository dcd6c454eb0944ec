package expr

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// ArgsOf describes operands to Resolve.
func ArgsOf(nodes []Node) []Arg {
	args := make([]Arg, len(nodes))
	for i, n := range nodes {
		args[i] = Arg{Type: n.Type(), Nullable: n.Nullable(), Node: n}
		if l, ok := n.(*Literal); ok {
			args[i].Const, args[i].Value = true, l.Value
		}
	}
	return args
}

// NewCall resolves f for the operands: casts them to the types of the
// signature, or rewrites the call.
func NewCall(c *Session, f *Func, nodes []Node, o sparkerr.Origin) (Node, error) {
	if f.Rewrite != nil {
		n, err := f.Rewrite(c, nodes)
		return n, locate(err, o)
	}
	sig, err := f.Resolve(c, ArgsOf(nodes))
	if err != nil {
		return nil, locate(err, o)
	}
	args := make([]Node, len(nodes))
	for i, n := range nodes {
		args[i] = n
		if _, lambda := n.(*Lambda); !lambda && i < len(sig.Args) && sig.Args[i] != nil {
			args[i] = CastTo(n, sig.Args[i], c)
		}
	}
	return &Call{Fn: f, Args: args, Sig: sig, Origin: o}, nil
}

// NewCast is an explicit cast of n, checked.
func NewCast(c *Session, n Node, t sqltype.Type, try bool, o sparkerr.Origin) (Node, error) {
	mode := CastLegacy
	switch {
	case try:
		mode = CastTry
	case c.ANSI:
		mode = CastANSI
	}
	cast := &Cast{Arg: n, T: t, Mode: mode, Zone: c.Zone, Origin: o}
	return cast, locate(CheckCast(cast), o)
}

func locate(err error, o sparkerr.Origin) error {
	if e, ok := err.(*sparkerr.Error); ok && e != nil {
		return e.At(o)
	}
	return err
}

// Nullable reports whether an operand may be null.
func Nullable(args []Arg) bool {
	for _, a := range args {
		if a.Nullable {
			return true
		}
	}
	return false
}

// Quoted prints an expression or type as errors show it: in double quotes.
func Quoted(s string) string { return `"` + s + `"` }

// SQLName prints a type as errors show it: "ARRAY<INT>".
func SQLName(t sqltype.Type) string { return Quoted(sqlName(t)) }

func sqlName(t sqltype.Type) string {
	switch x := t.(type) {
	case *sqltype.Array:
		return "ARRAY<" + sqlName(x.Elem) + ">"
	case *sqltype.Map:
		return "MAP<" + sqlName(x.Key) + ", " + sqlName(x.Value) + ">"
	case *sqltype.Struct:
		parts := make([]string, len(x.Fields))
		for i, f := range x.Fields {
			parts[i] = f.Name + ": " + sqlName(f.Type)
			if !f.Nullable {
				parts[i] += " NOT NULL"
			}
		}
		return "STRUCT<" + strings.Join(parts, ", ") + ">"
	}
	return strings.ToUpper(t.String())
}

// WrongNumArgs is the error of a call with a number of operands no form of
// the function has; expected is how Spark counts them: "2", "[1, 2]", "> 0".
func WrongNumArgs(name, expected string, actual int) error {
	return sparkerr.New("WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
		fmt.Sprintf("The function `%s` takes %s operands, but got %d.", name, expected, actual),
		"functionName", "`"+name+"`", "expectedNum", expected, "actualNum", strconv.Itoa(actual),
		"docroot", "https://spark.apache.org/docs/latest")
}

// Ordinal names operand i (0-based) as Spark does.
func Ordinal(i int) string {
	names := [...]string{"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"}
	if i < len(names) {
		return names[i]
	}
	return strconv.Itoa(i+1) + "th"
}

// UnexpectedInput is the error of an operand of a type the function does not
// take; required names what it takes, as types in double quotes.
func UnexpectedInput(name string, args []Arg, i int, required string) error {
	call := Quoted(CallText(name, nodesOf(args)))
	return sparkerr.New("DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
		fmt.Sprintf("Cannot resolve %s: its %s operand must be %s, but %s has the type %s. Cast it, or take another function.",
			call, Ordinal(i), required, Quoted(args[i].Node.String()), SQLName(args[i].Type)),
		"sqlExpr", call, "paramIndex", Ordinal(i), "requiredType", required,
		"inputSql", Quoted(args[i].Node.String()), "inputType", SQLName(args[i].Type))
}

func nodesOf(args []Arg) []Node {
	nodes := make([]Node, len(args))
	for i, a := range args {
		nodes[i] = a.Node
	}
	return nodes
}

// Mismatch is an error of the class DATATYPE_MISMATCH.sub over the call, which
// is added as parameter sqlExpr.
func Mismatch(sub, name string, args []Arg, message string, kv ...string) error {
	call := Quoted(CallText(name, nodesOf(args)))
	return sparkerr.New("DATATYPE_MISMATCH."+sub, "Cannot resolve "+call+": "+message, append([]string{"sqlExpr", call}, kv...)...)
}

// NewLogic is l AND r, or l OR r: booleans, under ANSI also text beside one.
func NewLogic(c *Session, or bool, l, r Node, o sparkerr.Origin) (Node, error) {
	name := "and"
	if or {
		name = "or"
	}
	t, ok := TightestType(l.Type(), r.Type(), c.ANSI)
	if !ok && c.ANSI {
		t, ok = CommonType(l.Type(), r.Type(), true)
	}
	args := ArgsOf([]Node{l, r})
	switch {
	case ok && t.Kind() == sqltype.KindNull:
		t = sqltype.Boolean
	case ok && (sqltype.SameShape(l.Type(), r.Type()) || l.Type().Kind() == sqltype.KindString || r.Type().Kind() == sqltype.KindString) && t.Kind() != sqltype.KindBoolean:
		return nil, locate(Mismatch("BINARY_OP_WRONG_TYPE", name, args, "it needs booleans, not "+SQLName(t)+".",
			"inputType", `"BOOLEAN"`, "actualDataType", SQLName(t)), o)
	case !ok || t.Kind() != sqltype.KindBoolean:
		return nil, locate(Mismatch("BINARY_OP_DIFF_TYPES", name, args, "it needs booleans. Cast the operands.",
			"left", SQLName(l.Type()), "right", SQLName(r.Type())), o)
	}
	return &Logic{Or: or, Left: CastTo(l, t, c), Right: CastTo(r, t, c)}, nil
}

// NewIn is arg IN (list), all brought to one type, which must have an order.
func NewIn(c *Session, arg Node, list []Node, o sparkerr.Origin) (Node, error) {
	all := append([]Node{arg}, list...)
	types := make([]sqltype.Type, len(all))
	names := make([]string, len(all))
	for i, n := range all {
		types[i], names[i] = n.Type(), SQLName(n.Type())
	}
	t, ok := CommonTypeOf(types, c.ANSI)
	if !ok {
		return nil, locate(Mismatch("DATA_DIFF_TYPES", "in", ArgsOf(all), "the operands have no type in common: "+strings.Join(names, ", ")+".",
			"functionName", "`in`", "dataType", "["+strings.Join(names, ", ")+"]"), o)
	}
	if k := t.Kind(); k == sqltype.KindMap || k == sqltype.KindCalendar {
		return nil, locate(Mismatch("INVALID_ORDERING_TYPE", "in", ArgsOf(all), "values of the type "+SQLName(t)+" cannot be compared.",
			"functionName", "`in`", "dataType", SQLName(t)), o)
	}
	in := &In{Arg: CastTo(arg, t, c)}
	for _, n := range list {
		in.List = append(in.List, CastTo(n, t, c))
	}
	return in, nil
}
