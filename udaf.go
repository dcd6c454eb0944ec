package spate

import (
	"fmt"
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/encoder"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Aggregator is an aggregate function: a buffer for each group, to which values
// are added one by one and other buffers as a whole. Buffers are encoded
// between micro-batches, so that a stream keeps them in its state; code with
// other fields in Buf reads the old ones by name.
//
// In is one column, or a struct that takes as many columns as it has fields, in
// order. Where a column is NULL whose field cannot be nil, the row is skipped.
type Aggregator[In, Buf, Out any] struct {
	Zero   func() Buf            // an empty buffer
	Reduce func(b Buf, x In) Buf // adds a value; may change and return b
	Merge  func(a, b Buf) Buf    // adds a buffer; may change and return a
	Finish func(b Buf) Out       // the result; b is not to be changed
	Name   string                // in column headers; "" is aggregator
}

// UDAF makes an aggregate function of an Aggregator.
func UDAF[In, Buf, Out any](a Aggregator[In, Buf, Out]) *UserFunc {
	var err error
	in, buf, out := parameterOf[In](&err), parameterOf[Buf](&err), parameterOf[Out](&err)
	if err != nil {
		return &UserFunc{err: err}
	}
	dec, err := buf.e.Decoder(buf.e.Type(), buf.e.Nullable())
	if err != nil {
		return &UserFunc{err: err}
	}
	p := placeOf(a.Reduce)
	if p.name = a.Name; a.Name == "" {
		p.name = "aggregator"
	}
	f := &expr.AggregateFunc{Name: strings.ToLower(p.name), Group: "user"}
	f.Resolve = func(_ *expr.Session, args []expr.Arg) (expr.AggregateSignature, error) {
		sig := expr.AggregateSignature{Result: out.e.Type(), Nullable: out.e.Nullable()}
		for _, g := range args {
			sig.Args = append(sig.Args, g.Type)
		}
		if _, err := columnsOf(in.e, p.name, sig.Args); err != nil {
			return sig, err
		}
		sig.Make = func(*expr.Context) (expr.Aggregate, error) {
			r, err := columnsOf(in.e, p.name, sig.Args)
			return &userAggregate[In, Buf, Out]{a: a, p: p, in: r, buf: buf.e, dec: dec, out: out.e, open: map[uint32]*Buf{}}, err
		}
		return sig, nil
	}
	return &UserFunc{name: p.name, fn: f}
}

// inputs reads the operands of an aggregate as In.
type inputs[In any] struct {
	r      *encoder.Reader[In]
	row    *columnar.Vector // the operands as a struct, nil for a single one
	strict []bool           // operands whose NULL skips the row
}

// columnsOf matches operands to In: one to the whole, several to the fields.
func columnsOf[In any](e *encoder.Encoder[In], name string, types []sqltype.Type) (*inputs[In], error) {
	in := &inputs[In]{}
	if len(types) == 1 {
		if r, err := e.Column(types[0]); err == nil {
			in.r, in.strict = r, []bool{!e.Nullable()}
			return in, nil
		}
	}
	fields := e.Schema().Fields
	if len(fields) != len(types) {
		return nil, sparkerr.New("WRONG_NUM_ARGS.WITHOUT_SUGGESTION", fmt.Sprintf("the function %s takes %d arguments, not %d", name, len(fields), len(types)), "functionName", name)
	}
	s := &sqltype.Struct{}
	for i, f := range fields {
		s.Fields = append(s.Fields, sqltype.Field{Name: f.Name, Type: types[i], Nullable: f.Nullable})
		in.strict = append(in.strict, !f.Nullable)
	}
	var err error
	in.r, err = e.Rows(s)
	in.row = &columnar.Vector{Type: s}
	return in, err
}

// userAggregate runs an Aggregator. Its state is one column of encoded buffers;
// empty bytes are the buffer of a fresh group.
type userAggregate[In, Buf, Out any] struct {
	a    Aggregator[In, Buf, Out]
	p    place
	in   *inputs[In]
	buf  *encoder.Encoder[Buf]
	dec  *encoder.Decoder[Buf]
	out  *encoder.Encoder[Out]
	open map[uint32]*Buf // buffers decoded in the call at hand
	row  int
	enc  []byte
}

var bufferSchema = sqltype.NewStruct(sqltype.Field{Name: "buffer", Type: sqltype.Binary})

// State implements expr.Aggregate.
func (u *userAggregate[In, Buf, Out]) State() *sqltype.Struct { return bufferSchema }

// buffer returns the buffer of a group, decoded once a call.
func (u *userAggregate[In, Buf, Out]) buffer(state *columnar.Vector, group uint32) (*Buf, error) {
	if b := u.open[group]; b != nil {
		return b, nil
	}
	b, err := u.decode(state.Text(int(group)))
	u.open[group] = b
	return b, err
}

func (u *userAggregate[In, Buf, Out]) decode(data []byte) (*Buf, error) {
	if len(data) == 0 {
		b := u.a.Zero()
		return &b, nil
	}
	b := new(Buf)
	_, err := u.dec.Decode(data, b)
	return b, err
}

// store encodes the buffers of the call. An encoded buffer is never empty, so it
// is not taken for a fresh group.
func (u *userAggregate[In, Buf, Out]) store(state *columnar.Vector) error {
	for group, b := range u.open {
		var err error
		if u.enc, err = u.buf.AppendBytes(u.enc[:0], b); err != nil {
			return err
		}
		state.SetText(int(group), u.enc)
	}
	clear(u.open)
	return nil
}

// Update implements expr.Aggregate.
func (u *userAggregate[In, Buf, Out]) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	v := args[0]
	if u.in.row != nil {
		v = u.in.row
		v.Child, v.Len = args, args[0].Len
	}
	u.in.r.Begin()
	err := u.p.guarded(&u.row, func() error {
		for k, group := range rows {
			if u.row = k; sel != nil {
				u.row = int(sel[k])
			}
			if u.in.skips(args, u.row) {
				continue
			}
			var x In
			if err := u.in.r.Read(v, u.row, &x); err != nil {
				return err
			}
			b, err := u.buffer(state[0], group)
			if err != nil {
				return err
			}
			*b = u.a.Reduce(*b, x)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return u.store(state[0])
}

// skips reports whether an operand is NULL that In cannot hold.
func (in *inputs[In]) skips(args []*columnar.Vector, row int) bool {
	for i, strict := range in.strict {
		if strict && args[i].IsNull(row) {
			return true
		}
	}
	return false
}

// Merge implements expr.Aggregate.
func (u *userAggregate[In, Buf, Out]) Merge(state []*columnar.Vector, rows []uint32, from []*columnar.Vector, sel []uint16) error {
	err := u.p.guarded(&u.row, func() error {
		for k, group := range rows {
			if u.row = k; sel != nil {
				u.row = int(sel[k])
			}
			other, err := u.decode(from[0].Text(u.row))
			if err != nil {
				return err
			}
			b, err := u.buffer(state[0], group)
			if err != nil {
				return err
			}
			*b = u.a.Merge(*b, *other)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return u.store(state[0])
}

// Result implements expr.Aggregate.
func (u *userAggregate[In, Buf, Out]) Result(state []*columnar.Vector, rows []uint32, out *columnar.Vector) error {
	return u.p.guarded(&u.row, func() error {
		for _, group := range rows {
			u.row = int(group)
			b, err := u.decode(state[0].Text(u.row))
			if err != nil {
				return err
			}
			x := u.a.Finish(*b)
			if err := u.out.Append(out, &x); err != nil {
				return err
			}
		}
		return nil
	})
}
