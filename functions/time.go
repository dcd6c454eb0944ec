package functions

import "github.com/spatestream/spate"

// Functions of dates and times.

// AddMonths is the date so many months later.
//
//	functions.AddMonths("start", 3)
func AddMonths(start ColumnOrName, months ColumnOrValue) Column {
	return call("add_months", start, spate.Lit(months))
}

// ConvertTimeZone converts a timestamp without zone from one time zone to
// another.
//
//	functions.ConvertTimeZone("UTC", "Europe/Berlin", "ts")
func ConvertTimeZone(sourceTz, targetTz ColumnOrValue, ts ColumnOrName) Column {
	return call("convert_timezone", spate.Lit(sourceTz), spate.Lit(targetTz), ts)
}

// CurDate is CurrentDate.
//
//	functions.CurDate()
func CurDate() Column {
	return call("curdate")
}

// CurrentDate is the date at the start of the query or micro-batch.
//
//	functions.CurrentDate()
func CurrentDate() Column {
	return call("current_date")
}

// CurrentTimestamp is the time at the start of the query or micro-batch.
//
//	functions.CurrentTimestamp()
func CurrentTimestamp() Column {
	return call("current_timestamp")
}

// CurrentTimeZone is the session's time zone.
//
//	functions.CurrentTimeZone()
func CurrentTimeZone() Column {
	return call("current_timezone")
}

// DateAdd is the date so many days later.
//
//	functions.DateAdd("start", 7)
func DateAdd(start ColumnOrName, days ColumnOrValue) Column {
	return call("date_add", start, spate.Lit(days))
}

// Dateadd is DateAdd.
//
//	functions.Dateadd("start", 7)
func Dateadd(start ColumnOrName, days ColumnOrValue) Column {
	return call("dateadd", start, spate.Lit(days))
}

// DateSub is the date so many days earlier.
//
//	functions.DateSub("start", 7)
func DateSub(start ColumnOrName, days ColumnOrValue) Column {
	return call("date_sub", start, spate.Lit(days))
}

// DateDiff is the number of days from start to end.
//
//	functions.DateDiff("end", "start")
func DateDiff(end, start ColumnOrName) Column {
	return call("date_diff", end, start)
}

// Datediff is DateDiff.
//
//	functions.Datediff("end", "start")
func Datediff(end, start ColumnOrName) Column {
	return call("datediff", end, start)
}

// DateFormat prints a time in a pattern such as yyyy-MM-dd.
//
//	functions.DateFormat("ts", "yyyy-MM-dd HH:mm")
func DateFormat(date ColumnOrName, format string) Column {
	return call("date_format", date, spate.Lit(format))
}

// DateFromUnixDate is the date so many days after 1970-01-01.
//
//	functions.DateFromUnixDate("days")
func DateFromUnixDate(days ColumnOrName) Column {
	return call("date_from_unix_date", days)
}

// DatePart takes a field of a time: "year", "hour".
//
//	functions.DatePart("year", "ts")
func DatePart(field ColumnOrValue, source ColumnOrName) Column {
	return call("date_part", spate.Lit(field), source)
}

// Datepart is DatePart.
//
//	functions.Datepart("year", "ts")
func Datepart(field ColumnOrValue, source ColumnOrName) Column {
	return call("datepart", spate.Lit(field), source)
}

// Extract is DatePart.
//
//	functions.Extract("year", "ts")
func Extract(field ColumnOrValue, source ColumnOrName) Column {
	return call("extract", spate.Lit(field), source)
}

// DateTrunc cuts a timestamp to a unit: "hour", "day", "month".
//
//	functions.DateTrunc("hour", "ts")
func DateTrunc(unit string, ts ColumnOrName) Column {
	return call("date_trunc", spate.Lit(unit), ts)
}

// Trunc cuts a date to a unit: "year", "month", "week".
//
//	functions.Trunc("date", "month")
func Trunc(date ColumnOrName, unit string) Column {
	return call("trunc", date, spate.Lit(unit))
}

// Day is the day of the month.
//
//	functions.Day("col")
func Day(col ColumnOrName) Column {
	return call("day", col)
}

// DayName is the short name of the weekday.
//
//	functions.DayName("col")
func DayName(col ColumnOrName) Column {
	return call("dayname", col)
}

// DayOfMonth is the day of the month.
//
//	functions.DayOfMonth("col")
func DayOfMonth(col ColumnOrName) Column {
	return call("dayofmonth", col)
}

// DayOfWeek is the weekday, from 1 for Sunday to 7.
//
//	functions.DayOfWeek("col")
func DayOfWeek(col ColumnOrName) Column {
	return call("dayofweek", col)
}

// DayOfYear is the day of the year.
//
//	functions.DayOfYear("col")
func DayOfYear(col ColumnOrName) Column {
	return call("dayofyear", col)
}

// FromUnixTime prints seconds since 1970 as local time.
//
//	functions.FromUnixTime("seconds")
func FromUnixTime(seconds ColumnOrName, format ...ColumnOrValue) Column {
	return call("from_unixtime", withValues([]any{seconds}, format)...)
}

// FromUTCTimestamp takes a timestamp as UTC and shifts it to a time zone's wall
// clock.
//
//	functions.FromUTCTimestamp("ts", "Asia/Tokyo")
func FromUTCTimestamp(ts ColumnOrName, tz ColumnOrValue) Column {
	return call("from_utc_timestamp", ts, spate.Lit(tz))
}

// ToUTCTimestamp takes a timestamp as a time zone's wall clock and shifts it to
// UTC.
//
//	functions.ToUTCTimestamp("ts", "Asia/Tokyo")
func ToUTCTimestamp(ts ColumnOrName, tz ColumnOrValue) Column {
	return call("to_utc_timestamp", ts, spate.Lit(tz))
}

// Hour is the hour, 0 to 23.
//
//	functions.Hour("col")
func Hour(col ColumnOrName) Column {
	return call("hour", col)
}

// LastDay is the last day of the date's month.
//
//	functions.LastDay("date")
func LastDay(date ColumnOrName) Column {
	return call("last_day", date)
}

// LocalTimestamp is the local time, without zone, at the start of the query or
// micro-batch.
//
//	functions.LocalTimestamp()
func LocalTimestamp() Column {
	return call("localtimestamp")
}

// MakeDate is the date of year, month and day.
//
//	functions.MakeDate("year", "month", "day")
func MakeDate(year, month, day ColumnOrName) Column {
	return call("make_date", year, month, day)
}

// MakeDTInterval is an interval of days, hours, minutes and seconds.
//
//	functions.MakeDTInterval("days", "hours")
func MakeDTInterval(parts ...ColumnOrName) Column {
	return call("make_dt_interval", parts...)
}

// MakeInterval is an interval of years, months, weeks, days, hours, minutes and
// seconds.
//
//	functions.MakeInterval("years", "months")
func MakeInterval(parts ...ColumnOrName) Column {
	return call("make_interval", parts...)
}

// TryMakeInterval is MakeInterval, null where it is too large.
//
//	functions.TryMakeInterval("years", "months")
func TryMakeInterval(parts ...ColumnOrName) Column {
	return call("try_make_interval", parts...)
}

// TryMakeTimestampLTZ is MakeTimestampLTZ, null where the parts are no time.
//
//	functions.TryMakeTimestampLTZ("years", "months", "days", "hours", "mins", "secs")
func TryMakeTimestampLTZ(years, months, days, hours, mins, secs ColumnOrName, tz ...ColumnOrValue) Column {
	return call("try_make_timestamp_ltz", withValues([]any{years, months, days, hours, mins, secs}, tz)...)
}

// TryMakeTimestampNTZ is MakeTimestampNTZ, null where the parts are no time.
//
//	functions.TryMakeTimestampNTZ("years", "months", "days", "hours", "mins", "secs")
func TryMakeTimestampNTZ(years, months, days, hours, mins, secs ColumnOrName) Column {
	return call("try_make_timestamp_ntz", years, months, days, hours, mins, secs)
}

// TimeBucket is the start of the bucket of a size, an interval, that a time
// falls into.
//
//	functions.TimeBucket(functions.Expr("INTERVAL '15' MINUTE"), "ts")
func TimeBucket(size ColumnOrValue, ts ColumnOrName, origin ...ColumnOrValue) Column {
	return call("time_bucket", withValues([]any{spate.Lit(size), ts}, origin)...)
}

// TimestampAdd adds so many units to a time: "HOUR", "DAY".
//
//	functions.TimestampAdd("HOUR", 3, "ts")
func TimestampAdd(unit string, quantity ColumnOrValue, ts ColumnOrName) Column {
	return call("timestampadd", spate.Lit(unit), spate.Lit(quantity), ts)
}

// TimestampDiff is the number of whole units from start to end.
//
//	functions.TimestampDiff("HOUR", "start", "end")
func TimestampDiff(unit string, start, end ColumnOrName) Column {
	return call("timestampdiff", spate.Lit(unit), start, end)
}

// MakeYMInterval is an interval of years and months.
//
//	functions.MakeYMInterval("years", "months")
func MakeYMInterval(parts ...ColumnOrName) Column {
	return call("make_ym_interval", parts...)
}

// MakeTimestamp is the timestamp of its parts.
//
//	functions.MakeTimestamp("years", "months", "days", "hours", "mins", "secs")
func MakeTimestamp(years, months, days, hours, mins, secs ColumnOrName, tz ...ColumnOrValue) Column {
	return call("make_timestamp", withValues([]any{years, months, days, hours, mins, secs}, tz)...)
}

// TryMakeTimestamp is MakeTimestamp, null where the parts are no time.
//
//	functions.TryMakeTimestamp("years", "months", "days", "hours", "mins", "secs")
func TryMakeTimestamp(years, months, days, hours, mins, secs ColumnOrName, tz ...ColumnOrValue) Column {
	return call("try_make_timestamp", withValues([]any{years, months, days, hours, mins, secs}, tz)...)
}

// MakeTimestampLTZ is the timestamp of its parts in the session's zone, or the
// given one.
//
//	functions.MakeTimestampLTZ("years", "months", "days", "hours", "mins", "secs")
func MakeTimestampLTZ(years, months, days, hours, mins, secs ColumnOrName, tz ...ColumnOrValue) Column {
	return call("make_timestamp_ltz", withValues([]any{years, months, days, hours, mins, secs}, tz)...)
}

// MakeTimestampNTZ is the timestamp without zone of its parts.
//
//	functions.MakeTimestampNTZ("years", "months", "days", "hours", "mins", "secs")
func MakeTimestampNTZ(years, months, days, hours, mins, secs ColumnOrName) Column {
	return call("make_timestamp_ntz", years, months, days, hours, mins, secs)
}

// Minute is the minute, 0 to 59.
//
//	functions.Minute("col")
func Minute(col ColumnOrName) Column {
	return call("minute", col)
}

// Month is the month, 1 to 12.
//
//	functions.Month("col")
func Month(col ColumnOrName) Column {
	return call("month", col)
}

// MonthName is the short name of the month.
//
//	functions.MonthName("col")
func MonthName(col ColumnOrName) Column {
	return call("monthname", col)
}

// MonthsBetween is the number of months from start to end, with a fraction.
//
//	functions.MonthsBetween("end", "start")
func MonthsBetween(end, start ColumnOrName, roundOff ...ColumnOrValue) Column {
	return call("months_between", withValues([]any{end, start}, roundOff)...)
}

// NextDay is the first day of that weekday after the date.
//
//	functions.NextDay("date", "Mon")
func NextDay(date ColumnOrName, weekday string) Column {
	return call("next_day", date, spate.Lit(weekday))
}

// Now is CurrentTimestamp.
//
//	functions.Now()
func Now() Column {
	return call("now")
}

// Quarter is the quarter, 1 to 4.
//
//	functions.Quarter("col")
func Quarter(col ColumnOrName) Column {
	return call("quarter", col)
}

// Second is the second, 0 to 59.
//
//	functions.Second("col")
func Second(col ColumnOrName) Column {
	return call("second", col)
}

// TimestampMicros is the timestamp so many microseconds after 1970.
//
//	functions.TimestampMicros("col")
func TimestampMicros(col ColumnOrName) Column {
	return call("timestamp_micros", col)
}

// TimestampMillis is the timestamp so many milliseconds after 1970.
//
//	functions.TimestampMillis("col")
func TimestampMillis(col ColumnOrName) Column {
	return call("timestamp_millis", col)
}

// TimestampSeconds is the timestamp so many seconds after 1970.
//
//	functions.TimestampSeconds("col")
func TimestampSeconds(col ColumnOrName) Column {
	return call("timestamp_seconds", col)
}

// ToDate reads a date, in a pattern if one is given.
//
//	functions.ToDate("text", "dd.MM.yyyy")
func ToDate(col ColumnOrName, format ...ColumnOrValue) Column {
	return call("to_date", withValues([]any{col}, format)...)
}

// TryToDate is ToDate, null where the text is no date.
//
//	functions.TryToDate("text", "dd.MM.yyyy")
func TryToDate(col ColumnOrName, format ...ColumnOrValue) Column {
	return call("try_to_date", withValues([]any{col}, format)...)
}

// ToTimestamp reads a timestamp, in a pattern if one is given.
//
//	functions.ToTimestamp("text", "yyyy-MM-dd HH:mm:ss")
func ToTimestamp(col ColumnOrName, format ...ColumnOrValue) Column {
	return call("to_timestamp", withValues([]any{col}, format)...)
}

// TryToTimestamp is ToTimestamp, null where the text is no time.
//
//	functions.TryToTimestamp("text", "yyyy-MM-dd HH:mm:ss")
func TryToTimestamp(col ColumnOrName, format ...ColumnOrValue) Column {
	return call("try_to_timestamp", withValues([]any{col}, format)...)
}

// ToTimestampLTZ reads a timestamp of the session's zone.
//
//	functions.ToTimestampLTZ("text")
func ToTimestampLTZ(col ColumnOrName, format ...ColumnOrValue) Column {
	return call("to_timestamp_ltz", withValues([]any{col}, format)...)
}

// ToTimestampNTZ reads a timestamp without zone.
//
//	functions.ToTimestampNTZ("text")
func ToTimestampNTZ(col ColumnOrName, format ...ColumnOrValue) Column {
	return call("to_timestamp_ntz", withValues([]any{col}, format)...)
}

// ToUnixTimestamp is the seconds since 1970 of a time or its text.
//
//	functions.ToUnixTimestamp("text")
func ToUnixTimestamp(col ColumnOrName, format ...ColumnOrValue) Column {
	return call("to_unix_timestamp", withValues([]any{col}, format)...)
}

// UnixTimestamp is the seconds since 1970 of a time or its text.
//
//	functions.UnixTimestamp("text")
func UnixTimestamp(col ColumnOrName, format ...ColumnOrValue) Column {
	return call("unix_timestamp", withValues([]any{col}, format)...)
}

// UnixDate is the days since 1970.
//
//	functions.UnixDate("col")
func UnixDate(col ColumnOrName) Column {
	return call("unix_date", col)
}

// UnixMicros is the microseconds since 1970.
//
//	functions.UnixMicros("col")
func UnixMicros(col ColumnOrName) Column {
	return call("unix_micros", col)
}

// UnixMillis is the milliseconds since 1970.
//
//	functions.UnixMillis("col")
func UnixMillis(col ColumnOrName) Column {
	return call("unix_millis", col)
}

// UnixSeconds is the seconds since 1970.
//
//	functions.UnixSeconds("col")
func UnixSeconds(col ColumnOrName) Column {
	return call("unix_seconds", col)
}

// Weekday is the weekday, from 0 for Monday to 6.
//
//	functions.Weekday("col")
func Weekday(col ColumnOrName) Column {
	return call("weekday", col)
}

// WeekOfYear is the ISO week of the year.
//
//	functions.WeekOfYear("col")
func WeekOfYear(col ColumnOrName) Column {
	return call("weekofyear", col)
}

// Year is the year.
//
//	functions.Year("col")
func Year(col ColumnOrName) Column {
	return call("year", col)
}

// WindowTime is the event time of a window: its end less a microsecond.
//
//	functions.WindowTime("window")
func WindowTime(window ColumnOrName) Column {
	return call("window_time", window)
}
