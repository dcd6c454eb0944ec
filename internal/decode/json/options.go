package json

import (
	"strings"

	"github.com/spatestream/spate/internal/decode/field"
	"github.com/spatestream/spate/internal/expr/render"
	"github.com/spatestream/spate/sparkerr"
)

// Options are Spark's options of JSON, read once. It is immutable.
type Options struct {
	Mode    field.Mode
	Corrupt string // name of the column that takes malformed records
	Times   *field.Times
	// Print, if there is one, writes dates and times as casts to text do.
	Print *render.Printer

	comments, unquotedNames, singleQuotes, leadingZeros bool
	backslashAny, controlChars, nonNumeric              bool
	primitivesAsString, prefersDecimal, dropAllNull     bool
	inferTimestamp                                      bool
	WriteNulls                                          bool // ignoreNullFields=false
	Pretty                                              bool
}

// ParseOptions reads options; zone is the session's time zone.
func ParseOptions(get func(name string) (string, bool), zone string) (*Options, error) {
	o := &Options{Corrupt: "_corrupt_record"}
	if name, ok := get("columnNameOfCorruptRecord"); ok && name != "" {
		o.Corrupt = name
	}
	mode, _ := get("mode")
	o.Mode = field.ParseMode(mode)
	o.singleQuotes, o.nonNumeric = true, true
	ignoreNulls := true
	for name, to := range map[string]*bool{
		"allowComments": &o.comments, "allowUnquotedFieldNames": &o.unquotedNames, "allowSingleQuotes": &o.singleQuotes,
		"allowNumericLeadingZeros": &o.leadingZeros, "allowBackslashEscapingAnyCharacter": &o.backslashAny,
		"allowUnquotedControlChars": &o.controlChars, "allowNonNumericNumbers": &o.nonNumeric,
		"primitivesAsString": &o.primitivesAsString, "prefersDecimal": &o.prefersDecimal, "dropFieldIfAllNull": &o.dropAllNull,
		"inferTimestamp": &o.inferTimestamp, "ignoreNullFields": &ignoreNulls, "pretty": &o.Pretty,
	} {
		text, ok := get(name)
		if !ok {
			continue
		}
		switch strings.ToLower(text) {
		case "true":
			*to = true
		case "false":
			*to = false
		default:
			return nil, sparkerr.New("", "option "+name+" of json must be true or false, not '"+text+"'")
		}
	}
	o.WriteNulls = !ignoreNulls
	var err error
	o.Times, err = field.NewTimes(get, zone)
	return o, err
}
