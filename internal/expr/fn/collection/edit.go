package collection

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

func edits() []def.Spec {
	return []def.Spec{
		{Name: "array_compact", Usage: "the array without its nulls", Example: "array_compact(array(1, NULL))", Args: def.Args(array),
			ResultOf: func(t []sqltype.Type) sqltype.Type { return arrayOf(elemOf(t[0]), false) },
			Kernel: rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
				listed(out, i, func(elems *columnar.Vector) {
					v := args[0].Child[0]
					for r, hi := args[0].Span(i); r < hi; r++ {
						if !v.IsNull(r) {
							elems.AppendFrom(v, r)
						}
					}
				})
			})},
		{Name: "array_repeat", Usage: "an array of the value n times", Example: "array_repeat('a', 3)", Args: def.Args(def.Any, def.Int), NullSafe: true, Nulls: def.Always,
			ResultOf: func(t []sqltype.Type) sqltype.Type { return arrayOf(t[0], true) },
			Kernel:   def.Rows(repeat)},
		{Name: "shuffle", Usage: "the elements in a random order", Example: "shuffle(array(1, 2, 3))", Args: def.Args(array, def.Long), Optional: 1, ResultOf: first, NonDeterministic: true, Kernel: shuffle},
	}
}

func repeat(args []*columnar.Vector, i int, out *columnar.Vector) error {
	if args[1].IsNull(i) {
		out.SetNull(i)
		return nil
	}
	n := columnar.At[int32](args[1], i)
	if n > maxLength {
		return tooLong("array_repeat", uint64(n))
	}
	if n > 0 {
		if err := expr.Room(out, int64(n)*width(args[0], i)); err != nil {
			return err
		}
	}
	listed(out, i, func(elems *columnar.Vector) {
		for ; n > 0; n-- {
			elems.AppendFrom(args[0], i)
		}
	})
	return nil
}

// shuffle is Fisher and Yates's, by a generator of the epoch's seed.
func shuffle() expr.Kernel {
	var state uint64
	var order []int32
	next := func() uint64 { // Steele, Lea, Flood: splitmix64
		state += 0x9e3779b97f4a7c15
		z := (state ^ state>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		return z ^ z>>31
	}
	return func(c *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		if state == 0 {
			state = c.Seed + uint64(c.Task)<<32
			if len(args) > 1 && n > 0 {
				state = uint64(columnar.At[int64](args[1], 0))
			}
		}
		for _, i := range def.RowsOf(sel, n) {
			order = order[:0]
			for r, hi := args[0].Span(int(i)); r < hi; r++ {
				order = append(order, int32(r))
			}
			for k := len(order) - 1; k > 0; k-- {
				j := int(next() % uint64(k+1))
				order[k], order[j] = order[j], order[k]
			}
			appendOrder(out, int(i), args[0].Child[0], order)
		}
		return nil
	}
}

// valued put a value into an array.
func valued() []*expr.Func {
	put := func(name, usage string, front bool) *expr.Func {
		return &expr.Func{Name: name, Usage: usage, Example: name + "(array(1, 2), 3)", NullSafe: true, Resolve: func(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
			if len(args) != 2 {
				return expr.Signature{}, expr.WrongNumArgs(name, "2", len(args))
			}
			types, err := elementTypes(c, name, args, 1)
			if err != nil {
				return expr.Signature{}, err
			}
			a := types[0].(*sqltype.Array)
			return expr.Signature{Args: types, Result: arrayOf(a.Elem, a.ContainsNull || args[1].Nullable), Nullable: args[0].Nullable, Make: putAt(front)}, nil
		}}
	}
	return []*expr.Func{put("array_append", "the array with the value behind its elements", false), put("array_prepend", "the array with the value before its elements", true),
		arrayInsert(), sequence()}
}

func putAt(front bool) func() expr.Kernel {
	return rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
		if args[0].IsNull(i) {
			out.SetNull(i)
			return
		}
		listed(out, i, func(elems *columnar.Vector) {
			lo, hi := args[0].Span(i)
			if front {
				elems.AppendFrom(args[1], i)
			}
			elems.AppendRange(args[0].Child[0], lo, hi)
			if !front {
				elems.AppendFrom(args[1], i)
			}
		})
	})
}

// arrayInsert puts a value at a place from 1, or from the end, where -1 is
// behind the last element; nulls fill what is between.
func arrayInsert() *expr.Func {
	return &expr.Func{Name: "array_insert", Usage: "the array with the value at a place from 1, or from -1 at the end", Example: "array_insert(array(1, 2, 3), 2, 9)", NullSafe: true,
		Resolve: func(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
			if len(args) != 3 {
				return expr.Signature{}, expr.WrongNumArgs("array_insert", "3", len(args))
			}
			types, err := elementTypes(c, "array_insert", args, 2)
			if err != nil {
				return expr.Signature{}, err
			}
			if _, ok := expr.ImplicitCast(args[1].Type, sqltype.Int, c.ANSI); !ok {
				return expr.Signature{}, expr.UnexpectedInput("array_insert", args, 1, `"INT"`)
			}
			types[1] = sqltype.Int
			return expr.Signature{Args: types, Result: arrayOf(elemOf(types[0]), true), Nullable: args[0].Nullable || args[1].Nullable, Make: def.Rows(insert)}, nil
		}}
}

func insert(args []*columnar.Vector, i int, out *columnar.Vector) error {
	if args[0].IsNull(i) || args[1].IsNull(i) {
		out.SetNull(i)
		return nil
	}
	lo, hi := args[0].Span(i)
	n, at := hi-lo, int(columnar.At[int32](args[1], i))
	if at == 0 {
		return zeroIndex()
	}
	most := int64(max(at, -at, n) + 1)
	if most > maxLength {
		return tooLong("array_insert", uint64(most))
	}
	if err := expr.Room(out, most); err != nil {
		return err
	}
	listed(out, i, func(elems *columnar.Vector) {
		v := args[0].Child[0]
		if at < 0 && -at > n+1 {
			elems.AppendFrom(args[2], i)
			for k := n + 1; k < -at; k++ {
				elems.AppendNull()
			}
			elems.AppendRange(v, lo, hi)
			return
		}
		at--
		if at < 0 {
			at += n + 2
		}
		elems.AppendRange(v, lo, min(lo+at, hi))
		for k := n; k < at; k++ {
			elems.AppendNull()
		}
		elems.AppendFrom(args[2], i)
		elems.AppendRange(v, min(lo+at, hi), hi)
	})
	return nil
}
