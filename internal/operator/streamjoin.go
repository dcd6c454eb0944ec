package operator

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// JoinSide is one input of a StreamJoin; its expressions are over the side's
// own columns.
type JoinSide struct {
	Schema *sqltype.Struct
	Keys   []expr.Node
	// Time is the event time by which rows are late; nil without a watermark.
	Time expr.Node
	// Due plus Shift is when a row can match nothing any more: the event time
	// among the keys (Shift 0), or a bound from a range condition ("left <=
	// right + 1 hour" and right's watermark let a right row go at right + 1
	// hour + 1 ms). nil: rows are kept for ever.
	Due   expr.Node
	Shift eventtime.Duration
	// Only is what a row must meet by itself to match anything; one that does
	// not is never kept. nil: nothing.
	Only expr.Node
}

// StreamJoin joins two streams: input 0 is the left one and is pushed whole
// before the right one. Each side's rows are kept until the watermark passes
// when they are due; a right row that the epoch would let go at once is not
// kept, unless it may have to be emitted with nulls. Unmatched rows of an outer join
// are emitted with nulls when they go, and at once if they do not meet Only; a
// left row of a semi join goes when it has been emitted. Inner, outer and left semi joins; rows
// with a null key match nothing.
type StreamJoin struct {
	Type        JoinType
	Left, Right JoinSide
	NullSafe    []bool    // by key: null equals null
	Condition   expr.Node // over left columns, then right columns; nil for none
	Table       string    // names of the tables begin with it, unique in the stage

	sides     [2]side
	params    *task.Params
	condition expr.Evaluator
	held      eventtime.Watermark
	stats     *task.Stats
	slot      int
	out       *sqltype.Struct
	pairs     *columnar.Batch
	probes    []uint16
	others    []store.RowID
	passed    []uint16
	matched   columnar.Bitmap
	once      []store.RowID
	gone      []store.RowID   // left rows of a semi join that have matched
	wide      *columnar.Batch // rows on their way out beside nulls
	appended  int64
}

// side is one side under way.
type side struct {
	keeper
	groups
	width  int // columns of the side; one more value column says "matched"
	keeps  bool
	only   expr.Evaluator // nil: every row may match
	may    []uint16       // rows of the batch that do
	alone  []uint16       // and that may not
	until  expr.Evaluator // when a row goes, without the shift; nil: never
	shift  eventtime.Time
	ends   []eventtime.Time
	linked []uint16
	stored []uint16
}

// Open implements task.Operator.
func (j *StreamJoin) Open(c *task.Context) error {
	if j.Type >= LeftAnti {
		return sparkerr.Internalf("streams cannot be joined by an anti or existence join")
	}
	j.params, j.stats, j.slot = c.Params, c.Stats, c.Stats.Operator("symmetricHashJoin")
	for i, s := range []JoinSide{j.Left, j.Right} {
		if err := j.sides[i].open(c, s, j.Table+[]string{".left", ".right"}[i], j.slot); err != nil {
			return err
		}
	}
	j.sides[0].keeps = j.Type == LeftOuter || j.Type == FullOuter
	j.sides[1].keeps = j.Type == RightOuter || j.Type == FullOuter
	j.out = JoinOut(j.Type, j.Left.Schema, j.Right.Schema)
	both := append(append([]sqltype.Field(nil), j.Left.Schema.Fields...), j.Right.Schema.Fields...)
	j.pairs, j.wide = columnar.NewBatch(sqltype.NewStruct(both...)), columnar.NewBatch(j.out)
	if j.Type != LeftSemi {
		j.pairs.Schema = j.out
	}
	j.passed = make([]uint16, columnar.MaxRows)
	j.matched = columnar.NewBitmap(columnar.MaxRows)
	if j.Condition == nil {
		return nil
	}
	var err error
	j.condition, err = expr.Compile(j.Condition, &c.Params.Expr)
	return err
}

func (s *side) open(c *task.Context, of JoinSide, table string, slot int) (err error) {
	s.stats, s.slot = c.Stats, slot
	if of.Time != nil {
		if err := s.clock(c, of.Time); err != nil {
			return err
		}
	}
	if of.Only != nil {
		if s.only, err = expr.Compile(of.Only, &c.Params.Expr); err != nil {
			return err
		}
	}
	fields := append(append([]sqltype.Field(nil), of.Schema.Fields...), sqltype.Field{Name: "matched", Type: sqltype.Boolean})
	spec := store.Spec{Name: table, Multi: true, Value: sqltype.NewStruct(fields...)}
	if of.Due != nil {
		spec.Expiry, s.shift = store.OfRow, eventtime.Time(of.Shift)
		s.ends = make([]eventtime.Time, columnar.MaxRows)
		if s.until, err = expr.Compile(of.Due, &c.Params.Expr); err != nil {
			return err
		}
	}
	s.width = len(of.Schema.Fields)
	s.linked, s.stored = make([]uint16, 0, columnar.MaxRows), make([]uint16, 0, columnar.MaxRows)
	s.groups, err = openGroups(of.Keys, spec, true, c)
	return err
}

// Push implements task.Operator.
func (j *StreamJoin) Push(in int, b *columnar.Batch, out task.Out) error {
	own, other := &j.sides[in], &j.sides[1-in]
	sel, _, err := own.admit(b, out)
	if err != nil || sel != nil && len(sel) == 0 {
		return err
	}
	if sel == nil {
		sel = columnar.All(b.Len)
	}
	if own.only != nil {
		if sel, err = j.setAside(in, b, sel, out); err != nil || len(sel) == 0 {
			return err
		}
	}
	k, err := own.keysOf(b, sel, nil)
	if err != nil {
		return err
	}
	clear(j.matched)
	own.linked = withoutNulls(k.Cols, j.NullSafe, sel, own.linked[:0])
	if err := j.probe(in, b, k, other, out); err != nil {
		return err
	}
	if in == 0 && j.Type == LeftSemi {
		if err := j.emitMatched(b, sel, out); err != nil {
			return err
		}
	}
	evict := j.params.Evict
	if in == 0 { // right rows of the epoch are still to come
		evict = eventtime.Watermark(eventtime.Min)
	}
	if err := own.ending(b, sel, evict); err != nil {
		return err
	}
	return j.keep(in, b, k)
}

// setAside emits the rows that can match nothing beside nulls, if unmatched
// rows of the side are output, and returns the others.
func (j *StreamJoin) setAside(in int, b *columnar.Batch, sel []uint16, out task.Out) ([]uint16, error) {
	s := &j.sides[in]
	v, err := s.only.Eval(b, sel)
	if err != nil {
		return nil, err
	}
	s.alone, s.may = s.alone[:0], s.may[:0]
	for _, r := range sel {
		if !v.IsNull(int(r)) && columnar.At[uint8](v, int(r)) != 0 {
			s.may = append(s.may, r)
		} else {
			s.alone = append(s.alone, r)
		}
	}
	if !s.keeps || len(s.alone) == 0 {
		return s.may, nil
	}
	return s.may, j.emitBeside(in, len(s.alone), func(i int, v *columnar.Vector) { v.AppendRows(b.Cols[i], s.alone, 0) }, out)
}

// probe pairs the rows of b that have keys with those kept on the other side.
func (j *StreamJoin) probe(in int, b *columnar.Batch, k store.Keys, other *side, out task.Out) error {
	own := &j.sides[in]
	k.Sel = own.linked
	ids := other.ids[:len(own.linked)]
	if err := other.table.Find(k, ids); err != nil {
		return err
	}
	for i, id := range ids {
		for ; id != store.NoRow; id = other.table.Next(id) {
			if len(j.probes) == columnar.MaxRows {
				if err := j.pair(in, b, other, out); err != nil {
					return err
				}
			}
			j.probes, j.others = append(j.probes, own.linked[i]), append(j.others, id)
		}
	}
	err := j.pair(in, b, other, out)
	if len(j.gone) > 0 {
		other.table.Delete(j.gone)
		other.counts().Removed += int64(len(j.gone))
		j.gone = j.gone[:0]
	}
	return err
}

// pair tests the pairs at hand, marks who matched and emits them.
func (j *StreamJoin) pair(in int, b *columnar.Batch, other *side, out task.Out) error {
	if len(j.probes) == 0 {
		return nil
	}
	j.line(in, b, other)
	passed := columnar.All(len(j.probes))
	if j.condition != nil {
		v, err := j.condition.Eval(j.pairs, nil)
		if err != nil {
			return err
		}
		passed = isTrue(v, nil, len(j.probes), j.passed)
	}
	for _, k := range passed {
		j.matched.Set(int(j.probes[k]))
	}
	fresh := other.mark(j.others, passed, j.once[:0])
	j.once = fresh
	j.probes, j.others = j.probes[:0], j.others[:0]
	switch {
	case len(passed) == 0 || j.Type == LeftSemi && in == 0:
		return nil
	case j.Type == LeftSemi:
		j.gone = append(j.gone, fresh...)
		return j.emitKept(0, fresh, out)
	}
	return under(j.pairs, passed, out.Emit)
}

// line copies the columns of the pairs at hand side by side.
func (j *StreamJoin) line(in int, b *columnar.Batch, other *side) {
	j.pairs.Reset()
	left := j.sides[0].width
	mine, theirs := j.pairs.Cols[:left], j.pairs.Cols[left:]
	if in == 1 {
		mine, theirs = theirs, mine
	}
	for i, v := range mine {
		v.AppendRows(b.Cols[i], j.probes, 0)
	}
	for i, v := range theirs {
		v.AppendIDs(other.table.Column(i), j.others)
	}
	j.pairs.Len = len(j.probes)
}

// mark sets the matched flag of rows and appends to fresh those that had not
// been matched before.
func (s *side) mark(ids []store.RowID, passed []uint16, fresh []store.RowID) []store.RowID {
	flag := columnar.Slice[uint8](s.table.Column(s.width))
	for _, k := range passed {
		id := ids[k]
		if flag[id] == 0 {
			one := [1]store.RowID{id}
			s.table.Touch(one[:])
			flag[id] = 1
			fresh = append(fresh, id)
		}
	}
	return fresh
}

// emitMatched emits the rows of a left semi join that have found a match.
func (j *StreamJoin) emitMatched(b *columnar.Batch, sel []uint16, out task.Out) error {
	j.passed = j.passed[:0]
	for _, r := range sel {
		if j.matched.Get(int(r)) {
			j.passed = append(j.passed, r)
		}
	}
	err := under(b, j.passed, out.Emit)
	j.passed = j.passed[:columnar.MaxRows]
	return err
}

// ending computes when the rows sel of b go, and leaves in s.stored those that
// are kept beyond the epoch that ends with evict, or whose going is output.
func (s *side) ending(b *columnar.Batch, sel []uint16, evict eventtime.Watermark) error {
	s.stored = s.stored[:0]
	if s.until == nil {
		s.stored = append(s.stored, sel...)
		return nil
	}
	v, err := s.until.Eval(b, sel)
	if err != nil {
		return err
	}
	for _, r := range sel {
		s.ends[r] = eventtime.Max
		if !v.IsNull(int(r)) {
			s.ends[r] = timeAt(v, int(r)) + s.shift
		}
		if s.keeps || !evict.Passed(s.ends[r]) {
			s.stored = append(s.stored, r)
		}
	}
	return nil
}

// keep stores rows of b: those that can still match, and on a side whose
// unmatched rows are output also those that cannot.
func (j *StreamJoin) keep(in int, b *columnar.Batch, k store.Keys) error {
	s := &j.sides[in]
	rows := s.stored[:0]
	next := 0
	for _, r := range s.stored {
		for next < len(s.linked) && s.linked[next] < r {
			next++
		}
		linked := next < len(s.linked) && s.linked[next] == r
		if s.keeps || linked && !(j.Type == LeftSemi && in == 0 && j.matched.Get(int(r))) {
			rows = append(rows, r)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	k.Sel = rows
	if s.until != nil {
		k.Due = s.ends[:b.Len]
	}
	ids := s.ids[:len(rows)]
	if err := s.table.Append(k, ids); err != nil {
		return err
	}
	s.table.Touch(ids)
	for c := range s.width {
		s.table.Column(c).SetRows(ids, b.Cols[c], rows)
	}
	flag := columnar.Slice[uint8](s.table.Column(s.width))
	for i, id := range ids {
		flag[id] = uint8(j.matched.Bit(int(rows[i])))
	}
	j.appended += int64(len(ids))
	return nil
}

// emitKept emits kept rows of a side, beside nulls for the other.
func (j *StreamJoin) emitKept(in int, ids []store.RowID, out task.Out) error {
	return chunks(ids, func(ids []store.RowID) error {
		t := j.sides[in].table
		return j.emitBeside(in, len(ids), func(i int, v *columnar.Vector) { v.AppendIDs(t.Column(i), ids) }, out)
	})
}

// emitBeside emits n rows of a side, whose columns fill appends, beside nulls
// for the other side.
func (j *StreamJoin) emitBeside(in, n int, fill func(column int, v *columnar.Vector), out task.Out) error {
	j.wide.Reset()
	first := 0
	if in == 1 {
		first = j.sides[0].width
	}
	for i, v := range j.wide.Cols {
		if i >= first && i < first+j.sides[in].width {
			fill(i-first, v)
			continue
		}
		for range n {
			v.AppendNull()
		}
	}
	j.wide.Len = n
	return out.Emit(j.wide)
}

// Advance implements task.Advancer.
func (j *StreamJoin) Advance(w eventtime.Watermark, out task.Out) error {
	j.Hold(w)
	for in := range j.sides {
		s := &j.sides[in]
		if s.until == nil {
			continue
		}
		err := s.table.Expire(w, func(ids []store.RowID) error {
			s.counts().Removed += int64(len(ids))
			if !s.keeps {
				return nil
			}
			flag := columnar.Slice[uint8](s.table.Column(s.width))
			j.once = j.once[:0]
			for _, id := range ids {
				if flag[id] == 0 {
					j.once = append(j.once, id)
				}
			}
			return j.emitKept(in, j.once, out)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Hold implements task.Holder.
func (j *StreamJoin) Hold(w eventtime.Watermark) {
	j.held, j.sides[0].held, j.sides[1].held = w, w, w
}

// Flush implements task.Flusher.
func (j *StreamJoin) Flush(task.Out) error {
	c := &j.stats.Operators[j.slot]
	c.Rows = int64(j.sides[0].table.Rows() + j.sides[1].table.Rows())
	c.Updated += j.appended
	j.appended = 0
	return nil
}

// Wants implements task.Wanter.
func (j *StreamJoin) Wants(w eventtime.Watermark) bool {
	return (j.sides[0].until != nil || j.sides[1].until != nil) && w > j.held
}

// Delay implements task.Delayer: rows that go are as old as their shift beyond
// the watermark.
func (j *StreamJoin) Delay(w eventtime.Watermark) eventtime.Watermark {
	out := w
	for i := range j.sides {
		if s := &j.sides[i]; s.until != nil && s.shift > 0 {
			out = min(out, w-eventtime.Watermark((s.shift+999)/1000))
		}
	}
	return max(out, min(w, 0))
}

// Close implements task.Operator.
func (j *StreamJoin) Close() error { return nil }
