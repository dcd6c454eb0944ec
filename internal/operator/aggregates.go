package operator

import (
	"errors"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/sqltype"
)

// AggregateCall is an aggregate function applied to operands that already have
// the types of its signature.
type AggregateCall struct {
	Name   string // of the result column
	Sig    expr.AggregateSignature
	Args   []expr.Node
	Filter expr.Node // FILTER (WHERE ...), nil for none
}

// aggregates are the calls of one operator and where their state lies in the
// value columns of its table.
type aggregates struct {
	calls  []aggregate
	fields []sqltype.Field // of the state, in order of the calls
	sel    []uint16
	rows   []uint32
}

type aggregate struct {
	expr.Aggregate
	result   sqltype.Field
	first, n int // state columns [first, first+n)
	args     columns
	flat     []*columnar.Vector // buffers for operands that are dictionaries
	filter   expr.Evaluator
}

// openAggregates makes the calls; only the first stage evaluates operands.
func openAggregates(list []AggregateCall, c *expr.Context, operands bool) (*aggregates, error) {
	a := &aggregates{}
	for _, call := range list {
		impl, err := call.Sig.Make(c)
		if err != nil {
			return nil, err
		}
		fields := impl.State().Fields
		g := aggregate{Aggregate: impl, first: len(a.fields), n: len(fields)}
		g.result = sqltype.Field{Name: call.Name, Type: call.Sig.Result, Nullable: call.Sig.Nullable}
		if operands {
			if g.args, err = compile(call.Args, c); err != nil {
				return nil, err
			}
			if call.Filter != nil {
				if g.filter, err = expr.Compile(call.Filter, c); err != nil {
					return nil, err
				}
				a.sel, a.rows = make([]uint16, columnar.MaxRows), make([]uint32, columnar.MaxRows)
			}
		}
		a.calls, a.fields = append(a.calls, g), append(a.fields, fields...)
	}
	return a, nil
}

// update adds the rows sel (nil: all) of b to the groups ids, one a row.
func (a *aggregates) update(state []*columnar.Vector, ids []store.RowID, b *columnar.Batch, sel []uint16) error {
	for i := range a.calls {
		c := &a.calls[i]
		s, r := sel, ids
		if c.filter != nil {
			v, err := c.filter.Eval(b, sel)
			if err != nil {
				return err
			}
			if s, r = a.narrow(v, sel, ids, b.Len); len(s) == 0 {
				continue
			}
		}
		if err := c.add(state[c.first:c.first+c.n], r, b, s); err != nil {
			return err
		}
	}
	return nil
}

// undict replaces dictionaries among the operands, which aggregates do not know.
func (g *aggregate) undict(args []*columnar.Vector) {
	for i, v := range args {
		if v.Dict == nil {
			continue
		}
		if g.flat == nil {
			g.flat = make([]*columnar.Vector, len(args))
		}
		if g.flat[i] == nil {
			g.flat[i] = columnar.New(v.Type)
		}
		args[i] = expr.Undict(v, g.flat[i])
	}
}

// add is update of one call; rows whose operands are too large together are
// added by halves.
func (g *aggregate) add(state []*columnar.Vector, ids []store.RowID, b *columnar.Batch, sel []uint16) error {
	args, err := g.args.eval(b, sel)
	switch {
	case err == nil:
		g.undict(args)
		return g.Update(state, ids, args, sel)
	case len(ids) < 2 || !errors.Is(err, expr.ErrTooLarge):
		return err
	case sel == nil:
		sel = columnar.All(b.Len)
	}
	half := len(ids) / 2
	if err := g.add(state, ids[:half], b, sel[:half]); err != nil {
		return err
	}
	return g.add(state, ids[half:], b, sel[half:])
}

// narrow keeps the rows, with their groups, for which v is true.
func (a *aggregates) narrow(v *columnar.Vector, sel []uint16, ids []store.RowID, n int) ([]uint16, []store.RowID) {
	if sel == nil {
		sel = columnar.All(n)
	}
	if v.Dict != nil {
		v = v.Flat(nil)
	}
	k := 0
	for i, r := range sel {
		a.sel[k], a.rows[k] = r, ids[i]
		if !v.IsNull(int(r)) && columnar.At[uint8](v, int(r)) != 0 {
			k++
		}
	}
	return a.sel[:k], a.rows[:k]
}

// merge adds the partial results in the rows sel of the columns from.
func (a *aggregates) merge(state []*columnar.Vector, ids []store.RowID, from []*columnar.Vector, sel []uint16) error {
	for i := range a.calls {
		c := &a.calls[i]
		if err := c.Merge(state[c.first:c.first+c.n], ids, from[c.first:c.first+c.n], sel); err != nil {
			return err
		}
	}
	return nil
}

// finish appends the results of the groups ids to the vectors out.
func (a *aggregates) finish(state []*columnar.Vector, ids []store.RowID, out []*columnar.Vector) error {
	for i := range a.calls {
		c := &a.calls[i]
		if err := c.Result(state[c.first:c.first+c.n], ids, out[i]); err != nil {
			return err
		}
	}
	return nil
}
