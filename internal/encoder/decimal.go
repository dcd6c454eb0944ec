package encoder

import (
	"encoding/binary"
	"math/big"
	"reflect"
	"unsafe"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// bigCodec is the codec of a pointer to an exact number. unscaled returns the
// number as a whole one of the column's scale, rounded half away from zero.
func bigCodec(t reflect.Type, typ sqltype.Decimal, unscaled func(unsafe.Pointer) *big.Int, set func(unsafe.Pointer, decimal.Int128, int) bool) *codec {
	c := &codec{goType: t, typ: typ, nullable: true, set: &setters{decimal: set}}
	value := func(p unsafe.Pointer) (decimal.Int128, error) {
		u, ok := int128(unscaled(p))
		if !ok {
			return u, sparkerr.Data("NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION", "a number does not fit "+typ.String(), "value", "", "precision", "38", "scale", "")
		}
		return u, nil
	}
	c.put = func(v *columnar.Vector, p unsafe.Pointer) error {
		if *(*unsafe.Pointer)(p) == nil {
			v.AppendNull()
			return nil
		}
		u, err := value(p)
		v.AppendDecimal(u)
		return err
	}
	c.bytes = func(dst []byte, p unsafe.Pointer, _ bool) ([]byte, error) {
		if *(*unsafe.Pointer)(p) == nil {
			return append(dst, 0), nil
		}
		u, err := value(p)
		return appendInt128(append(dst, 1), u), err
	}
	return c
}

func appendInt128(dst []byte, u decimal.Int128) []byte {
	return binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(dst, u.Lo), uint64(u.Hi))
}

var (
	tenTo18  = new(big.Int).Exp(big.NewInt(10), big.NewInt(18), nil)
	maxDigit = new(big.Int).Exp(big.NewInt(10), big.NewInt(38), nil)
)

func ratUnscaled(p unsafe.Pointer) *big.Int {
	r := *(**big.Rat)(p)
	n := new(big.Int).Mul(r.Num(), tenTo18)
	twice := n.Lsh(n, 1)
	twice.Add(twice, new(big.Int).Mul(r.Denom(), big.NewInt(int64(r.Sign()))))
	return twice.Quo(twice, new(big.Int).Lsh(r.Denom(), 1))
}

func intUnscaled(p unsafe.Pointer) *big.Int { return *(**big.Int)(p) }

func setRat(p unsafe.Pointer, u decimal.Int128, scale int) bool {
	d := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)
	*(**big.Rat)(p) = new(big.Rat).SetFrac(toBig(u), d)
	return true
}

func setInt(p unsafe.Pointer, u decimal.Int128, scale int) bool {
	*(**big.Int)(p) = toBig(u)
	return scale == 0
}

func toBig(u decimal.Int128) *big.Int {
	n := big.NewInt(u.Hi)
	return n.Add(n.Lsh(n, 64), new(big.Int).SetUint64(u.Lo))
}

// int128 converts a number of at most 38 digits.
func int128(n *big.Int) (decimal.Int128, bool) {
	if n.CmpAbs(maxDigit) >= 0 {
		return decimal.Int128{}, false
	}
	low := new(big.Int).And(n, new(big.Int).SetUint64(^uint64(0)))
	return decimal.Int128{Lo: low.Uint64(), Hi: new(big.Int).Rsh(n, 64).Int64()}, true
}
