package text_test

import (
	"testing"

	"github.com/spatestream/spate/internal/expr/exprtest"
)

func TestScript(t *testing.T) { exprtest.Run(t, "testdata/text.txt") }

func TestSpark(t *testing.T) { exprtest.Golden(t, "testdata/spark.tsv", "UTC", known) }

var known = map[string]string{
	"regexp_like('abc', '[a-c&&[^b]]')": "classes are not intersected",
}
