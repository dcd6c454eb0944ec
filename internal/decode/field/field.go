// Package field is what the decoders of text formats share: how a malformed
// record is dealt with, how the text of a field becomes a value, and how values
// are appended to columns without ceremony.
package field

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"
	"unsafe"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Mode is what happens to malformed records.
type Mode uint8

const (
	// Permissive keeps the fields that can be read, nulls the others, and puts
	// the record into the corrupt column if there is one.
	Permissive Mode = iota
	// Drop leaves the record out.
	Drop
	// Fail ends the query.
	Fail
)

// ParseMode reads the option mode; an unknown one is Permissive, as in Spark.
func ParseMode(text string) Mode {
	m, _ := LookupMode(text)
	return m
}

// LookupMode reads the option mode; false of one that there is not.
func LookupMode(text string) (m Mode, ok bool) {
	m, ok = map[string]Mode{"PERMISSIVE": Permissive, "DROPMALFORMED": Drop, "FAILFAST": Fail}[strings.ToUpper(text)]
	return m, ok
}

// Malformed is the error of mode Fail.
func Malformed(record string) error {
	const longest = 500
	if len(record) > longest {
		record = strings.ToValidUTF8(record[:longest], "") + "..."
	}
	return sparkerr.Data("MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
		"Malformed records are detected in record parsing: "+record+".\nParse Mode: FAILFAST. To process malformed records as null result, set the option 'mode' to 'PERMISSIVE'.",
		"badRecord", record, "failFastMode", "FAILFAST")
}

// Int reads digits with an optional sign, nothing else.
func Int(b []byte) (int64, bool) {
	if len(b) == 0 {
		return 0, false
	}
	neg := b[0] == '-'
	if neg || b[0] == '+' {
		b = b[1:]
	}
	if len(b) == 0 || len(b) > 18 {
		return slowInt(b, neg)
	}
	n := int64(0)
	if len(b) >= 8 {
		x, ok := decimal.Eight(binary.LittleEndian.Uint64(b))
		if !ok {
			return 0, false
		}
		n, b = x, b[8:]
	}
	for _, c := range b {
		if c -= '0'; c > 9 {
			return 0, false
		}
		n = n*10 + int64(c)
	}
	if neg {
		n = -n
	}
	return n, true
}

func slowInt(b []byte, neg bool) (int64, bool) {
	n := uint64(0)
	for _, c := range b {
		c -= '0'
		if c > 9 || n > (math.MaxUint64-9)/10 {
			return 0, false
		}
		n = n*10 + uint64(c)
	}
	switch {
	case len(b) == 0:
		return 0, false
	case neg && n <= 1<<63:
		return -int64(n), true
	case !neg && n < 1<<63:
		return int64(n), true
	}
	return 0, false
}

var pow10 = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// Float reads a decimal number with optional fraction and exponent, exactly
// rounded to bits (32 or 64); what is too large is infinite. Short numbers are
// one division (Clinger's fast path).
func Float(b []byte, bits int) (float64, bool) {
	mantissa, digits, scale, i := uint64(0), 0, 0, 0
	neg := len(b) > 0 && b[0] == '-'
	if neg || len(b) > 0 && b[0] == '+' {
		i++
	}
	seen, point := false, false
	for ; i < len(b); i++ {
		c := b[i]
		if c == '.' && !point {
			point = true
			continue
		}
		if c -= '0'; c > 9 {
			break
		}
		mantissa, seen = mantissa*10+uint64(c), true
		if digits++; point {
			scale++
		}
	}
	if i == len(b) && seen && digits <= 15 && scale <= 22 && bits == 64 {
		f := float64(mantissa) / pow10[scale]
		if neg {
			f = -f
		}
		return f, true
	}
	if !seen || i < len(b) && b[i]|0x20 != 'e' {
		return 0, false
	}
	f, err := strconv.ParseFloat(unsafe.String(unsafe.SliceData(b), len(b)), bits)
	if err != nil && !math.IsInf(f, 0) {
		return 0, false
	}
	return f, true
}

// Put appends a value of the column's width to a flat fixed-width vector. It
// is AppendFixed for the case that there is room.
func Put[T any](v *columnar.Vector, x T) {
	n, w := len(v.Data), int(unsafe.Sizeof(x))
	if n+w > cap(v.Data) || v.Valid != nil || n != v.Len*w {
		columnar.AppendFixed(v, x)
		return
	}
	v.Data = v.Data[:n+w]
	*(*T)(unsafe.Pointer(&v.Data[n])) = x
	v.Len++
}

// PutView appends a place of v's bytes to a flat text vector.
func PutView(v *columnar.Vector, off, n int) {
	k := len(v.Views)
	if v.Valid != nil || k == cap(v.Views) {
		growView(v)
	} else {
		v.Views = v.Views[:k+1]
		v.Len++
	}
	v.Views[k] = columnar.View{Off: uint32(off), Len: uint32(n)}
}

// growView is a call of its own so that PutView is none.
func growView(v *columnar.Vector) { v.AppendZero() }

// PutStruct appends a row to a struct vector whose children have theirs.
func PutStruct(v *columnar.Vector) {
	v.Len++
	if v.Valid != nil {
		for len(v.Valid)*64 < v.Len {
			v.Valid = append(v.Valid, 0)
		}
		v.Valid.Set(v.Len - 1)
	}
}

// Truncate drops the rows from n on of a flat vector. Elements of dropped
// lists stay, unreferenced.
func Truncate(v *columnar.Vector, n int) {
	if v.Len <= n {
		return
	}
	v.Len = n
	switch v.Type.Kind() {
	case sqltype.KindNull:
	case sqltype.KindString, sqltype.KindBinary, sqltype.KindArray, sqltype.KindMap:
		v.Views = v.Views[:n]
	case sqltype.KindStruct:
		for _, c := range v.Child {
			Truncate(c, n)
		}
	default:
		v.Data = v.Data[:n*sqltype.Width(v.Type)]
	}
}

// Fill adds rows without meaning to a flat vector until it has n.
func Fill(v *columnar.Vector, n int) {
	for v.Len < n {
		v.AppendZero()
	}
}

// Room makes an emptied flat vector ready to take n rows without growing.
func Room(v *columnar.Vector, n int) {
	v.Resize(n)
	v.Resize(0)
}

// Finish makes a batch of decoded rows whole: columns that are wanted see buf and
// extra as one memory, the others are empty. joined is room for both when there is
// something extra, and is returned.
func Finish(b *columnar.Batch, want []bool, rows int, buf, extra, joined []byte) []byte {
	if len(extra) > 0 {
		joined = append(append(joined[:0], buf...), extra...)
		buf = joined
	}
	for i, v := range b.Cols {
		if want[i] {
			SetBytes(v, buf)
		} else {
			v.Resize(0)
			v.Len = rows
		}
	}
	b.Len = rows
	return joined
}

// SetBytes makes buf the memory that the views of v, and of all below it, are
// places of.
func SetBytes(v *columnar.Vector, buf []byte) {
	switch v.Type.Kind() {
	case sqltype.KindString, sqltype.KindBinary:
		v.Bytes = buf
	}
	for _, c := range v.Child {
		SetBytes(c, buf)
	}
}

// Times reads and writes dates and timestamps by the options of a format.
// It is immutable.
type Times struct {
	Zone                   *datetime.Zone
	date, timestamp, local *datetime.Pattern // of readers; nil: as a cast
	fallback               bool
	dateOut, timeOut, ntz  *datetime.Pattern
}

const (
	defaultDate  = "yyyy-MM-dd"
	defaultTime  = "yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX]"
	defaultLocal = "yyyy-MM-dd'T'HH:mm:ss[.SSS]"
)

// NewTimes reads the options dateFormat, timestampFormat, timestampNTZFormat,
// timeZone (default zone) and enableDateTimeParsingFallback.
func NewTimes(get func(name string) (string, bool), zone string) (*Times, error) {
	if z, ok := get("timeZone"); ok {
		zone = z
	}
	t := &Times{Zone: datetime.UTC}
	var err error
	if zone != "" {
		if t.Zone, err = datetime.LoadZone(zone); err != nil {
			return nil, err
		}
	}
	fallback, _ := get("enableDateTimeParsingFallback")
	t.fallback = strings.EqualFold(fallback, "true")
	for _, p := range []struct {
		option, otherwise string
		in, out           **datetime.Pattern
	}{{"dateFormat", defaultDate, &t.date, &t.dateOut}, {"timestampFormat", defaultTime, &t.timestamp, &t.timeOut}, {"timestampNTZFormat", defaultLocal, &t.local, &t.ntz}} {
		text, given := get(p.option)
		if given {
			if *p.in, err = datetime.CompileParse(text); err != nil {
				return nil, err
			}
		} else {
			text = p.otherwise
		}
		if *p.out, err = datetime.CompileFormat(text); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// Date reads a date.
func (t *Times) Date(b []byte) (int32, bool) {
	if t.date != nil {
		d, bad := t.date.ParseDate(b)
		if bad == datetime.OK || !t.fallback {
			return d, bad == datetime.OK
		}
	}
	return datetime.ParseDate(b)
}

// Timestamp reads an instant.
func (t *Times) Timestamp(b []byte) (int64, bool) {
	if t.timestamp != nil {
		m, bad := t.timestamp.ParseTimestamp(b, t.Zone)
		if bad == datetime.OK || !t.fallback {
			return m, bad == datetime.OK
		}
	}
	return datetime.ParseTimestamp(b, t.Zone, 0)
}

// Local reads a timestamp without time zone; a zone in the text is an error.
func (t *Times) Local(b []byte) (int64, bool) {
	if t.local != nil {
		m, bad := t.local.ParseLocal(b, false)
		if bad == datetime.OK || !t.fallback {
			return m, bad == datetime.OK
		}
	}
	return datetime.ParseLocal(b, false)
}

// AppendDate writes a date.
func (t *Times) AppendDate(dst []byte, d int32) ([]byte, error) { return t.dateOut.FormatDate(dst, d) }

// AppendTimestamp writes an instant.
func (t *Times) AppendTimestamp(dst []byte, m int64) ([]byte, error) {
	return t.timeOut.FormatTimestamp(dst, m, t.Zone)
}

// AppendLocal writes a timestamp without time zone.
func (t *Times) AppendLocal(dst []byte, m int64) ([]byte, error) { return t.ntz.FormatLocal(dst, m) }

// InferDate reports whether text is a date by the format, or by default in
// full.
func (t *Times) InferDate(b []byte) bool {
	if t.date == nil && len(b) != len(defaultDate) {
		return false
	}
	_, ok := t.Date(b)
	return ok
}
