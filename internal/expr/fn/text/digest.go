package text

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash/crc32"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

// digests are the hash functions over bytes.
func digests() []def.Spec {
	bytesArg := def.OneOf(def.Binary, bytesOfText)
	list := []def.Spec{
		{Name: "md5", Usage: "MD5 of the bytes in hexadecimal digits", Example: "md5('Spark')", Args: def.Args(bytesArg), Result: sqltype.String,
			Kernel: def.Text(func(dst, s []byte) []byte {
				sum := md5.Sum(s)
				return hex.AppendEncode(dst, sum[:])
			})},
		{Name: "sha2", Usage: "SHA-2 of the bytes, of 224, 256, 384 or 512 bits (0: 256), in hexadecimal digits", Example: "sha2('Spark', 256)",
			Args: def.Args(bytesArg, def.Int), Result: sqltype.String, Nulls: def.Always, Kernel: rows(sha2)},
		{Name: "crc32", Usage: "CRC-32 of the bytes", Example: "crc32('Spark')", Args: def.Args(bytesArg), Result: sqltype.Long,
			Kernel: def.TextTo(func(s []byte) int64 { return int64(crc32.ChecksumIEEE(s)) })},
	}
	return append(list, named(def.Spec{Usage: "SHA-1 of the bytes in hexadecimal digits", Example: "sha1('Spark')", Args: def.Args(bytesArg), Result: sqltype.String,
		Kernel: def.Text(func(dst, s []byte) []byte {
			sum := sha1.Sum(s)
			return hex.AppendEncode(dst, sum[:])
		})}, "sha1", "sha")...)
}

func sha2(args []*columnar.Vector, i int, out *columnar.Vector) {
	s := args[0].Text(i)
	appended(out, i, func(dst []byte) []byte {
		switch intAt(args[1], i) {
		case 224:
			sum := sha256.Sum224(s)
			return hex.AppendEncode(dst, sum[:])
		case 0, 256:
			sum := sha256.Sum256(s)
			return hex.AppendEncode(dst, sum[:])
		case 384:
			sum := sha512.Sum384(s)
			return hex.AppendEncode(dst, sum[:])
		case 512:
			sum := sha512.Sum512(s)
			return hex.AppendEncode(dst, sum[:])
		}
		return dst
	})
	switch intAt(args[1], i) {
	case 0, 224, 256, 384, 512:
	default:
		out.SetNull(i)
	}
}
