package text

import (
	"bytes"
	"encoding/base32"
	"encoding/base64"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

func codes() []def.Spec {
	return append(named(def.Spec{Usage: "the character of a code from 0 to 255, '' of a negative one", Example: "chr(65)", Args: def.Args(def.Long), Result: sqltype.String,
		Kernel: rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
			x := columnar.At[int64](args[0], i)
			appended(out, i, func(dst []byte) []byte {
				if x < 0 {
					return dst
				}
				return utf8.AppendRune(dst, rune(x&0xff))
			})
		})}, "chr", "char"),
		def.Spec{Name: "ascii", Usage: "code of the first character, 0 of an empty text", Example: "ascii('A')", Args: def.Args(def.String), Result: sqltype.Int,
			Kernel: def.TextTo(func(s []byte) int32 {
				if len(s) == 0 {
					return 0
				}
				r, _ := utf8.DecodeRune(s)
				return r
			})},
		def.Spec{Name: "base64", Usage: "the bytes in base 64", Example: "base64('Spark SQL')", Args: def.Args(def.OneOf(def.Binary, bytesOfText)), Result: sqltype.String,
			Kernel: def.Text(base64.StdEncoding.AppendEncode)},
		def.Spec{Name: "unbase64", Usage: "the bytes of a text in base 64", Example: "unbase64('U3Bhcms=')", Args: def.Args(def.String), Result: sqltype.Binary,
			Kernel: def.Text(unbase64)},
		def.Spec{Name: "to_base32", Usage: "the bytes in base 32", Example: "to_base32('hi')", Args: def.Args(def.OneOf(def.Binary, bytesOfText)), Result: sqltype.String,
			Kernel: def.Text(base32.StdEncoding.AppendEncode)},
		def.Spec{Name: "from_base32", Usage: "the bytes of a text in base 32", Example: "from_base32('NBUQ====')", Args: def.Args(def.String), Result: sqltype.Binary,
			Kernel: def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
				b, err := base32.StdEncoding.DecodeString(args[0].Str(i))
				if err != nil {
					return sparkerr.Data("CONVERSION_INVALID_INPUT", "The text '"+string(args[0].Text(i))+"' is not in base 32.",
						"str", "'"+string(args[0].Text(i))+"'", "fmt", "'BASE32'", "targetType", `"BINARY"`, "suggestion", "`try_from_base32`")
				}
				out.SetText(i, b)
				return nil
			})},
		def.Spec{Name: "encode", Usage: "the bytes of a text in a character set", Example: "encode('abc', 'UTF-8')", Args: def.Args(def.String, def.String),
			Result: sqltype.Binary, Kernel: def.Rows(encode)},
	)
}

// bytesOfText takes text where bytes are wanted, as it is.
var bytesOfText = def.Want{SQL: `"BINARY"`, Pick: func(t sqltype.Type, ansi bool) (sqltype.Type, bool) {
	return t, t.Kind() == sqltype.KindString
}}

// unbase64 leaves out characters that are no digits, and stops at padding.
func unbase64(dst, s []byte) []byte {
	var word, n uint32
	for _, c := range s {
		k := strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", c)
		if c == '=' {
			break
		}
		if k < 0 {
			continue
		}
		word, n = word<<6|uint32(k), n+1
		if n == 4 {
			dst = append(dst, byte(word>>16), byte(word>>8), byte(word))
			word, n = 0, 0
		}
	}
	switch n {
	case 2:
		dst = append(dst, byte(word>>4))
	case 3:
		dst = append(dst, byte(word>>10), byte(word>>2))
	}
	return dst
}

// charset is a character set: big-endian units of size bytes of which a
// character takes one or two.
type charset struct {
	size   int // bytes of a unit: 1, 2, 4; 0: UTF-8
	limit  rune
	little bool
	mark   bool // a byte order mark before the text
}

const charsets = "iso-8859-1, us-ascii, utf-16, utf-16be, utf-16le, utf-32, utf-8"

func charsetOf(function string, name []byte) (charset, error) {
	switch strings.ToUpper(string(name)) {
	case "UTF-8":
		return charset{}, nil
	case "US-ASCII":
		return charset{size: 1, limit: 0x7f}, nil
	case "ISO-8859-1":
		return charset{size: 1, limit: 0xff}, nil
	case "UTF-16":
		return charset{size: 2, mark: true}, nil
	case "UTF-16BE":
		return charset{size: 2}, nil
	case "UTF-16LE":
		return charset{size: 2, little: true}, nil
	case "UTF-32":
		return charset{size: 4}, nil
	}
	return charset{}, sparkerr.Data("INVALID_PARAMETER_VALUE.CHARSET", function+" knows the character sets "+charsets+", but not "+string(name)+".",
		"parameter", "`charset`", "functionName", "`"+function+"`", "charset", string(name), "charsets", charsets)
}

func malformed(function string, name []byte) error {
	return sparkerr.Data("MALFORMED_CHARACTER_CODING", "The operand of "+function+" has what the character set "+string(name)+" has not.",
		"function", "`"+function+"`", "charset", string(name))
}

func encode(args []*columnar.Vector, i int, out *columnar.Vector) error {
	cs, err := charsetOf("encode", args[1].Text(i))
	if err != nil {
		return err
	}
	ok := true
	appended(out, i, func(dst []byte) []byte {
		dst, ok = cs.appendEncoded(dst, args[0].Text(i))
		return dst
	})
	if !ok {
		return malformed("encode", args[1].Text(i))
	}
	return nil
}

func (cs charset) appendEncoded(dst, s []byte) ([]byte, bool) {
	if cs.size == 0 {
		return append(dst, s...), true
	}
	if cs.mark && len(s) > 0 {
		dst = append(dst, 0xfe, 0xff)
	}
	for len(s) > 0 {
		r, n := utf8.DecodeRune(s)
		s = s[n:]
		if r == utf8.RuneError && n == 1 || cs.limit > 0 && r > cs.limit {
			return dst, false
		}
		if hi, lo := utf16.EncodeRune(r); cs.size == 2 && hi != utf8.RuneError {
			dst = cs.appendUnit(cs.appendUnit(dst, hi), lo)
		} else {
			dst = cs.appendUnit(dst, r)
		}
	}
	return dst, true
}

func (cs charset) appendUnit(dst []byte, r rune) []byte {
	switch {
	case cs.size == 1:
		return append(dst, byte(r))
	case cs.size == 4:
		return append(dst, byte(r>>24), byte(r>>16), byte(r>>8), byte(r))
	case cs.little:
		return append(dst, byte(r), byte(r>>8))
	}
	return append(dst, byte(r>>8), byte(r))
}

// appendDecoded appends the text of s in UTF-8.
func (cs charset) appendDecoded(dst, s []byte) ([]byte, bool) {
	if cs.size == 0 {
		return append(dst, s...), utf8.Valid(s)
	}
	if cs.mark && len(s) >= 2 {
		if bytes.HasPrefix(s, []byte{0xff, 0xfe}) {
			cs.little = true
			s = s[2:]
		} else if bytes.HasPrefix(s, []byte{0xfe, 0xff}) {
			s = s[2:]
		}
	}
	for len(s) > 0 {
		r, n, ok := cs.decodeRune(s)
		if !ok {
			return dst, false
		}
		dst, s = utf8.AppendRune(dst, r), s[n:]
	}
	return dst, true
}

func (cs charset) decodeRune(s []byte) (r rune, n int, ok bool) {
	if len(s) < cs.size {
		return 0, 0, false
	}
	unit := func(s []byte) rune {
		if cs.little {
			return rune(s[0]) | rune(s[1])<<8
		}
		return rune(s[0])<<8 | rune(s[1])
	}
	switch cs.size {
	case 1:
		return rune(s[0]), 1, rune(s[0]) <= cs.limit
	case 4:
		r = rune(s[0])<<24 | rune(s[1])<<16 | rune(s[2])<<8 | rune(s[3])
		return r, 4, utf8.ValidRune(r)
	}
	r = unit(s)
	if !utf16.IsSurrogate(r) {
		return r, 2, true
	}
	if len(s) < 4 {
		return 0, 0, false
	}
	r = utf16.DecodeRune(r, unit(s[2:]))
	return r, 4, r != utf8.RuneError
}

// decode of two operands reads bytes in a character set; of more it is a CASE:
// decode(x, search, result, ..., otherwise), in which nulls are equal.
func decode() *expr.Func {
	charsetForm := def.Func(def.Spec{Name: "decode", Group: "string", Args: def.Args(def.OneOf(def.Binary, bytesOfText), def.String), Result: sqltype.String,
		Kernel: def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
			cs, err := charsetOf("decode", args[1].Text(i))
			if err != nil {
				return err
			}
			ok := true
			appended(out, i, func(dst []byte) []byte {
				dst, ok = cs.appendDecoded(dst, args[0].Text(i))
				return dst
			})
			if !ok {
				return malformed("decode", args[1].Text(i))
			}
			return nil
		})})
	return &expr.Func{Name: "decode", Group: "string", Usage: "the text of bytes in a character set; or the result that stands behind the first equal search value", Example: "decode(X'616263', 'UTF-8')",
		Rewrite: func(c *expr.Session, args []expr.Node) (expr.Node, error) {
			switch {
			case len(args) < 2:
				return nil, expr.WrongNumArgs("decode", "> 1", len(args))
			case len(args) == 2:
				return expr.NewCall(c, charsetForm, args, sparkerr.Origin{})
			}
			return decodeCase(c, args)
		}}
}

func decodeCase(c *expr.Session, args []expr.Node) (expr.Node, error) {
	var results []expr.Node
	for i := 2; i < len(args); i += 2 {
		results = append(results, args[i])
	}
	if len(args)%2 == 0 {
		results = append(results, args[len(args)-1])
	}
	types := make([]sqltype.Type, len(results))
	for i, r := range results {
		types[i] = r.Type()
	}
	t, ok := expr.CommonTypeOf(types, c.ANSI)
	if !ok {
		return nil, expr.Mismatch("DATA_DIFF_TYPES", "decode", expr.ArgsOf(args), "the results have no type in common. Cast them.",
			"functionName", "`decode`", "dataType", expr.SQLName(types[0]))
	}
	k := &expr.Case{Alt: expr.CallText("decode", args)}
	for i := 1; i+1 < len(args); i += 2 {
		eq, err := sameOrNull(c, args[0], args[i])
		if err != nil {
			return nil, err
		}
		k.Whens, k.Thens = append(k.Whens, eq), append(k.Thens, expr.CastTo(args[i+1], t, c))
	}
	if len(args)%2 == 0 {
		k.Else = expr.CastTo(args[len(args)-1], t, c)
	}
	return k, nil
}

// sameOrNull is a <=> b.
func sameOrNull(c *expr.Session, a, b expr.Node) (expr.Node, error) {
	t, ok := expr.ComparisonType(a.Type(), b.Type(), c.ANSI)
	if !ok {
		return nil, expr.Mismatch("BINARY_OP_DIFF_TYPES", "<=>", expr.ArgsOf([]expr.Node{a, b}), "the operands cannot be compared. Cast them.",
			"left", expr.SQLName(a.Type()), "right", expr.SQLName(b.Type()))
	}
	same := &expr.Func{Name: "<=>", NullSafe: true}
	kernel := rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
		x, y := args[0].IsNull(i), args[1].IsNull(i)
		setBool(out, i, x && y || !x && !y && expr.Compare(args[0], i, args[1], i) == 0)
	})
	return &expr.Call{Fn: same, Args: []expr.Node{expr.CastTo(a, t, c), expr.CastTo(b, t, c)}, Sig: expr.Signature{Result: sqltype.Boolean, Make: kernel}}, nil
}

// elt picks the n-th of its other operands.
func elt() *expr.Func {
	return def.Func(def.Spec{Name: "elt", Group: "string", Usage: "the n-th (from 1) of the operands behind the first", Example: "elt(2, 'a', 'b')",
		Args: def.Args(def.Int, textual, textual), Variadic: true, Nulls: def.Always, NullSafe: true,
		ResultOf: func(t []sqltype.Type) sqltype.Type { return t[1] },
		KernelOf: func(c *expr.Session, _ []sqltype.Type) func() expr.Kernel {
			return def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
				if args[0].IsNull(i) {
					out.SetNull(i)
					return nil
				}
				n := intAt(args[0], i)
				switch {
				case n < 1 || n >= len(args):
					if c.ANSI {
						return badIndex(n, len(args)-1)
					}
					out.SetNull(i)
				case args[n].IsNull(i):
					out.SetNull(i)
				default:
					out.SetText(i, args[n].Text(i))
				}
				return nil
			})
		}})
}

func badIndex(n, size int) error {
	return sparkerr.Data("INVALID_ARRAY_INDEX", "The index "+strconv.Itoa(n)+" is out of bounds: there are "+strconv.Itoa(size)+" elements.",
		"indexValue", strconv.Itoa(n), "arraySize", strconv.Itoa(size), "ansiConfig", `"spark.sql.ansi.enabled"`)
}
