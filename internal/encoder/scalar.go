package encoder

import (
	"encoding"
	"encoding/binary"
	"math"
	"math/big"
	"reflect"
	"time"
	"unsafe"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/sqltype"
)

// setters store a value read in one of the forms that columns and bytes have;
// nil for forms the Go type does not take. False: out of range.
type setters struct {
	integer func(p unsafe.Pointer, x int64) bool
	float   func(p unsafe.Pointer, x float64)
	text    func(p unsafe.Pointer, s string) error // s is owned
	decimal func(p unsafe.Pointer, u decimal.Int128, scale int) bool
}

// whole is the codec of a type whose column holds integers: numbers, booleans,
// times.
func whole(t reflect.Type, typ sqltype.Type, get func(unsafe.Pointer) int64, set func(unsafe.Pointer, int64) bool) *codec {
	c := &codec{goType: t, typ: typ, set: &setters{integer: set}}
	switch sqltype.Width(typ) {
	case 1:
		c.put = func(v *columnar.Vector, p unsafe.Pointer) error { columnar.AppendFixed(v, int8(get(p))); return nil }
	case 2:
		c.put = func(v *columnar.Vector, p unsafe.Pointer) error { columnar.AppendFixed(v, int16(get(p))); return nil }
	case 4:
		c.put = func(v *columnar.Vector, p unsafe.Pointer) error { columnar.AppendFixed(v, int32(get(p))); return nil }
	default:
		c.put = func(v *columnar.Vector, p unsafe.Pointer) error { columnar.AppendFixed(v, get(p)); return nil }
	}
	c.bytes = func(dst []byte, p unsafe.Pointer, _ bool) ([]byte, error) {
		return binary.AppendVarint(dst, get(p)), nil
	}
	return c
}

// number is whole of a Go integer.
func number[T ~int8 | ~int16 | ~int32 | ~int64 | ~int | ~uint8 | ~uint16 | ~uint32](t reflect.Type, typ sqltype.Type) *codec {
	return whole(t, typ, func(p unsafe.Pointer) int64 { return int64(*(*T)(p)) },
		func(p unsafe.Pointer, x int64) bool { *(*T)(p) = T(x); return int64(T(x)) == x })
}

// scalarOf returns the codec of a basic kind, nil for others.
func scalarOf(t reflect.Type) *codec {
	switch t.Kind() {
	case reflect.Bool:
		return whole(t, sqltype.Boolean, func(p unsafe.Pointer) int64 { return int64(*(*uint8)(p)) },
			func(p unsafe.Pointer, x int64) bool { *(*bool)(p) = x != 0; return true })
	case reflect.Int8:
		return number[int8](t, sqltype.Byte)
	case reflect.Int16:
		return number[int16](t, sqltype.Short)
	case reflect.Int32:
		return number[int32](t, sqltype.Int)
	case reflect.Int64:
		return number[int64](t, sqltype.Long)
	case reflect.Int:
		return number[int](t, sqltype.Long)
	case reflect.Uint8:
		return number[uint8](t, sqltype.Short)
	case reflect.Uint16:
		return number[uint16](t, sqltype.Int)
	case reflect.Uint32:
		return number[uint32](t, sqltype.Long)
	case reflect.Float32:
		return float32Codec(t)
	case reflect.Float64:
		return float64Codec(t)
	case reflect.String:
		return stringCodec(t)
	}
	return nil
}

func float32Codec(t reflect.Type) *codec {
	c := &codec{goType: t, typ: sqltype.Float, set: &setters{float: func(p unsafe.Pointer, x float64) { *(*float32)(p) = float32(x) }}}
	c.put = func(v *columnar.Vector, p unsafe.Pointer) error { columnar.AppendFixed(v, *(*float32)(p)); return nil }
	c.bytes = func(dst []byte, p unsafe.Pointer, canonical bool) ([]byte, error) {
		f := *(*float32)(p)
		if canonical {
			f = float32(plain(float64(f)))
		}
		return binary.LittleEndian.AppendUint32(dst, math.Float32bits(f)), nil
	}
	return c
}

func float64Codec(t reflect.Type) *codec {
	c := &codec{goType: t, typ: sqltype.Double, set: &setters{
		float:   func(p unsafe.Pointer, x float64) { *(*float64)(p) = x },
		integer: func(p unsafe.Pointer, x int64) bool { *(*float64)(p) = float64(x); return true },
	}}
	c.put = func(v *columnar.Vector, p unsafe.Pointer) error { columnar.AppendFixed(v, *(*float64)(p)); return nil }
	c.bytes = func(dst []byte, p unsafe.Pointer, canonical bool) ([]byte, error) {
		f := *(*float64)(p)
		if canonical {
			f = plain(f)
		}
		return binary.LittleEndian.AppendUint64(dst, math.Float64bits(f)), nil
	}
	return c
}

// plain makes -0.0 0.0, and all NaN one.
func plain(f float64) float64 {
	if f != f {
		return math.NaN()
	}
	return f + 0
}

func stringCodec(t reflect.Type) *codec {
	c := &codec{goType: t, typ: sqltype.String, set: &setters{text: func(p unsafe.Pointer, s string) error { *(*string)(p) = s; return nil }}}
	c.put = func(v *columnar.Vector, p unsafe.Pointer) error { v.AppendText(unsafeBytes(*(*string)(p))); return nil }
	c.bytes = func(dst []byte, p unsafe.Pointer, _ bool) ([]byte, error) {
		return appendText(dst, unsafeBytes(*(*string)(p))), nil
	}
	return c
}

// unsafeBytes is a string's memory; it must not be written.
func unsafeBytes(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

func appendText(dst, b []byte) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(b))), b...)
}

// known are named types that are encoded by what they mean.
func known(t reflect.Type) *codec {
	switch t {
	case reflect.TypeFor[time.Time]():
		return whole(t, sqltype.Timestamp, func(p unsafe.Pointer) int64 { return (*time.Time)(p).UnixMicro() },
			func(p unsafe.Pointer, x int64) bool { *(*time.Time)(p) = time.UnixMicro(x).UTC(); return true })
	case reflect.TypeFor[time.Duration]():
		return whole(t, sqltype.DayToSecond, func(p unsafe.Pointer) int64 { return (*time.Duration)(p).Microseconds() },
			func(p unsafe.Pointer, x int64) bool {
				*(*time.Duration)(p) = time.Duration(x) * time.Microsecond
				return time.Duration(x)*time.Microsecond/time.Microsecond == time.Duration(x)
			})
	case reflect.TypeFor[eventtime.Time]():
		return number[int64](t, sqltype.Timestamp)
	case reflect.TypeFor[columnar.LocalTime]():
		return number[int64](t, sqltype.TimestampNTZ)
	case reflect.TypeFor[columnar.Date]():
		return number[int32](t, sqltype.Date)
	case reflect.TypeFor[*big.Rat]():
		return bigCodec(t, sqltype.Decimal{Precision: 38, Scale: 18}, ratUnscaled, setRat)
	case reflect.TypeFor[*big.Int]():
		return bigCodec(t, sqltype.Decimal{Precision: 38, Scale: 0}, intUnscaled, setInt)
	}
	if t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8 && t.Elem() == reflect.TypeFor[byte]() && !reflect.PointerTo(t).Implements(marshaler) {
		return binaryCodec(t)
	}
	return nil
}

func binaryCodec(t reflect.Type) *codec {
	c := &codec{goType: t, typ: sqltype.Binary, nullable: true, set: &setters{text: func(p unsafe.Pointer, s string) error { *(*[]byte)(p) = append([]byte{}, s...); return nil }}}
	c.put = func(v *columnar.Vector, p unsafe.Pointer) error {
		if b := *(*[]byte)(p); b != nil {
			v.AppendText(b)
		} else {
			v.AppendNull()
		}
		return nil
	}
	c.bytes = func(dst []byte, p unsafe.Pointer, _ bool) ([]byte, error) {
		b := *(*[]byte)(p)
		if b == nil {
			return append(dst, 0), nil
		}
		return appendText(append(dst, 1), b), nil
	}
	return c
}

// marshaled is the codec of a type that encodes itself. The value is
// addressable, so methods of the pointer do.
func marshaled(t reflect.Type) *codec {
	at := func(p unsafe.Pointer) any { return reflect.NewAt(t, p).Interface() }
	c := &codec{goType: t, typ: sqltype.Binary, set: &setters{
		text: func(p unsafe.Pointer, s string) error {
			return at(p).(encoding.BinaryUnmarshaler).UnmarshalBinary([]byte(s))
		},
	}}
	c.put = func(v *columnar.Vector, p unsafe.Pointer) error {
		b, err := at(p).(encoding.BinaryMarshaler).MarshalBinary()
		v.AppendText(b)
		return err
	}
	c.bytes = func(dst []byte, p unsafe.Pointer, _ bool) ([]byte, error) {
		b, err := at(p).(encoding.BinaryMarshaler).MarshalBinary()
		return appendText(dst, b), err
	}
	return c
}
