package spate

import (
	"errors"
	"fmt"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sqltype"
)

// TestHeldPieces reads any range of rows that are partly on disk.
func TestHeldPieces(t *testing.T) {
	schema := sqltype.NewStruct(sqltype.Field{Name: "n", Type: sqltype.Long})
	h := newHeldRows(schema, func() (memory.Space, error) { return memory.NewSpace(vfs.OS(1), t.TempDir()), nil })
	next := int64(0)
	for i := range 3 {
		for k := range 3 {
			b := columnar.NewBatch(schema)
			for range 2 + i + k {
				columnar.AppendFixed(b.Cols[0], next)
				next++
				b.Len++
			}
			if err := h.task(i).own(b); err != nil {
				t.Fatal(err)
			}
			if k == i {
				if err := h.task(i).spill(); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	all, total := h.pieces()
	if int64(total) != next {
		t.Fatalf("%d rows, want %d", total, next)
	}
	for lo := range total {
		for hi := lo; hi <= total; hi++ {
			want := lo
			err := h.visit(all, lo, hi, func(b *columnar.Batch, from, to int) error {
				for k := from; k < to; k++ {
					if got := columnar.Slice[int64](b.Cols[0])[k]; got != int64(want) {
						return fmt.Errorf("row %d is %d", want, got)
					}
					want++
				}
				return nil
			})
			if err != nil || want != hi {
				t.Fatalf("rows %d to %d: ended at %d: %v", lo, hi, want, err)
			}
		}
	}
	if err := errors.Join(h.close(), h.close()); err != nil {
		t.Error(err)
	}
}
