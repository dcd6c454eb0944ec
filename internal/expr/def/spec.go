package def

import (
	"fmt"
	"strconv"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sqltype"
)

// Nulls says when a function's result may be null.
type Nulls uint8

// If an operand may be; always; never.
const (
	Propagate Nulls = iota
	Always
	Never
)

// Spec is a scalar function.
type Spec struct {
	Name                  string
	Alias                 []string
	Group, Usage, Example string
	Args                  []Want
	Optional              int  // how many of Args, from the end, may be left out
	Variadic              bool // the last of Args may repeat any number of times, or be left out
	Result                sqltype.Type
	ResultOf              func(args []sqltype.Type) sqltype.Type // in place of Result
	Nulls                 Nulls
	NullSafe              bool // the kernel sees nulls
	NonDeterministic      bool
	Kernel                func() expr.Kernel
	KernelOf              func(c *expr.Session, args []sqltype.Type) func() expr.Kernel // in place of Kernel
	// Check may refuse operands after coercion, nil if none.
	Check func(c *expr.Session, args []expr.Arg, types []sqltype.Type) error
	// Omitted is how the last of the optional operands print where a call
	// leaves them out; Print replaces how a call prints.
	Omitted []string
	Print   func(args []expr.Node) string
}

// Func makes the function.
func Func(s Spec) *expr.Func {
	f := &expr.Func{Name: s.Name, Alias: s.Alias, Group: s.Group, Usage: s.Usage, Example: s.Example,
		NullSafe: s.NullSafe, NonDeterministic: s.NonDeterministic, Resolve: s.resolve, Print: s.Print}
	if s.Omitted != nil {
		f.Print = s.printOmitted
	}
	return f
}

// printOmitted prints a call with the operands it leaves out.
func (s Spec) printOmitted(args []expr.Node) string {
	text := expr.CallText(s.Name, args)
	missing := min(len(s.Args)-len(args), len(s.Omitted))
	for _, t := range s.Omitted[len(s.Omitted)-missing:] {
		text = text[:len(text)-1] + ", " + t + ")"
	}
	return text
}

// Funcs makes the functions of a group.
func Funcs(group string, specs ...Spec) []*expr.Func {
	list := make([]*expr.Func, len(specs))
	for i, s := range specs {
		s.Group = group
		list[i] = Func(s)
	}
	return list
}

func (s Spec) resolve(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
	types, err := s.Types(c, args)
	if err != nil {
		return expr.Signature{}, err
	}
	if s.Check != nil {
		if err := s.Check(c, args, types); err != nil {
			return expr.Signature{}, err
		}
	}
	sig := expr.Signature{Args: types, Result: s.Result, Make: s.Kernel}
	if s.ResultOf != nil {
		sig.Result = s.ResultOf(types)
	}
	if s.KernelOf != nil {
		sig.Make = s.KernelOf(c, types)
	}
	sig.Nullable = s.Nulls == Always || s.Nulls == Propagate && expr.Nullable(args)
	return sig, nil
}

// Types counts the operands and returns the types they are cast to.
func (s Spec) Types(c *expr.Session, args []expr.Arg) ([]sqltype.Type, error) {
	if err := s.count(len(args)); err != nil {
		return nil, err
	}
	return Types(c, s.Name, args, func(i int) Want { return s.Args[min(i, len(s.Args)-1)] })
}

// Types applies wants to operands.
func Types(c *expr.Session, name string, args []expr.Arg, want func(i int) Want) ([]sqltype.Type, error) {
	types := make([]sqltype.Type, len(args))
	for i, a := range args {
		w := want(i)
		t, ok := w.Pick(a.Type, c.ANSI)
		if !ok {
			return nil, expr.UnexpectedInput(name, args, i, w.SQL)
		}
		types[i] = t
	}
	return types, nil
}

func (s Spec) count(n int) error {
	most := len(s.Args)
	least := most - s.Optional
	switch {
	case s.Variadic:
		least = most - 1 - s.Optional
		if n >= least {
			return nil
		}
		return expr.WrongNumArgs(s.Name, fmt.Sprintf("> %d", least-1), n)
	case n >= least && n <= most:
		return nil
	}
	return expr.WrongNumArgs(s.Name, Counts(least, most), n)
}

// Counts prints a range of numbers of operands as Spark does.
func Counts(least, most int) string {
	if least == most {
		return strconv.Itoa(most)
	}
	s := "["
	for i := least; i <= most; i++ {
		if i > least {
			s += ", "
		}
		s += strconv.Itoa(i)
	}
	return s + "]"
}
