package parser

import (
	"testing"

	"github.com/spatestream/spate/internal/plan"
)

// The types are those of typeof(...) in Spark.
func TestNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "-5": "-5", "007": "7", "1.50": "1.50:decimal(3,2)", "0.0": "0.0:decimal(1,1)", ".5": "0.5:decimal(1,1)", "00.5": "0.5:decimal(1,1)",
		"1e2BD": "100:decimal(3,0)", "1.5e-3BD": "0.0015:decimal(4,4)", "-0.05": "-0.05:decimal(2,2)", "1e3": "1000:double", "1.5F": "1.5:float",
		"7Y": "7:tinyint", "-128Y": "-128:tinyint", "7S": "7:smallint", "7L": "7:bigint", "-9223372036854775808": "-9223372036854775808:bigint",
		"12345678901234567890123456789012345678": "12345678901234567890123456789012345678:decimal(38,0)",
	} {
		e, err := Expr(text, Options{})
		if err != nil || plan.ExprString(e) != want {
			t.Errorf("%s: got %v, %v, want %s", text, plan.ExprString(e), err, want)
		}
	}
}
