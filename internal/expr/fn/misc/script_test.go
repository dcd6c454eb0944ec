package misc_test

import (
	"testing"

	"github.com/spatestream/spate/internal/expr/exprtest"
)

func TestScript(t *testing.T) { exprtest.Run(t, "testdata/misc.txt") }
