package convert

import (
	"math"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/sqltype"
)

// textToTime reads dates, timestamps and intervals.
func (c *conversion) textToTime() Func {
	switch t := c.to.(type) {
	case sqltype.YearMonth:
		return parseInterval(c, func(b []byte) (int32, bool) {
			return datetime.ParseYearMonth(b, datetime.Field(t.From), datetime.Field(t.To))
		})
	case sqltype.DayTime:
		return parseInterval(c, func(b []byte) (int64, bool) {
			return datetime.ParseDayTime(b, datetime.Field(t.From), datetime.Field(t.To))
		})
	}
	switch c.to.Kind() {
	case sqltype.KindDate:
		return parse(c, datetime.ParseDate)
	case sqltype.KindTimestamp:
		return parse(c, func(b []byte) (int64, bool) { return datetime.ParseTimestamp(b, c.zone, c.now()) })
	case sqltype.KindTimestampNTZ:
		return parse(c, func(b []byte) (int64, bool) { return datetime.ParseLocal(b, true) })
	case sqltype.KindCalendar:
		return calendars
	}
	return nil
}

// calendars reads calendar intervals; what is none is null in every mode.
func calendars(in *columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
	dst := columnar.Slice[columnar.Interval](out)
	for _, i := range rowsOf(sel, n) {
		v, err := datetime.ParseInterval(in.Text(int(i)))
		dst[i] = columnar.Interval(v)
		if err != nil {
			out.SetNull(int(i))
		}
	}
	return nil
}

// parseInterval is parse with the error of intervals, which legacy mode has too.
func parseInterval[R any](c *conversion, read func([]byte) (R, bool)) Func {
	return func(in *columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		dst := columnar.Slice[R](out)
		for _, i := range rowsOf(sel, n) {
			x, ok := read(in.Text(int(i)))
			dst[i] = x
			if ok {
				continue
			}
			if c.o.Mode != Try {
				return c.badInterval(in.Str(int(i)))
			}
			out.SetNull(int(i))
		}
		return nil
	}
}

func (c *conversion) now() int64 {
	if c.o.Now == nil {
		return 0
	}
	return c.o.Now()
}

// times converts between dates, timestamps and numbers.
func (c *conversion) times() Func {
	f, t := c.from.Kind(), c.to.Kind()
	switch {
	case f == sqltype.KindDate && t == sqltype.KindTimestamp:
		return convert(c, func(d int32) (int64, bool) {
			local, ok := datetime.Midnight(d)
			return c.zone.Instant(local), ok
		})
	case f == sqltype.KindDate && t == sqltype.KindTimestampNTZ:
		return convert(c, datetime.Midnight)
	case f == sqltype.KindDate: // legacy: every number is null
		return func(_ *columnar.Vector, _ []uint16, n int, out *columnar.Vector) error { return allNull(out, n) }
	case t == sqltype.KindTimestamp:
		return c.toTimestamp()
	case f == sqltype.KindTimestamp:
		return c.fromTimestamp()
	case f == sqltype.KindTimestampNTZ && t == sqltype.KindDate:
		return convert(c, func(x int64) (int32, bool) { return datetime.DateOf(x), true })
	}
	return nil
}

// convert makes a Func of a function for one row; false is an overflow.
func convert[A, R any](c *conversion, f func(A) (R, bool)) Func {
	return func(in *columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		src, dst := columnar.Slice[A](in), columnar.Slice[R](out)
		for _, i := range rowsOf(sel, n) {
			x, ok := f(src[i])
			dst[i] = x
			if !ok {
				if err := c.overflow(in, int(i), out); err != nil {
					return err
				}
			}
		}
		return nil
	}
}

// seconds turns whole seconds into micros, saturating as Java does.
func seconds(s int64) int64 {
	switch {
	case s > math.MaxInt64/datetime.Second:
		return math.MaxInt64
	case s < math.MinInt64/datetime.Second:
		return math.MinInt64
	}
	return s * datetime.Second
}

func (c *conversion) toTimestamp() Func {
	switch c.from.Kind() {
	case sqltype.KindTimestampNTZ:
		return convert(c, func(x int64) (int64, bool) { return c.zone.Instant(x), true })
	case sqltype.KindBoolean: // true is one microsecond
		return convert(c, func(x int8) (int64, bool) { return int64(x), true })
	case sqltype.KindByte:
		return convert(c, func(x int8) (int64, bool) { return seconds(int64(x)), true })
	case sqltype.KindShort:
		return convert(c, func(x int16) (int64, bool) { return seconds(int64(x)), true })
	case sqltype.KindInt:
		return convert(c, func(x int32) (int64, bool) { return seconds(int64(x)), true })
	case sqltype.KindLong:
		return convert(c, func(x int64) (int64, bool) { return seconds(x), true })
	case sqltype.KindFloat:
		return floatSeconds[float32](c)
	case sqltype.KindDouble:
		return floatSeconds[float64](c)
	}
	return nil
}

// floatSeconds refuses what is no number, and under ANSI what does not fit.
func floatSeconds[A float32 | float64](c *conversion) Func {
	return func(in *columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		src, dst := columnar.Slice[A](in), columnar.Slice[int64](out)
		for _, i := range rowsOf(sel, n) {
			x := float64(src[i])
			y := x * 1e6
			var err error
			switch {
			case x != x || math.IsInf(x, 0):
				err = c.invalid(in, int(i), out)
			case c.o.Mode != Legacy && !(math.Floor(y) < 0x1p63 && math.Ceil(y) >= -0x1p63):
				err = c.overflow(in, int(i), out)
			default:
				dst[i] = saturate(y, math.MinInt64, math.MaxInt64)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
}

func floorSeconds(x int64) int64 {
	s := x / datetime.Second
	if x%datetime.Second < 0 {
		s--
	}
	return s
}

func (c *conversion) fromTimestamp() Func {
	switch c.to.Kind() {
	case sqltype.KindDate:
		return convert(c, func(x int64) (int32, bool) { return datetime.DateOf(c.zone.Local(x)), true })
	case sqltype.KindTimestampNTZ:
		return convert(c, func(x int64) (int64, bool) { return c.zone.Local(x), true })
	case sqltype.KindByte:
		return secondsTo[int8](c)
	case sqltype.KindShort:
		return secondsTo[int16](c)
	case sqltype.KindInt:
		return secondsTo[int32](c)
	case sqltype.KindLong:
		return secondsTo[int64](c)
	case sqltype.KindFloat:
		return convert(c, func(x int64) (float32, bool) { return float32(float64(x) / 1e6), true })
	case sqltype.KindDouble:
		return convert(c, func(x int64) (float64, bool) { return float64(x) / 1e6, true })
	}
	return nil
}

func secondsTo[R integer](c *conversion) Func {
	return convert(c, func(x int64) (R, bool) {
		s := floorSeconds(x)
		return R(s), int64(R(s)) == s
	})
}
