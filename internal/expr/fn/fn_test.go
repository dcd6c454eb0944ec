package fn_test

import (
	"testing"

	"github.com/spatestream/spate/internal/expr/exprtest"
)

func TestSpark(t *testing.T) {
	exprtest.Golden(t, "testdata/spark.tsv", "America/Los_Angeles", known)
}

const oldJava = "Java before 19 prints more digits than it must"

var known = map[string]string{
	"cast(float(1.17549435E-38) as string)":                 oldJava,
	"cast(2e23D as string)":                                 oldJava,
	"cast(timestamp'2024-01-02 03:04:05.678' as float)":     oldJava,
	"timestamp'294247-01-10 00:00:00' + interval '100' day": "the parser of this test has no typed-literal error",
}
