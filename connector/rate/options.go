// Package rate makes rows by the clock (format rate) or by the micro-batch
// (format rate-micro-batch): a timestamp and a counter. Both are functions of
// their offsets, so that a run repeated gives the same rows.
package rate

import (
	"strconv"
	"strings"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

var schema = sqltype.NewStruct(sqltype.F("timestamp", sqltype.Timestamp), sqltype.F("value", sqltype.Long))

// number reads a whole number of at least least.
func number(o connector.Options, name string, otherwise, least int64) (int64, error) {
	text, ok := o.Get(name)
	if !ok {
		text = strconv.FormatInt(otherwise, 10)
	}
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err == nil && n >= least {
		return n, nil
	}
	must := "must be positive"
	if least == 0 {
		must = "must not be negative"
	}
	return 0, sparkerr.New("", "Invalid value '"+text+"'. The option '"+name+"' "+must+".")
}

// seconds reads a span of whole seconds: 5s, 2m, 1h, 1d, or a bare number of
// milliseconds.
func seconds(text string) (int64, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	units := map[string]int64{"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}
	digits := strings.TrimRight(text, "abcdefghijklmnopqrstuvwxyz ")
	n, err := strconv.ParseInt(digits, 10, 64)
	unit := strings.TrimSpace(text[len(digits):])
	switch k, ok := units[unit]; {
	case err != nil:
		return 0, false
	case ok:
		return n * k, true
	case unit == "ms" || unit == "":
		return n / 1000, true
	}
	return 0, false
}

// check refuses what neither format can do. The schema that the source has
// anyway may be given: a catalog does so with that of a table.
func check(provider string, r connector.Request) error {
	if r.Schema != nil && !sqltype.SameShape(r.Schema, schema) {
		return sparkerr.New("_LEGACY_ERROR_TEMP_1189", provider+" source does not support user-specified schema. Leave the schema out: it is timestamp TIMESTAMP, value BIGINT.")
	}
	if !r.Streaming {
		return sparkerr.New("UNSUPPORTED_FEATURE.TABLE_OPERATION", "The source "+provider+" makes an endless stream and cannot be read as a batch; use readStream.")
	}
	return nil
}

func corruptOffset(o connector.Offset) error {
	return sparkerr.Corrupt(string(o), "this is not an offset of a rate source; the checkpoint belongs to another query")
}
