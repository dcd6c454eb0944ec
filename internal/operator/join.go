package operator

import (
	"errors"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// JoinType is the kind of a join.
type JoinType uint8

// The join types. Semi, anti and existence joins emit left columns only;
// Existence adds whether there was a match.
const (
	Inner JoinType = iota
	LeftOuter
	RightOuter
	FullOuter
	LeftSemi
	LeftAnti
	Existence
)

// Join is the hash join, and without keys the nested loop join, of relations
// that an epoch reads whole: batch joins and those of a stream with a static
// side. Streams are joined by StreamJoin.
//
// Inputs are pushed in order: input 0 is built, input 1 probes. BuildLeft says
// which side input 0 is; semi, anti and existence joins build the right one. A
// side whose unmatched rows are emitted must not be built by several tasks from
// a broadcast. The output is the left columns, then the right ones. A built side
// with keys that does not fit in memory spills, and the probing one after it.
type Join struct {
	Type        JoinType
	BuildLeft   bool
	Left, Right *sqltype.Struct
	// Keys of either side over its own columns, of equal types; none: every
	// pair of rows is tried.
	LeftKeys, RightKeys []expr.Node
	NullSafe            []bool    // by key: null equals null (<=>)
	Condition           expr.Node // over left columns, then right columns; nil for none
	// NullAware makes LeftAnti NOT IN: a null on the right lets nothing pass,
	// a null on the left passes only if the right is empty. One key, no
	// condition, and every task sees the whole right side.
	NullAware bool
	// AtMostOne: a left row that matches twice is an error, as of a scalar
	// subquery that gives more than one row. Of LeftOuter joins that build the
	// right side.
	AtMostOne bool

	build  builder
	over   overflow
	probe  prober
	params *task.Params
	epoch  store.Epoch // of the rows built
}

// JoinOut is the schema of a join's output.
func JoinOut(t JoinType, left, right *sqltype.Struct) *sqltype.Struct {
	var fields []sqltype.Field
	fields = append(fields, nullable(left.Fields, t == RightOuter || t == FullOuter)...)
	switch t {
	case LeftSemi, LeftAnti:
	case Existence:
		fields = append(fields, sqltype.Field{Name: "exists", Type: sqltype.Boolean})
	default:
		fields = append(fields, nullable(right.Fields, t == LeftOuter || t == FullOuter)...)
	}
	return sqltype.NewStruct(fields...)
}

func nullable(fields []sqltype.Field, all bool) []sqltype.Field {
	out := append([]sqltype.Field(nil), fields...)
	for i := range out {
		out[i].Nullable = out[i].Nullable || all
	}
	return out
}

// Open implements task.Operator.
func (j *Join) Open(c *task.Context) error {
	if j.BuildLeft && (j.Type == Existence || j.NullAware) {
		return sparkerr.Internalf("an existence join, and NOT IN, cannot build the left side")
	}
	j.params, j.epoch = c.Params, c.Params.Epoch
	side, keys, other := j.Right, j.RightKeys, j.LeftKeys
	if j.BuildLeft {
		side, keys, other = j.Left, j.LeftKeys, j.RightKeys
	}
	j.build.over, j.build.building = &j.over, true
	if err := j.build.open(side, keys, j.NullSafe, j.keeps(j.BuildLeft), c); err != nil {
		return err
	}
	if err := j.over.open(j, c); err != nil {
		return err
	}
	return j.probe.open(j, other, c)
}

// turned reports whether it is built rows that a semi or anti join emits.
func (j *Join) turned() bool { return j.BuildLeft && (j.Type == LeftSemi || j.Type == LeftAnti) }

// keeps reports whether rows of the left (right) side are emitted by whether
// they have matched: unmatched ones with nulls for the other side, or those that
// a turned join asks for.
func (j *Join) keeps(left bool) bool {
	return left && j.turned() || j.Type == FullOuter || left && j.Type == LeftOuter || !left && j.Type == RightOuter
}

// Push implements task.Operator.
func (j *Join) Push(in int, b *columnar.Batch, out task.Out) error {
	if e := j.params.Epoch; e != j.epoch {
		j.epoch = e
		if err := j.build.clear(); err != nil {
			return err
		}
	}
	if in == 0 {
		return j.build.add(b)
	}
	j.build.building = false
	if j.over.on() {
		return j.hold(b)
	}
	return j.probe.push(b, out)
}

// End implements task.Ender.
func (j *Join) End(in int, out task.Out) error {
	if in == 0 {
		return nil
	}
	return j.finish(out)
}

// Advance implements task.Advancer: an epoch's rows are over. The built side
// stays until the next epoch's first row, since what stands before the join may
// still emit at its Flush.
func (j *Join) Advance(_ eventtime.Watermark, out task.Out) error {
	if j.keeps(j.BuildLeft) {
		return j.finish(out)
	}
	return j.Flush(out)
}

// Flush implements task.Flusher: it joins what waits on disk.
func (j *Join) Flush(out task.Out) error {
	if !j.over.on() {
		return nil
	}
	return j.drain(out)
}

// finish emits the rows of the built side that found no match and drops it.
func (j *Join) finish(out task.Out) error {
	if err := j.Flush(out); err != nil {
		return err
	}
	if j.keeps(j.BuildLeft) && !j.over.on() {
		if err := j.probe.unmatchedBuilt(out); err != nil {
			return err
		}
	}
	return j.build.clear()
}

// Close implements task.Operator.
func (j *Join) Close() error { return errors.Join(j.over.release(j), j.build.release()) }
