package exec

import (
	"context"
	"io"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/spill"
	"github.com/spatestream/spate/sqltype"
)

// overflow is the memory that the shelves of one writer take and the file they
// go to when there is no more. Writing belongs to the writer's task; once it
// has ended any number of readers may reread.
type overflow struct {
	memory *memory.Account
	space  memory.Space
	held   int64       // bytes taken from memory
	grown  int64       // bytes of full batches
	file   *spill.File // nil until the epoch spills
	schema *sqltype.Struct
}

// account takes memory for the batches filled since the last call, which may
// make the writer spill.
func (o *overflow) account(who string) error {
	n := o.grown - o.held
	if n <= 0 {
		return nil
	}
	if err := o.memory.Grow(n, who); err != nil {
		return err
	}
	o.held += n
	return nil
}

// Spillable implements memory.Spiller.
func (o *overflow) Spillable() int64 { return o.held }

// spill writes a shelf to the file and empties it.
func (o *overflow) spill(s *shelf) error {
	if o.file == nil {
		var err error
		if o.file, err = spill.Create(o.space, "exchange"); err != nil {
			return err
		}
	}
	return s.spill(o.file)
}

// freed gives the memory of all shelves back.
func (o *overflow) freed() {
	o.memory.Shrink(o.held)
	o.held, o.grown = 0, 0
}

// reset removes the file: nobody reads it any more.
func (o *overflow) reset() {
	if o.file != nil {
		o.file.Close() // what cannot be removed goes with the space
		o.file = nil
	}
}

// reread lends what was spilled.
func (o *overflow) reread(ctx context.Context, runs []spill.Run, lend func(*columnar.Batch) error) error {
	if len(runs) == 0 {
		return nil
	}
	r := o.file.Read(o.schema, runs)
	defer r.Close()
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		switch err := r.Next(); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		if err := lend(r.Batch); err != nil {
			return err
		}
	}
}
