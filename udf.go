package spate

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/encoder"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// UserFunc is a Go function made for columns: a scalar function (UDF1 to UDF5),
// an aggregate function (UDAF) or a table function (UDTF1, UDTF2). It is
// immutable. Types map as CreateDataFrame's do; an argument that is a struct
// takes a STRUCT column by the names of the fields.
//
// Functions must be pure: they may be called again, in any order, by several
// goroutines at once. An argument whose Go type cannot be nil makes the result
// NULL where it is NULL, and the function is not called; pointers, slices and
// maps see nil. An error or a panic fails the query with FAILED_EXECUTE_UDF and
// the function's file and line.
type UserFunc struct {
	name string
	fn   any // *expr.Func, *expr.AggregateFunc or *expr.TableFunc
	err  error
}

// Call applies the function to columns or names.
func (u *UserFunc) Call(args ...ColumnOrName) Column {
	at := callSite()
	c := Column{err: locate(u.err, at)}
	call := &plan.GoFunc{Node: plan.At(at), Name: u.name, Func: u.fn}
	for _, a := range args {
		x := columnOf(a, at)
		c.note(x.err)
		call.Args = append(call.Args, x.e)
	}
	c.e = call
	return c
}

// Named returns the function under a name of its own in column headers and
// messages, instead of that of the Go function.
func (u *UserFunc) Named(name string) *UserFunc {
	c := *u
	c.name = name
	return &c
}

// NonDeterministic returns the function as one whose results differ from call
// to call, so that calls are not moved or left out.
func (u *UserFunc) NonDeterministic() *UserFunc {
	c := *u
	if f, ok := u.fn.(*expr.Func); ok {
		d := *f
		d.NonDeterministic = true
		c.fn = &d
	}
	return &c
}

// RegisterFunc makes a function callable by name in SQL and CallFunction; it
// hides a built-in function of that name.
func (s *Session) RegisterFunc(name string, f *UserFunc) error {
	at := callSite()
	if f.err != nil {
		return locate(f.err, at)
	}
	s.in.Register(name, renamed(f.fn, strings.ToLower(name)))
	return nil
}

// renamed returns a copy of a function under another name.
func renamed(fn any, name string) any {
	switch f := fn.(type) {
	case *expr.Func:
		d := *f
		d.Name = name
		return &d
	case *expr.AggregateFunc:
		d := *f
		d.Name = name
		return &d
	case *expr.TableFunc:
		d := *f
		d.Name = name
		return &d
	}
	return fn
}

// place is where a function of the user's stands, and what it is called.
type place struct {
	name string
	at   sparkerr.Origin
}

func placeOf(f any) place {
	p := place{name: "udf"}
	if fn := runtime.FuncForPC(reflect.ValueOf(f).Pointer()); fn != nil {
		p.at.File, p.at.Line = fn.FileLine(fn.Entry())
		if short := fn.Name()[strings.LastIndexByte(fn.Name(), '.')+1:]; !strings.HasPrefix(short, "func") {
			p.name = short
		}
	}
	return p
}

// failed is the error of a call of the function with row row of a batch.
func (p place) failed(row int, cause error, at sparkerr.Origin) error {
	return sparkerr.New("FAILED_EXECUTE_UDF", fmt.Sprintf("the function %s failed at row %d of a batch", p.name, row),
		"functionName", p.name, "reason", cause.Error()).At(at).Because(cause)
}

// guarded runs rows of a batch; each row notes its number in row before it
// calls user code, so that one recover a batch knows where a panic struck.
func (p place) guarded(row *int, rows func() error) (err error) {
	defer func() {
		if x := recover(); x != nil {
			err = p.failed(*row, fmt.Errorf("panic: %v", x), panicSite())
		}
	}()
	return rows()
}

// parameter is one argument of a function, of the Go type A.
type parameter[A any] struct{ e *encoder.Encoder[A] }

// argument is a parameter in one kernel: its column in the batch and the value
// of the row at hand.
type argument[A any] struct {
	r        *encoder.Reader[A]
	v        *columnar.Vector
	x        A
	nullable bool
}

// anyParameter is a parameter of whatever type.
type anyParameter interface {
	schema() sqltype.Type
	accepts(t sqltype.Type) bool
	nullable() bool
}

func (p parameter[A]) schema() sqltype.Type { return p.e.Type() }
func (p parameter[A]) nullable() bool       { return p.e.Nullable() }

// accepts reports whether values of type t can be read as they are.
func (p parameter[A]) accepts(t sqltype.Type) bool {
	_, err := p.e.Column(t)
	return err == nil
}

// bind makes the argument for columns of type t.
func (p parameter[A]) bind(t sqltype.Type) *argument[A] {
	r, err := p.e.Column(t)
	if err != nil {
		panic(err) // Resolve has seen that it works
	}
	return &argument[A]{r: r, nullable: p.e.Nullable()}
}

func (a *argument[A]) begin(v *columnar.Vector) {
	a.v = v
	a.r.Begin()
}

// load reads row i and reports whether the function is to see it.
func (a *argument[A]) load(i int) (bool, error) {
	if !a.nullable && a.v.IsNull(i) {
		return false, nil
	}
	var fresh A
	a.x = fresh
	return true, a.r.Read(a.v, i, &a.x)
}

// loader is an argument of whatever type.
type loader interface {
	begin(v *columnar.Vector)
	load(i int) (bool, error)
}

// signature checks the operands of a call and says what they are cast to.
func signature(c *expr.Session, name string, want []anyParameter, args []expr.Arg) ([]sqltype.Type, error) {
	if len(args) != len(want) {
		return nil, sparkerr.New("WRONG_NUM_ARGS.WITHOUT_SUGGESTION", fmt.Sprintf("the function %s takes %d arguments, not %d", name, len(want), len(args)),
			"functionName", plan.Quote(name), "expectedNum", fmt.Sprint(len(want)), "actualNum", fmt.Sprint(len(args)), "docroot", "docs")
	}
	out := make([]sqltype.Type, len(args))
	for i, a := range args {
		if out[i] = a.Type; want[i].accepts(a.Type) {
			continue
		}
		t, ok := expr.ImplicitCast(a.Type, want[i].schema(), c.ANSI)
		if !ok || !want[i].accepts(t) {
			return nil, expr.Mismatch("UNEXPECTED_INPUT_TYPE", name, args, fmt.Sprintf("argument %d is %s, but the Go function takes %s.", i+1, a.Type, want[i].schema()),
				"paramIndex", expr.Ordinal(i), "requiredType", `"`+strings.ToUpper(want[i].schema().String())+`"`, "inputSql", `"`+a.Node.String()+`"`, "inputType", `"`+strings.ToUpper(a.Type.String())+`"`)
		}
		out[i] = t
	}
	return out, nil
}

// scalarFunc makes the function of the engine. body makes, once a kernel, the
// loaders of the arguments and what appends the result of the row they hold.
func scalarFunc[R any](p place, want []anyParameter, body func(types []sqltype.Type) ([]loader, func() (R, error))) *UserFunc {
	res, err := encoder.Of[R]()
	if err != nil {
		return &UserFunc{err: err}
	}
	f := &expr.Func{Name: strings.ToLower(p.name), Group: "user", NullSafe: true}
	f.Resolve = func(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
		types, err := signature(c, p.name, want, args)
		if err != nil {
			return expr.Signature{}, err
		}
		nullable := res.Nullable()
		for i, a := range args {
			nullable = nullable || a.Nullable && !want[i].nullable()
		}
		return expr.Signature{Args: types, Result: res.Type(), Nullable: nullable, Make: func() expr.Kernel {
			loaders, call := body(types)
			return (&scalarKernel[R]{p: p, res: res, args: loaders, call: call, out: columnar.New(res.Type())}).run
		}}, nil
	}
	return &UserFunc{name: p.name, fn: f}
}

// scalarKernel is the loop around a typed closure.
type scalarKernel[R any] struct {
	p    place
	res  *encoder.Encoder[R]
	args []loader
	call func() (R, error)
	x    R                // the result of the row at hand
	out  *columnar.Vector // filled row by row, then handed over
}

func (k *scalarKernel[R]) run(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
	for i, a := range k.args {
		a.begin(args[i])
	}
	k.out.Resize(0)
	row := 0
	err := k.p.guarded(&row, func() error {
		if sel == nil {
			sel = columnar.All(n)
		}
		for _, i := range sel {
			for row < int(i) {
				k.out.AppendZero()
				row++
			}
			if err := k.one(row); err != nil {
				return err
			}
			row++
		}
		return nil
	})
	for err == nil && k.out.Len < n {
		k.out.AppendZero()
	}
	*out, *k.out = *k.out, *out
	return err
}

// one appends the result of a row.
func (k *scalarKernel[R]) one(row int) error {
	for _, a := range k.args {
		ok, err := a.load(row)
		if err != nil {
			return err
		}
		if !ok {
			k.out.AppendNull()
			return nil
		}
	}
	var err error
	if k.x, err = k.call(); err == nil {
		err = k.res.Append(k.out, &k.x)
	}
	if err != nil {
		return k.p.failed(row, err, k.p.at)
	}
	return nil
}
