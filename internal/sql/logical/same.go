package logical

import (
	"fmt"
	"strings"

	"github.com/spatestream/spate/internal/expr"
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
		fmt.Fprintf(b, "agg %s d=%v f=%v", x.Fn.Name, x.Distinct, x.Filter != nil)
	case *Subquery:
		fmt.Fprintf(b, "subquery%p", x)
	case *Alias:
		key(b, x.Arg)
		return
	case *expr.Case, *expr.In:
		fmt.Fprintf(b, "%T", x)
	default:
		fmt.Fprintf(b, "%T:%s:%s", x, x.Type(), x)
	}
	b.WriteByte('(')
	for _, c := range e.Children() {
		key(b, c)
		b.WriteByte(',')
	}
	b.WriteByte(')')
}
