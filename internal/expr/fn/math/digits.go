package math

import (
	"math"
	"math/bits"
	"strconv"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// digits are the functions on the notation of numbers.
func digits() []def.Spec {
	return []def.Spec{
		{Name: "bin", Usage: "binary digits of a number", Example: "bin(13)", Args: def.Args(def.Long), Result: sqltype.String,
			Kernel: def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
				var buf [64]byte
				out.SetText(i, strconv.AppendUint(buf[:0], uint64(columnar.At[int64](args[0], i)), 2))
				return nil
			})},
		{Name: "hex", Usage: "hexadecimal digits of a number or of bytes", Example: "hex(17)", Args: def.Args(hexable), Result: sqltype.String,
			KernelOf: func(_ *expr.Session, t []sqltype.Type) func() expr.Kernel {
				if t[0].Kind() == sqltype.KindLong {
					return def.Rows(hexNumber)
				}
				return def.Text(appendHex)
			}},
		{Name: "unhex", Usage: "bytes of hexadecimal digits, null if there are others", Example: "unhex('537061726B')", Args: def.Args(def.String),
			Result: sqltype.Binary, Nulls: def.Always, Kernel: def.Rows(unhex)},
		{Name: "conv", Usage: "a number in the digits of another base", Example: "conv('100', 2, 10)", Args: def.Args(def.String, def.Int, def.Int),
			Result: sqltype.String, Nulls: def.Always, KernelOf: func(c *expr.Session, _ []sqltype.Type) func() expr.Kernel { return conv(c.ANSI) }},
	}
}

// hexable takes numbers as longs, bytes and text as they are, other atomic
// types as text.
var hexable = def.Want{SQL: `("BIGINT" or "BINARY" or "STRING")`, Pick: func(t sqltype.Type, ansi bool) (sqltype.Type, bool) {
	switch {
	case sqltype.IsNumeric(t), t.Kind() == sqltype.KindNull:
		return sqltype.Long, true
	case t.Kind() == sqltype.KindBinary || t.Kind() == sqltype.KindString:
		return t, true
	}
	return expr.ImplicitCast(t, sqltype.String, ansi)
}}

const upperHex = "0123456789ABCDEF"

func appendHex(dst, s []byte) []byte {
	for _, c := range s {
		dst = append(dst, upperHex[c>>4], upperHex[c&15])
	}
	return dst
}

func hexNumber(args []*columnar.Vector, i int, out *columnar.Vector) error {
	x := uint64(columnar.At[int64](args[0], i))
	n := max(1, (bits.Len64(x)+3)/4)
	var buf [16]byte
	for k := n - 1; k >= 0; k-- {
		buf[k] = upperHex[x&15]
		x >>= 4
	}
	out.SetText(i, buf[:n])
	return nil
}

func nibble(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	}
	return 0, false
}

func unhex(args []*columnar.Vector, i int, out *columnar.Vector) error {
	s := args[0].Text(i)
	at := len(out.Bytes)
	if len(s)%2 == 1 { // as if a 0 stood before it
		x, ok := nibble(s[0])
		if !ok {
			out.SetNull(i)
			return nil
		}
		out.Bytes = append(out.Bytes, x)
		s = s[1:]
	}
	for k := 0; k < len(s); k += 2 {
		hi, ok1 := nibble(s[k])
		lo, ok2 := nibble(s[k+1])
		if !ok1 || !ok2 {
			out.Bytes = out.Bytes[:at]
			out.SetNull(i)
			return nil
		}
		out.Bytes = append(out.Bytes, hi<<4|lo)
	}
	out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(len(out.Bytes) - at)}
	return nil
}

// conv reads unsigned 64-bit numbers and prints them, with a sign where the
// new base is negative.
func conv(ansi bool) func() expr.Kernel {
	return def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
		s, from, to := args[0].Text(i), columnar.At[int32](args[1], i), columnar.At[int32](args[2], i)
		for len(s) > 0 && s[0] == ' ' {
			s = s[1:]
		}
		for len(s) > 0 && s[len(s)-1] == ' ' {
			s = s[:len(s)-1]
		}
		if len(s) == 0 || from < 2 || from > 36 || to < -36 || to > 36 || to > -2 && to < 2 {
			out.SetNull(i)
			return nil
		}
		x, negative, over := digitsOf(s, uint64(from))
		if over && ansi {
			return sparkerr.Data("ARITHMETIC_OVERFLOW", "A number in conv() does not fit 64 bits.",
				"message", "Overflow in function conv()", "alternative", "", "config", `"spark.sql.ansi.enabled"`)
		}
		if negative && !over {
			x = -x
		}
		var buf [65]byte
		b := buf[:0]
		base := int(to)
		if to < 0 {
			base = -base
			if int64(x) < 0 {
				b, x = append(b, '-'), -x
			}
		}
		b = strconv.AppendUint(b, x, base)
		for k, c := range b {
			if c >= 'a' {
				b[k] = c - 'a' + 'A'
			}
		}
		out.SetText(i, b)
		return nil
	})
}

// digitsOf reads the digits of a base up to the first other character.
func digitsOf(s []byte, base uint64) (x uint64, negative, over bool) {
	if s[0] == '-' {
		negative, s = true, s[1:]
	}
	for _, c := range s {
		d := uint64(99)
		switch {
		case c >= '0' && c <= '9':
			d = uint64(c - '0')
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			d = uint64(c|0x20-'a') + 10
		}
		if d >= base {
			break
		}
		hi, lo := bits.Mul64(x, base)
		sum, carry := bits.Add64(lo, d, 0)
		if hi != 0 || carry != 0 {
			return math.MaxUint64, negative, true
		}
		x = sum
	}
	return x, negative, false
}
