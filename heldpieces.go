package spate

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/spill"
)

// heldPiece is a batch of held rows: in memory, or a run of a file.
type heldPiece struct {
	rows  int
	batch *columnar.Batch
	file  *spill.File
	run   spill.Run
}

// pieces lists the rows in order, and counts them.
func (h *heldRows) pieces() (all []heldPiece, rows int) {
	for _, t := range h.tasks {
		for i, r := range t.runs {
			all = append(all, heldPiece{rows: t.sizes[i], file: t.file, run: r})
		}
		for _, b := range t.batches {
			all = append(all, heldPiece{rows: b.Len, batch: b})
		}
	}
	for _, p := range all {
		rows += p.rows
	}
	return all, rows
}

// visit calls f with the rows from lo to hi of all: those from from to to of a
// batch that f borrows. It may be called by many at a time.
func (h *heldRows) visit(all []heldPiece, lo, hi int, f func(b *columnar.Batch, from, to int) error) error {
	at := 0
	for _, p := range all {
		from, to := max(lo-at, 0), min(hi-at, p.rows)
		if from < to {
			if err := h.with(p, func(b *columnar.Batch) error { return f(b, from, to) }); err != nil {
				return err
			}
		}
		at += p.rows
	}
	return nil
}

// with calls f with the batch of a piece.
func (h *heldRows) with(p heldPiece, f func(*columnar.Batch) error) error {
	if p.batch != nil {
		return f(p.batch)
	}
	r := p.file.Read(h.schema, []spill.Run{p.run})
	defer r.Close()
	if err := r.Next(); err != nil {
		return err
	}
	return f(r.Batch)
}
