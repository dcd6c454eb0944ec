package text

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

func lengths() []def.Spec {
	inChars := def.Spec{Usage: "number of characters of a string, of bytes of a binary", Example: "length('Spark')", Args: def.Args(textual),
		Result: sqltype.Int, KernelOf: func(_ *expr.Session, t []sqltype.Type) func() expr.Kernel {
			if t[0].Kind() == sqltype.KindBinary {
				return bytesOf(1)
			}
			return def.TextTo(func(s []byte) int32 { return int32(chars(s)) })
		}}
	return append(named(inChars, "length", "char_length", "character_length", "len"),
		def.Spec{Name: "octet_length", Usage: "number of bytes", Example: "octet_length('é')", Args: def.Args(textual), Result: sqltype.Int, Kernel: bytesOf(1)},
		def.Spec{Name: "bit_length", Usage: "number of bits", Example: "bit_length('a')", Args: def.Args(textual), Result: sqltype.Int, Kernel: bytesOf(8)})
}

func bytesOf(factor int32) func() expr.Kernel {
	return def.TextTo(func(s []byte) int32 { return factor * int32(len(s)) })
}
