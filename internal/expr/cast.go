package expr

import (
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr/convert"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Type implements Node.
func (c *Cast) Type() sqltype.Type { return c.T }

// Nullable implements Node: whether a cast makes nulls depends on both types;
// the legacy mode and TRY_CAST make them wherever they cannot convert.
func (c *Cast) Nullable() bool {
	if c.Arg.Nullable() || c.Mode == CastTry {
		return true
	}
	return c.Mode == CastLegacy && !neverNull(c.Arg.Type(), c.T)
}

// neverNull reports whether a legacy cast converts every value.
func neverNull(from, to sqltype.Type) bool {
	f, t := from.Kind(), to.Kind()
	switch {
	case f == t && f != sqltype.KindDecimal && f < sqltype.KindArray, t == sqltype.KindString, t == sqltype.KindBinary:
		return true
	case t == sqltype.KindDecimal:
		return f == sqltype.KindDecimal && decimalHolds(to.(sqltype.Decimal), from.(sqltype.Decimal)) ||
			sqltype.IsIntegral(from) && decimalHolds(to.(sqltype.Decimal), decimalOf(from))
	case f == sqltype.KindString:
		return false
	case f == sqltype.KindFloat || f == sqltype.KindDouble:
		return t != sqltype.KindTimestamp
	}
	return f < sqltype.KindArray && f != sqltype.KindNull
}

// Children implements Node.
func (c *Cast) Children() []Node { return []Node{c.Arg} }

// With implements Node.
func (c *Cast) With(children []Node) Node {
	d := *c
	d.Arg = children[0]
	return &d
}

func (c *Cast) String() string {
	if c.Implicit || c.T.Kind() >= sqltype.KindArray { // Spark prints no cast to a nested type
		return c.Arg.String()
	}
	name := "CAST("
	if c.Mode == CastTry {
		name = "TRY_CAST("
	}
	return name + c.Arg.String() + " AS " + strings.ToUpper(c.T.String()) + ")"
}

// now is the time of the batch in micros.
func (c *compiler) now() int64 { return int64(c.ctx.BatchTime) }

// cast compiles a conversion as a call of one operand.
func (c *compiler) cast(n *Cast) (Evaluator, error) {
	from := n.Arg.Type()
	if sqltype.SameShape(from, n.T) || from.Kind() == sqltype.KindString && n.T.Kind() == sqltype.KindString {
		return c.compile(n.Arg)
	}
	f, err := convert.New(from, n.T, convert.Options{Mode: convert.Mode(n.Mode), Zone: n.Zone, Now: c.now})
	if err != nil {
		return nil, at(err, n.Origin)
	}
	kernel := func(_ *Context, args []*columnar.Vector, sel []uint16, rows int, out *columnar.Vector) error {
		return f(args[0], sel, rows, out)
	}
	return c.call(&Call{Fn: castFunc, Args: []Node{n.Arg}, Origin: n.Origin,
		Sig: Signature{Result: n.T, Make: func() Kernel { return kernel }}})
}

var castFunc = &Func{Name: "cast"}

// CheckCast says whether the types and mode of a cast go together:
// DATATYPE_MISMATCH.CAST_*.
func CheckCast(c *Cast) error {
	from, to := SQLName(c.Arg.Type()), SQLName(c.T)
	sub, hint := "CAST_WITHOUT_SUGGESTION", "."
	switch convert.Check(c.Arg.Type(), c.T, convert.Mode(c.Mode)) {
	case convert.Allowed:
		return nil
	case convert.OnlyLegacy:
		sub, hint = "CAST_WITH_CONF_SUGGESTION", " in ANSI mode. Convert by a function, or set spark.sql.ansi.enabled to false."
	case convert.ByFunction:
		sub, hint = "CAST_WITH_FUNC_SUGGESTION", ". Use UNIX_DATE or DATE_FROM_UNIX_DATE."
	}
	explicit := *c
	explicit.Implicit = false
	return sparkerr.New("DATATYPE_MISMATCH."+sub, "Cannot resolve "+Quoted(explicit.String())+": a "+from+" cannot be cast to "+to+hint,
		"sqlExpr", Quoted(explicit.String()), "srcType", from, "targetType", to,
		"config", `"spark.sql.ansi.enabled"`, "configVal", "'false'", "functionNames", castFunction(c))
}

// castFunction names the function to use in place of a cast.
func castFunction(c *Cast) string {
	if c.T.Kind() == sqltype.KindDate {
		return "`DATE_FROM_UNIX_DATE`"
	}
	return "`UNIX_DATE`"
}
