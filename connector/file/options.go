package file

import (
	"strconv"
	"strings"
	"time"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/sparkerr"
)

// conf returns a setting of the session, "" if it is not set.
func conf(r connector.Request, key string) string {
	if r.Conf == nil {
		return ""
	}
	return r.Conf(key)
}

func badOption(name, value, advice string) error {
	return sparkerr.New("STDS_INVALID_OPTION_VALUE.WITH_MESSAGE",
		"invalid value '"+value+"' for option '"+name+"': "+advice, "optionName", name, "message", advice)
}

// BoolOption reads an option that is true or false, in any case; an error names
// the option.
func BoolOption(o connector.Options, name string, otherwise bool) (bool, error) {
	text, ok := o.Get(name)
	if !ok {
		return otherwise, nil
	}
	switch strings.ToLower(text) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, badOption(name, text, "it must be true or false")
}

// positive reads a whole number above 0; 0 stands for "not set".
func positive(o connector.Options, name string) (int64, error) {
	text, ok := o.Get(name)
	if !ok {
		return 0, nil
	}
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil || n <= 0 {
		return 0, badOption(name, text, "it must be a positive whole number")
	}
	return n, nil
}

// duration reads a span as Spark's time settings are written: 7d, 90s, 250ms;
// a bare number counts in otherwise.
func duration(text string, otherwise time.Duration) (time.Duration, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	digits := strings.TrimRight(text, "abcdefghijklmnopqrstuvwxyz ")
	n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
	if err != nil {
		return 0, false
	}
	unit := otherwise
	if u := strings.TrimSpace(text[len(digits):]); u != "" {
		var ok bool
		if unit, ok = units[strings.TrimSuffix(u, "s")]; !ok {
			if unit, ok = units[u]; !ok {
				return 0, false
			}
		}
	}
	return time.Duration(n) * unit, true
}

var units = map[string]time.Duration{
	"u": time.Microsecond, "m": time.Minute, "min": time.Minute, "minute": time.Minute, "ms": time.Millisecond,
	"millisecond": time.Millisecond, "microsecond": time.Microsecond, "s": time.Second, "sec": time.Second,
	"second": time.Second, "h": time.Hour, "hour": time.Hour, "d": 24 * time.Hour, "day": 24 * time.Hour,
	"week": 7 * 24 * time.Hour, "us": time.Microsecond,
}
