package operator

import (
	"errors"
	"fmt"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
)

// Rows whose values are too large together are tried in ever smaller parts; a
// row that is too large alone is the error, as is every other one.
func TestHalves(t *testing.T) {
	limit, done := 2, []uint16{}
	var push func(b *columnar.Batch) error
	push = func(b *columnar.Batch) error {
		if len(selected(b)) > limit {
			return halves(b, fmt.Errorf("too large: %w", expr.ErrTooLarge), push)
		}
		done = append(done, selected(b)...)
		return nil
	}
	b := numbered(1, 2, 3, 4, 5, 6, 7)
	if err := push(b); err != nil || fmt.Sprint(done) != "[0 1 2 3 4 5 6]" || b.Sel != nil {
		t.Errorf("got %v, %v, selection %v", done, err, b.Sel)
	}
	limit = 0
	if err := push(b); !errors.Is(err, expr.ErrTooLarge) {
		t.Errorf("got %v", err)
	}
	other := errors.New("other")
	if err := halves(b, other, push); err != other {
		t.Errorf("got %v", err)
	}
}
