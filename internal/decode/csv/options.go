// Package csv decodes separated values straight into columns, guided by a
// schema, as Spark's reader and from_csv do; infers schemas; and writes rows.
//
// The promise: fields, nulls and malformed records are Spark's (that is, those
// of the univocity parser in the mode STOP_AT_DELIMITER). Text fields without
// escapes are views into the block that was read; memory is bounded by the
// texts.
package csv

import (
	"strconv"
	"strings"

	"github.com/spatestream/spate/internal/decode/field"
	"github.com/spatestream/spate/sparkerr"
)

// Options are Spark's options of CSV, read once. It is immutable.
type Options struct {
	Mode          field.Mode
	Corrupt       string // name of the column that takes malformed records
	Times         *field.Times
	Header        bool
	EnforceSchema bool
	MultiLine     bool
	InferSchema   bool

	sep                   []byte
	quote, escape         byte // 0: none
	escapeEscape          byte // what escapes the escape inside of quotes, 0: nothing
	comment               byte // 0: none
	trimLeft, trimRight   bool // of reads
	writeLeft, writeRight bool // trim on writes
	null                  string
	empty                 string // of reads
	emptyOut              string // as written, quotes included
	nan, inf, negInf      string
	quoteAll, quoteQuotes bool
	preferDate            bool
	maxColumns            int
}

// ParseOptions reads options; zone is the session's time zone.
func ParseOptions(get func(name string) (string, bool), zone string) (*Options, error) {
	or := func(name, otherwise string) string {
		if v, ok := get(name); ok {
			return v
		}
		return otherwise
	}
	o := &Options{Corrupt: or("columnNameOfCorruptRecord", "_corrupt_record"), Mode: field.ParseMode(or("mode", "")),
		null: or("nullValue", ""), empty: or("emptyValue", ""), emptyOut: or("emptyValue", `""`),
		nan: or("nanValue", "NaN"), inf: or("positiveInf", "Inf"), negInf: or("negativeInf", "-Inf")}
	for _, b := range []struct {
		name string
		to   *bool
		def  bool
	}{{"header", &o.Header, false}, {"enforceSchema", &o.EnforceSchema, true}, {"multiLine", &o.MultiLine, false}, {"inferSchema", &o.InferSchema, false},
		{"ignoreLeadingWhiteSpace", &o.trimLeft, false}, {"ignoreTrailingWhiteSpace", &o.trimRight, false}, {"ignoreLeadingWhiteSpace", &o.writeLeft, true},
		{"ignoreTrailingWhiteSpace", &o.writeRight, true}, {"quoteAll", &o.quoteAll, false}, {"escapeQuotes", &o.quoteQuotes, true}, {"preferDate", &o.preferDate, true}} {
		switch strings.ToLower(or(b.name, strconv.FormatBool(b.def))) {
		case "true":
			*b.to = true
		case "false":
		default:
			return nil, sparkerr.New("", "option "+b.name+" of csv must be true or false")
		}
	}
	if err := o.characters(or); err != nil {
		return nil, err
	}
	var err error
	if o.maxColumns, err = strconv.Atoi(or("maxColumns", "20480")); err != nil || o.maxColumns <= 0 {
		return nil, sparkerr.New("", "option maxColumns of csv must be a positive whole number")
	}
	o.Times, err = field.NewTimes(get, zone)
	return o, err
}

// characters reads the options that are separators and single characters.
func (o *Options) characters(or func(name, otherwise string) string) error {
	sep, err := delimiter(or("sep", or("delimiter", ",")))
	if err != nil {
		return err
	}
	o.sep = sep
	for _, c := range []struct {
		name, def string
		to        *byte
	}{{"quote", `"`, &o.quote}, {"escape", `\`, &o.escape}, {"comment", "", &o.comment}, {"charToEscapeQuoteEscaping", "", &o.escapeEscape}} {
		text := or(c.name, c.def)
		if len(text) > 1 {
			return sparkerr.New("", c.name+" of csv must be one character of ASCII, or empty for none")
		}
		if text != "" && text != "\x00" {
			*c.to = text[0]
		}
	}
	if o.escapeEscape == 0 && o.escape != o.quote {
		o.escapeEscape = o.escape
	}
	return nil
}

// delimiter reads the option sep, in which \t and the like stand for
// characters.
func delimiter(text string) ([]byte, error) {
	if text == "" {
		return nil, sparkerr.New("INVALID_DELIMITER_VALUE.EMPTY_STRING", "Invalid value for delimiter: it cannot be an empty string. Give a character such as ',' or '\\t'.")
	}
	var out []byte
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c != '\\' {
			out = append(out, c)
			continue
		}
		if i++; i == len(text) {
			return nil, sparkerr.New("INVALID_DELIMITER_VALUE.SINGLE_BACKSLASH", "Invalid value for delimiter: a single backslash must be escaped with a second one, '\\\\'.")
		}
		k := strings.IndexByte(`trbfn\"'`, text[i])
		switch {
		case k >= 0:
			out = append(out, "\t\r\b\f\n\\\"'"[k])
		case strings.HasPrefix(text[i:], "u0000"):
			out, i = append(out, 0), i+4
		default:
			return nil, sparkerr.New("INVALID_DELIMITER_VALUE.UNSUPPORTED_SPECIAL_CHARACTER", "Invalid value for delimiter: the special character \\"+text[i:i+1]+" is not supported.", "str", "\\"+text[i:i+1])
		}
	}
	return out, nil
}
