package expr_test

import (
	"testing"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/fn"
	"github.com/spatestream/spate/sqltype"
)

// Small constants become literals; large ones, and what fails, stay calls and are
// not computed again.
func TestFoldSmall(t *testing.T) {
	repeat, _ := fn.Lookup("repeat")
	for n, folded := range map[int32]bool{10: true, 2_000_000: false, 2_000_000_000: false} {
		args := []expr.Node{expr.Lit("x", sqltype.String), expr.Lit(n, sqltype.Int)}
		s, err := repeat.Scalar.Resolve(&expr.Session{ANSI: true}, []expr.Arg{{Type: sqltype.String}, {Type: sqltype.Int}})
		if err != nil {
			t.Fatal(err)
		}
		call := &expr.Call{Fn: repeat.Scalar, Args: args, Sig: s}
		calls := expr.Calls{}
		_, literal := calls.FoldSmall(call, &expr.Context{ANSI: true}).(*expr.Literal)
		if literal != folded || calls[call] == folded {
			t.Errorf("repeat %d times: literal %v, noted %v", n, literal, calls[call])
		}
	}
}
