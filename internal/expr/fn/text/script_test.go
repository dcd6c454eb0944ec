package text_test

import (
	"testing"

	"github.com/spatestream/spate/internal/expr/exprtest"
)

func TestScript(t *testing.T) { exprtest.Run(t, "testdata/text.txt") }

func TestSpark(t *testing.T) { exprtest.Golden(t, "testdata/spark.tsv", "UTC", known) }

const noClass = "the error has no class"

var known = map[string]string{
	"regexp_like('abc', '[a-c&&[^b]]')":                    "classes are not intersected",
	"format_string('%X %o %c %b %%%n', 255, 8, 'a', true)": noClass,
	"format_string('%d', 'a')":                             noClass, "format_string('%s %s', 'a')": noClass, "format_string('%.2f', 1.005)": noClass,
}
