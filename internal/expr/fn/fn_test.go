package fn_test

import (
	"testing"

	"github.com/spatestream/spate/internal/expr/exprtest"
	"github.com/spatestream/spate/sqltype"
)

func TestSpark(t *testing.T) {
	exprtest.Golden(t, "testdata/spark.tsv", "America/Los_Angeles", known)
}

const oldJava = "Java before 19 prints more digits than it must"

const lastDigit = "Go's function is one unit in the last place off Java's"

var known = map[string]string{
	"cot(1.0D)": lastDigit, "tan(1)": lastDigit, "asinh(1)": lastDigit,
	"cast(float(1.17549435E-38) as string)":                 oldJava,
	"cast(2e23D as string)":                                 oldJava,
	"cast(timestamp'2024-01-02 03:04:05.678' as float)":     oldJava,
	"timestamp'294247-01-10 00:00:00' + interval '100' day": "the parser of this test has no typed-literal error",
}

func TestTypes(t *testing.T) {
	exprtest.TypeMatrix(t, "testdata/types.tsv", map[string]sqltype.Type{
		"nul": sqltype.Null, "bo": sqltype.Boolean, "by": sqltype.Byte, "sh": sqltype.Short, "i": sqltype.Int, "l": sqltype.Long,
		"d5": sqltype.Decimal{Precision: 5, Scale: 2}, "d38": sqltype.Decimal{Precision: 38, Scale: 10}, "f": sqltype.Float, "d": sqltype.Double,
		"s": sqltype.String, "bin": sqltype.Binary, "dt": sqltype.Date, "ts": sqltype.Timestamp, "ntz": sqltype.TimestampNTZ,
		"ym": sqltype.YearToMonth, "ds": sqltype.DayToSecond, "cal": sqltype.Calendar,
		"ai": &sqltype.Array{Elem: sqltype.Int, ContainsNull: true}, "al": &sqltype.Array{Elem: sqltype.Long, ContainsNull: true},
		"mp": &sqltype.Map{Key: sqltype.String, Value: sqltype.Int, ValueContainsNull: true},
		"st": sqltype.NewStruct(sqltype.F("a", sqltype.Int)),
	})
}

func TestCasts(t *testing.T) { exprtest.Run(t, "testdata/cast.txt") }

func TestNames(t *testing.T) {
	exprtest.Names(t, "testdata/names.tsv", "America/Los_Angeles", map[string]string{
		"1 << 2":                "the analyser names operators that stand for functions",
		"cast(2e23D as string)": oldJava,
	})
}
