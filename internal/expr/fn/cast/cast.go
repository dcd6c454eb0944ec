// Package cast is the functions that are named like types: double(x) is
// CAST(x AS DOUBLE).
package cast

import (
	"fmt"
	"strconv"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

var targets = []struct {
	name string
	t    sqltype.Type
}{
	{"boolean", sqltype.Boolean}, {"tinyint", sqltype.Byte}, {"smallint", sqltype.Short}, {"int", sqltype.Int}, {"bigint", sqltype.Long},
	{"float", sqltype.Float}, {"double", sqltype.Double}, {"decimal", sqltype.Decimal{Precision: 10}}, {"date", sqltype.Date},
	{"timestamp", sqltype.Timestamp}, {"binary", sqltype.Binary}, {"string", sqltype.String},
}

// All returns the family.
func All() []*expr.Func {
	out := make([]*expr.Func, len(targets))
	for i, x := range targets {
		out[i] = &expr.Func{Name: x.name, Group: "conversion", Usage: fmt.Sprintf("value as %s, like CAST", x.t), Example: x.name + "('1')",
			Rewrite: func(c *expr.Session, args []expr.Node) (expr.Node, error) { return to(c, x.name, x.t, args) }}
	}
	return out
}

func to(c *expr.Session, name string, t sqltype.Type, args []expr.Node) (expr.Node, error) {
	if len(args) != 1 {
		return nil, sparkerr.New("WRONG_NUM_ARGS.WITHOUT_SUGGESTION", name+" takes one value",
			"functionName", "`"+name+"`", "expectedNum", "1", "actualNum", strconv.Itoa(len(args)), "docroot", "docs")
	}
	if name == "timestamp" && c.NTZDefault {
		t = sqltype.TimestampNTZ
	}
	mode := expr.CastLegacy
	if c.ANSI {
		mode = expr.CastANSI
	}
	n := &expr.Cast{Arg: args[0], T: t, Mode: mode, Zone: c.Zone, Implicit: true} // Spark names double(x) as x
	return n, expr.CheckCast(n)
}
