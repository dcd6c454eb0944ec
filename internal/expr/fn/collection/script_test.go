package collection_test

import (
	"testing"

	"github.com/spatestream/spate/internal/expr/exprtest"
)

func TestScript(t *testing.T) { exprtest.Run(t, "testdata/collection.txt") }

func TestSpark(t *testing.T) { exprtest.Golden(t, "testdata/spark.tsv", "UTC", known) }

var known = map[string]string{
	"array_sort(array(1, NULL, 2), (l, r) -> l - r)": "Spark gives no class, but COMPARATOR_RETURNS_NULL is its own",
	"sequence(1, 5, -1)":                             "Spark gives no class",
}
