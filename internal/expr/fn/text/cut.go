package text

import (
	"bytes"
	"math"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

func cuts() []def.Spec {
	part := named(def.Spec{Usage: "the part of a text from a position (from 1, negative: from the end), of so many characters", Example: "substring('Spark SQL', 5, 1)",
		Args: def.Args(textual, def.Int, def.Int), Optional: 1, ResultOf: first, Omitted: []string{"2147483647"},
		KernelOf: func(_ *expr.Session, t []sqltype.Type) func() expr.Kernel { return views(substring(t[0])) }}, "substring", "substr")
	return append(part,
		def.Spec{Name: "left", Usage: "the first characters", Example: "left('Spark', 3)", Args: def.Args(textual, def.Int), ResultOf: first,
			KernelOf: func(_ *expr.Session, t []sqltype.Type) func() expr.Kernel { return views(left(t[0])) }},
		def.Spec{Name: "right", Usage: "the last characters", Example: "right('Spark', 3)", Args: def.Args(def.String, def.Int), Result: sqltype.String,
			Kernel: views(right)},
		def.Spec{Name: "substring_index", Usage: "the text before the n-th delimiter; n < 0: behind the n-th from the end", Example: "substring_index('www.apache.org', '.', 2)",
			Args: def.Args(def.String, def.String, def.Int), Result: sqltype.String, Kernel: views(substringIndex)},
		def.Spec{Name: "split_part", Usage: "the n-th part (from 1, negative: from the end) between delimiters, '' if there are fewer", Example: "split_part('11.12.13', '.', 3)",
			Args: def.Args(def.String, def.String, def.Int), Result: sqltype.String, Kernel: views(splitPart)})
}

// cutter returns which bytes of args[0] row i's result is.
type cutter = func(s []byte, args []*columnar.Vector, i int) (off, length int, err error)

// views is a kernel whose results are views into its first operand.
func views(f cutter) func() expr.Kernel {
	return def.Stateless(func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		v := args[0]
		out.Bytes = v.Bytes[:len(v.Bytes):len(v.Bytes)]
		for _, i := range def.RowsOf(sel, n) {
			off, length, err := f(v.Text(int(i)), args, int(i))
			if err != nil {
				return err
			}
			out.Views[i] = columnar.View{Off: v.Views[v.Row(int(i))].Off + uint32(off), Len: uint32(length)}
		}
		return nil
	})
}

// between returns the bytes of the characters [from, to) of s; 0 <= from.
func between(s []byte, from, to int) (off, length int) {
	if to <= from {
		return 0, 0
	}
	off = offset(s, from)
	return off, offset(s[off:], to-from)
}

// span clips [pos, pos+length) as SQL's substring does to [0, ...).
func span(pos, length, n int) (from, to int) {
	switch {
	case pos > 0:
		from = pos - 1
	case pos < 0:
		from = n + pos
	}
	to = from + length
	if length == math.MaxInt32 {
		to = math.MaxInt32
	}
	return max(from, 0), to
}

func substring(t sqltype.Type) cutter {
	binary := t.Kind() == sqltype.KindBinary
	return func(s []byte, args []*columnar.Vector, i int) (int, int, error) {
		length := math.MaxInt32
		if len(args) > 2 {
			length = intAt(args[2], i)
		}
		pos, n := intAt(args[1], i), len(s)
		if pos < 0 && !binary {
			n = chars(s)
		}
		from, to := span(pos, length, n)
		if binary {
			from = min(from, n)
			return from, max(min(to, n)-from, 0), nil
		}
		off, l := between(s, from, to)
		return off, l, nil
	}
}

func left(t sqltype.Type) cutter {
	return func(s []byte, args []*columnar.Vector, i int) (int, int, error) {
		n := max(intAt(args[1], i), 0)
		if t.Kind() == sqltype.KindBinary {
			return 0, min(n, len(s)), nil
		}
		return 0, offset(s, n), nil
	}
}

func right(s []byte, args []*columnar.Vector, i int) (int, int, error) {
	n := max(intAt(args[1], i), 0)
	off := offset(s, max(chars(s)-n, 0))
	return off, len(s) - off, nil
}

func substringIndex(s []byte, args []*columnar.Vector, i int) (int, int, error) {
	delim, n := args[1].Text(i), intAt(args[2], i)
	if len(delim) == 0 || n == 0 {
		return 0, 0, nil
	}
	if n > 0 {
		if at := nth(s, delim, n, 1); at >= 0 {
			return 0, at, nil
		}
		return 0, len(s), nil
	}
	if at := nthLast(s, delim, -n); at >= 0 {
		return at + len(delim), len(s) - at - len(delim), nil
	}
	return 0, len(s), nil
}

// nth returns where the n-th occurrence of part is, the next one looked for
// step bytes behind the last, or -1.
func nth(s, part []byte, n, step int) int {
	at := -step
	for ; n > 0; n-- {
		from := at + step
		k := -1
		if from <= len(s) {
			k = bytes.Index(s[from:], part)
		}
		if k < 0 {
			return -1
		}
		at = from + k
	}
	return at
}

// nthLast is nth from the end; occurrences may overlap.
func nthLast(s, part []byte, n int) int {
	end := len(s)
	at := -1
	for ; n > 0; n-- {
		if at = bytes.LastIndex(s[:end], part); at < 0 {
			return -1
		}
		end = min(at+len(part)-1, len(s))
	}
	return at
}

func splitPart(s []byte, args []*columnar.Vector, i int) (int, int, error) {
	delim, n := args[1].Text(i), intAt(args[2], i)
	if n == 0 {
		return 0, 0, zeroIndex()
	}
	if len(delim) == 0 {
		if n == 1 || n == -1 {
			return 0, len(s), nil
		}
		return 0, 0, nil
	}
	if n < 0 {
		n += bytes.Count(s, delim) + 2
		if n <= 0 {
			return 0, 0, nil
		}
	}
	from := 0
	if n > 1 {
		if from = nth(s, delim, n-1, len(delim)); from < 0 {
			return 0, 0, nil
		}
		from += len(delim)
	}
	if k := bytes.Index(s[from:], delim); k >= 0 {
		return from, k, nil
	}
	return from, len(s) - from, nil
}

// zeroIndex is an index of 0 where the first one is 1.
func zeroIndex() error {
	return sparkerr.Data("INVALID_INDEX_OF_ZERO", "The index 0 is invalid: the first element has the index 1, the last one -1.")
}
