package file

import (
	"maps"
	"slices"
	"strings"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/decode/field"
)

// known are the options of Spark's readers of files, whether they mean
// something here or not: what one format does not know is often meant for
// another.
var known = strings.Fields(`
	path paths basePath pathGlobFilter recursiveFileLookup modifiedBefore modifiedAfter ignoreMissingFiles ignoreCorruptFiles
	maxFilesPerTrigger maxBytesPerTrigger latestFirst maxFileAge fileNameOnly cleanSource sourceArchiveDir maxCachedFiles
	discardCachedInputRatio retention partitionOverwriteMode
	compression codec encoding charset lineSep wholetext extension locale timeZone mode columnNameOfCorruptRecord samplingRatio
	dateFormat timestampFormat timestampNTZFormat enableDateTimeParsingFallback multiLine singleVariantColumn
	primitivesAsString prefersDecimal preferDate dropFieldIfAllNull inferTimestamp allowComments allowUnquotedFieldNames
	allowSingleQuotes allowNumericLeadingZeros allowBackslashEscapingAnyCharacter allowUnquotedControlChars
	allowNonNumericNumbers ignoreNullFields pretty maxNestingDepth maxNumLen maxStringLen writeNonAsciiCharacterAsCodePoint
	sep delimiter quote escape comment header inferSchema enforceSchema ignoreLeadingWhiteSpace ignoreTrailingWhiteSpace
	nullValue nanValue emptyValue positiveInf negativeInf maxColumns maxCharsPerColumn charToEscapeQuoteEscaping escapeQuotes
	quoteAll unescapedQuoteHandling inputBufferSize columnPruning
	mergeSchema datetimeRebaseMode int96RebaseMode parquet.compression`)

// misspelt refuses a reader's option that nobody knows and that is one letter,
// or of six letters two, from one that is known. Spark ignores every unknown
// option and reads with the default.
func misspelt(o connector.Options) error {
	for _, name := range slices.Sorted(maps.Keys(o)) {
		if near := connector.MeantOption(name, known); near != "" {
			return badOption(name, o[name], "there is no option of that name; did you mean "+near+"?")
		}
	}
	return nil
}

// Advice implements connector.Adviser.
func (c *Connector) Advice(o connector.Options) []string {
	out := connector.UnknownOptions(c.Name(), o, known...)
	if mode, ok := o.Get("mode"); ok && (c.Name() == "json" || c.Name() == "csv") {
		if _, ok := field.LookupMode(mode); !ok {
			out = append(out, "option mode of format "+c.Name()+" is '"+mode+"' and is read as PERMISSIVE: it may be PERMISSIVE, DROPMALFORMED or FAILFAST")
		}
	}
	return out
}
