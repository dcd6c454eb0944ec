package topology

import "github.com/spatestream/spate/internal/cells"

// Change is a row of a table of results that is new, or no longer holds.
type Change[T any] struct {
	Value   T
	Retract bool // Value was given before, and holds no longer
}

// Deleted reports whether the row is gone.
func (c Change[T]) Deleted() bool { return c.Retract }

// JoinTables joins two tables: of each the last event with a key is its row, as
// in JoinTable. Whenever either changes, what held before is retracted, and what
// holds now is given.
func JoinTables[L, R any](left Stream[L], right Stream[R], name string, kind Join, settings ...Setting) Stream[Change[Joined[L, R]]] {
	checkKeys(left, right, name)
	return Connect(left, right, name, func() *tablesJoin[L, R] { return &tablesJoin[L, R]{kind: kind} }, with(settings, laidOut(cells.Layout{Join: kind.String() + " of tables"}))...)
}

type tablesJoin[L, R any] struct {
	kind  Join
	left  *Value[L]
	right *Value[R]
}

func (t *tablesJoin[L, R]) Setup(ctx *Context) error {
	t.left, t.right = NewValue[L](ctx, "left"), NewValue[R](ctx, "right")
	return nil
}

// row returns what holds of the key at hand.
func (t *tablesJoin[L, R]) row() (x Joined[L, R]) {
	x.Left, x.HasLeft = t.left.Get()
	x.Right, x.HasRight = t.right.Get()
	return x
}

func (t *tablesJoin[L, R]) ApplyLeft(_ *Context, v L, out *Emitter[Change[Joined[L, R]]]) error {
	before := t.row()
	update(t.left, v)
	t.tell(before, out)
	return nil
}

func (t *tablesJoin[L, R]) ApplyRight(_ *Context, v R, out *Emitter[Change[Joined[L, R]]]) error {
	before := t.row()
	update(t.right, v)
	t.tell(before, out)
	return nil
}

func update[T any](row *Value[T], v T) {
	if deleted(v) {
		row.Clear()
	} else {
		row.Set(v)
	}
}

// tell gives what has changed.
func (t *tablesJoin[L, R]) tell(before Joined[L, R], out *Emitter[Change[Joined[L, R]]]) {
	if t.kind.has(before.HasLeft, before.HasRight) {
		out.Emit(Change[Joined[L, R]]{before, true})
	}
	if now := t.row(); t.kind.has(now.HasLeft, now.HasRight) {
		out.Emit(Change[Joined[L, R]]{now, false})
	}
}
