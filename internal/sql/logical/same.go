package logical

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sqltype"
)

// Key returns a text that two expressions share exactly if they compute the
// same from the same columns: how GROUP BY a + 1 finds a + 1 in SELECT.
func Key(e expr.Node) string {
	var b strings.Builder
	key(&b, e)
	return b.String()
}

func key(b *strings.Builder, e expr.Node) {
	switch x := e.(type) {
	case nil:
		b.WriteString("nil")
		return
	case *Attr:
		fmt.Fprintf(b, "#%d", x.ID)
	case *OuterRef:
		fmt.Fprintf(b, "^%d", x.Attr.ID)
	case *expr.Literal:
		fmt.Fprintf(b, "%T(%v):%s", x.Value, x.Value, x.T)
	case *expr.Call:
		fmt.Fprintf(b, "%s:%s", x.Fn.Name, x.Sig.Result)
	case *expr.Cast:
		fmt.Fprintf(b, "cast%d:%s", x.Mode, x.T)
	case *expr.Field:
		fmt.Fprintf(b, "field%d", x.Ordinal)
	case *expr.Logic:
		fmt.Fprintf(b, "or=%v", x.Or)
	case *AggregateCall:
		fmt.Fprintf(b, "agg %s d=%v f=%v %v", x.Fn.Name, x.Distinct, x.Filter != nil, x.Within)
	case *Subquery:
		fmt.Fprintf(b, "subquery%d %s", x.Form, numbered(Explain(x.Plan)))
	case *Alias:
		key(b, x.Arg)
		return
	case *expr.Case, *expr.In:
		fmt.Fprintf(b, "%T", x)
	default:
		fmt.Fprintf(b, "%T:%s:%s", x, x.Type(), x)
	}
	kids := make([]string, len(e.Children()))
	for i, c := range e.Children() {
		kids[i] = Key(c)
	}
	if commutes(e) {
		slices.Sort(kids)
	}
	b.WriteString("(" + strings.Join(kids, ",") + ")")
}

// commutes reports whether the operands may change places.
func commutes(e expr.Node) bool {
	switch x := e.(type) {
	case *expr.Call:
		switch x.Fn.Name {
		case "+", "*", "=", "==", "<=>", "&", "|", "^":
			return len(x.Args) == 2 && sqltype.Equal(x.Args[0].Type(), x.Args[1].Type())
		}
	case *expr.Logic:
		return true
	}
	return false
}

var attrID = regexp.MustCompile(`#\d+`)

// numbered gives the attributes of a plan's text numbers in the order of their
// appearance, so that two analyses of one text agree.
func numbered(plan string) string {
	seen := map[string]string{}
	return attrID.ReplaceAllStringFunc(plan, func(id string) string {
		if seen[id] == "" {
			seen[id] = "#" + strconv.Itoa(len(seen))
		}
		return seen[id]
	})
}
