package topology

// JoinTable gives each event of a stream the row of a table with its key: the
// last event of table with that key that has come so far, whatever the time of
// either. Both are by Fields. A row is gone when its event has a method Deleted()
// bool that says so. The join is an InnerJoin or a LeftJoin.
//
// The watermark is the lesser of both: give a table that rarely changes IdleAfter.
func JoinTable[L, R any](stream Stream[L], table Stream[R], name string, kind Join, settings ...Setting) Stream[Joined[L, R]] {
	checkKeys(stream, table, name)
	checkStreamTable(stream.job, name, kind)
	return Connect(stream, table, name, func() *tableJoin[L, R] { return &tableJoin[L, R]{kind: kind} }, settings...)
}

func checkStreamTable(j *Job, name string, kind Join) {
	if kind.keepsRight() {
		j.mistake("%q: a row of a table waits for no event, so a %s of stream and table cannot be; use JoinTables", name, kind)
	}
}

type tableJoin[L, R any] struct {
	kind Join
	row  *Value[R]
}

func (t *tableJoin[L, R]) Setup(ctx *Context) error {
	t.row = NewValue[R](ctx, "row")
	return nil
}

func (t *tableJoin[L, R]) ApplyLeft(_ *Context, v L, out *Emitter[Joined[L, R]]) error {
	row, ok := t.row.Get()
	if t.kind.has(true, ok) {
		out.Emit(Joined[L, R]{v, row, true, ok})
	}
	return nil
}

func (t *tableJoin[L, R]) ApplyRight(_ *Context, v R, _ *Emitter[Joined[L, R]]) error {
	if deleted(v) {
		t.row.Clear()
	} else {
		t.row.Set(v)
	}
	return nil
}

// JoinBroadcast is JoinTable with a table that every instance has as a whole: the
// stream may have any grouping, or none, so it stays where it is. A table that is
// large, or changes often, is better shared out, by JoinTable.
//
// Each instance has a copy in its state; a checkpoint keeps that of the first one,
// for any number of instances to go on with.
func JoinBroadcast[L, R any, K comparable](stream Stream[L], key func(L) K, table Stream[R], rowKey func(R) K, name string, kind Join, settings ...Setting) Stream[Joined[L, R]] {
	checkStreamTable(stream.job, name, kind)
	each := func(c *component) { c.state = copied }
	return Connect(stream, All(table), name, func() *broadcastJoin[L, R, K] {
		return &broadcastJoin[L, R, K]{kind: kind, key: key, rowKey: rowKey}
	}, with(settings, each, needs(key != nil, rowKey != nil))...)
}

type broadcastJoin[L, R any, K comparable] struct {
	kind   Join
	key    func(L) K
	rowKey func(R) K
	rows   *Map[K, R]
}

func (b *broadcastJoin[L, R, K]) Setup(ctx *Context) error {
	b.rows = NewMap[K, R](ctx, "rows")
	return nil
}

func (b *broadcastJoin[L, R, K]) ApplyLeft(ctx *Context, v L, out *Emitter[Joined[L, R]]) error {
	ctx.keyed, ctx.stale = ctx.focusOwn, true // the table is the instance's, whatever the stream's key
	row, ok := b.rows.Get(b.key(v))
	if b.kind.has(true, ok) {
		out.Emit(Joined[L, R]{v, row, true, ok})
	}
	return nil
}

func (b *broadcastJoin[L, R, K]) ApplyRight(_ *Context, v R, _ *Emitter[Joined[L, R]]) error {
	if deleted(v) {
		b.rows.Delete(b.rowKey(v))
	} else {
		b.rows.Set(b.rowKey(v), v)
	}
	return nil
}
