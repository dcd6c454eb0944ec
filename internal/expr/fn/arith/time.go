package arith

import (
	"strconv"

	"github.com/spatestream/spate/internal/expr"
)

func timeSignature(*expr.Session, string, op, mode, []expr.Arg) (expr.Signature, bool, error) {
	return expr.Signature{}, false, nil
}

func itoa(n int32) string { return strconv.Itoa(int(n)) }
