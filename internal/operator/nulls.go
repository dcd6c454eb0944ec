package operator

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/sqltype"
)

// noRow in a list of rows stands for a row of nulls.
const noRow = store.NoRow

// nulls is a vector of n nulls.
func nulls(t sqltype.Type, n int) *columnar.Vector {
	v := columnar.New(t)
	v.AppendNull()
	v.Const, v.Len = true, n
	return v
}
