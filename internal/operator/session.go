package operator

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

// Session is aggregation by session windows. Its input is what a Partial by
// the keys and the session emits: keys, session, state columns. Sessions of a
// key that overlap or touch become one. It emits the keys, the session and the
// results: in Append mode when the watermark passes the session's end, in
// Complete mode all each epoch, in a Batch when the input ends. A row is late
// if its own session, before any merging, has ended.
type Session struct {
	Keys    []expr.Node // over the input, without the session
	Session expr.Node   // struct of start and end, over the input
	States  int         // ordinal of the first state column of the input
	Calls   []AggregateCall
	Mode    Mode
	Table   string

	keeper
	groups
	agg     *aggregates
	session expr.Evaluator
	out     *columnar.Batch
	touched rowSet
	other   []*columnar.Vector // state of a session about to be merged
	merged  []store.RowID
	one     [1]store.RowID
	row     [1]uint16
}

// SessionOut is the schema a Session emits.
func SessionOut(keys []expr.Node, session expr.Node, calls []AggregateCall) *sqltype.Struct {
	return FinalOut(append(append([]expr.Node(nil), keys...), session), calls)
}

// Open implements task.Operator.
func (s *Session) Open(c *task.Context) (err error) {
	if s.agg, err = openAggregates(s.Calls, &c.Params.Expr, false); err != nil {
		return err
	}
	if s.session, err = expr.Compile(s.Session, &c.Params.Expr); err != nil {
		return err
	}
	spec := store.Spec{Name: s.Table, Multi: true, Value: sqltype.NewStruct(append([]sqltype.Field{
		{Name: "start", Type: sqltype.Timestamp}, {Name: "end", Type: sqltype.Timestamp}}, s.agg.fields...)...)}
	if s.Mode != Batch {
		var end expr.Node
		if s.Mode == Append {
			spec.Expiry = store.OfRow
			end = &expr.Field{Arg: s.Session, Ordinal: 1, Name: "end"}
		}
		if err := s.keeper.open(c, "sessionWindowStateStoreSaveExec", end); err != nil {
			return err
		}
	}
	if s.groups, err = openGroups(s.Keys, spec, s.Mode != Batch, c); err != nil {
		return err
	}
	for _, f := range s.agg.fields {
		s.other = append(s.other, columnar.New(f.Type))
	}
	s.out = columnar.NewBatch(SessionOut(s.Keys, s.Session, s.Calls))
	return nil
}

// Push implements task.Operator.
func (s *Session) Push(_ int, b *columnar.Batch, out task.Out) error {
	sel, due, err := s.admit(b, out)
	if err != nil || sel != nil && len(sel) == 0 {
		return err
	}
	if sel == nil {
		sel = columnar.All(b.Len)
	}
	v, err := s.session.Eval(b, sel)
	if err != nil {
		return err
	}
	k, err := s.keysOf(b, sel, due)
	if err != nil {
		return err
	}
	for _, r := range sel {
		if err := s.add(k, v, b.Cols[s.States:], r); err != nil {
			return err
		}
	}
	return nil
}

// add merges the session of row r and its state into those of its key.
func (s *Session) add(k store.Keys, v *columnar.Vector, states []*columnar.Vector, r uint16) error {
	start, end := timeAt(v.Child[0], v.Row(int(r))), timeAt(v.Child[1], v.Row(int(r)))
	s.row[0] = r
	k.Sel = s.row[:]
	id, err := s.overlapping(k, start, end)
	if err != nil {
		return err
	}
	fresh := id == store.NoRow
	if fresh {
		if err := s.table.Append(k, s.one[:]); err != nil {
			return err
		}
		id = s.one[0]
	}
	s.one[0] = id
	s.touch()
	state := s.columns()
	starts, ends := columnar.Slice[eventtime.Time](state[0]), columnar.Slice[eventtime.Time](state[1])
	if fresh {
		starts[id], ends[id] = start, end
	}
	starts[id], ends[id] = min(starts[id], start), max(ends[id], end)
	for _, m := range s.merged {
		if err := s.absorb(state, id, m); err != nil {
			return err
		}
	}
	if s.Mode == Append {
		due := [1]eventtime.Time{ends[id]}
		s.table.SetExpiry(s.one[:], due[:])
	}
	return s.agg.merge(state[2:], s.one[:], states, s.row[:])
}

// overlapping returns the first session of the key that overlaps or touches
// [start, end), or NoRow; further ones are left in s.merged.
func (s *Session) overlapping(k store.Keys, start, end eventtime.Time) (store.RowID, error) {
	s.merged = s.merged[:0]
	if err := s.table.Find(k, s.one[:]); err != nil {
		return store.NoRow, err
	}
	first := store.NoRow
	if s.one[0] == store.NoRow {
		return first, nil
	}
	starts, ends := columnar.Slice[eventtime.Time](s.table.Column(0)), columnar.Slice[eventtime.Time](s.table.Column(1))
	for id := s.one[0]; id != store.NoRow; id = s.table.Next(id) {
		switch {
		case starts[id] > end || start > ends[id]:
		case first == store.NoRow:
			first = id
		default:
			s.merged = append(s.merged, id)
		}
	}
	return first, nil
}

// absorb merges session m into session id and deletes it.
func (s *Session) absorb(state []*columnar.Vector, id, m store.RowID) error {
	starts, ends := columnar.Slice[eventtime.Time](state[0]), columnar.Slice[eventtime.Time](state[1])
	starts[id], ends[id] = min(starts[id], starts[m]), max(ends[id], ends[m])
	gone := [1]store.RowID{m}
	for i, v := range s.other {
		v.Resize(0)
		v.AppendIDs(state[2+i], gone[:])
	}
	if err := s.agg.merge(state[2:], s.one[:], s.other, nil); err != nil {
		return err
	}
	s.table.Delete(gone[:])
	if s.Mode != Batch {
		s.counts().Removed++
	}
	return nil
}

func (s *Session) touch() {
	if s.Mode != Batch {
		s.table.Touch(s.touched.add(s.one[:]))
	}
}

// End implements task.Ender.
func (s *Session) End(_ int, out task.Out) error {
	if s.Mode != Batch {
		return nil
	}
	err := s.table.All(func(ids []store.RowID) error { return s.emit(ids, out) })
	s.table.Clear()
	return err
}

// Advance implements task.Advancer.
func (s *Session) Advance(w eventtime.Watermark, out task.Out) error {
	s.held = w
	if s.Mode != Append {
		return nil
	}
	return s.table.Expire(w, func(ids []store.RowID) error {
		s.counts().Removed += int64(len(ids))
		return s.emit(ids, out)
	})
}

// Flush implements task.Flusher.
func (s *Session) Flush(out task.Out) error {
	if s.Mode == Batch {
		return nil
	}
	var err error
	if s.Mode == Complete {
		err = s.table.All(func(ids []store.RowID) error { return s.emit(ids, out) })
	}
	s.counts().Updated += int64(len(s.touched.ids))
	s.counts().Rows = int64(s.table.Rows())
	s.touched.clear()
	return err
}

func (s *Session) emit(ids []store.RowID, out task.Out) error {
	s.out.Reset()
	k := len(s.Keys)
	for i := range s.Keys {
		s.out.Cols[i].AppendIDs(s.table.Key(i), ids)
	}
	state := s.columns()
	s.out.Cols[k].Child[0].AppendIDs(state[0], ids)
	s.out.Cols[k].Child[1].AppendIDs(state[1], ids)
	s.out.Cols[k].Len = len(ids)
	if err := s.agg.finish(state[2:], ids, s.out.Cols[k+1:]); err != nil {
		return err
	}
	s.out.Len = len(ids)
	return out.Emit(s.out)
}

// Wants implements task.Wanter.
func (s *Session) Wants(w eventtime.Watermark) bool { return s.Mode == Append && w > s.held }

// Close implements task.Operator.
func (s *Session) Close() error { return s.release() }
