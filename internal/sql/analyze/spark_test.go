package analyze_test

import (
	"bufio"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spatestream/spate/internal/sql/analyze"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/internal/sql/sqltest"
	"github.com/spatestream/spate/sparkerr"
)

var verbose = flag.String("differences", "", "print what differs from Spark in case files whose name has this text")

// maxDifferences is a ratchet: lower it when fewer statements differ. New
// functions bring new statements, so it leaves some room.
const maxDifferences = 200

type answer struct {
	Statement string
	Schema    string
	Error     *struct{ ErrorClass string }
}

// TestAgainstSpark analyses the queries of the conformance suite and compares
// schemas and refusals with Spark's. Functions that do not exist yet are left
// out.
func TestAgainstSpark(t *testing.T) {
	files, _ := filepath.Glob("../../../conformance/sql/expected/*.jsonl")
	if len(files) == 0 {
		t.Skip("no conformance suite")
	}
	good, bad, left := 0, 0, 0
	for _, f := range files {
		g, b, l := compareFile(t, f)
		good, bad, left = good+g, bad+b, left+l
	}
	t.Logf("%d agree, %d differ, %d left out", good, bad, left)
	if bad > maxDifferences {
		t.Errorf("%d statements differ, %d did", bad, maxDifferences)
	}
}

func compareFile(t *testing.T, file string) (good, bad, left int) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := sqltest.New()
	if strings.Contains(file, "nonansi") {
		w.Conf["spark.sql.ansi.enabled"] = "false"
	}
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<24)
	for s.Scan() {
		var a answer
		if err := json.Unmarshal(s.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		got, skip := verdict(w, a)
		switch {
		case skip:
			left++
		case got == "":
			good++
		default:
			bad++
			if *verbose != "" && strings.Contains(file, *verbose) {
				t.Logf("%s\n    %s", a.Statement, got)
			}
		}
	}
	return good, bad, left
}

// verdict is "" where we say what Spark says.
func verdict(w *sqltest.World, a answer) (string, bool) {
	n, err := w.Run(a.Statement)
	class := sparkerr.ClassOf(err)
	want := ""
	if a.Error != nil {
		want = a.Error.ErrorClass
	}
	switch {
	case class == "UNRESOLVED_ROUTINE" && want != class, class == "INTERNAL_ERROR" && strings.Contains(err.Error(), "is missing"):
		return "", true
	case err != nil && want == class:
		return "", false
	case err != nil && strings.HasPrefix(want, "_LEGACY"):
		return "", false
	case err != nil && a.Error == nil:
		return "refused: " + err.Error(), false
	case err != nil:
		return "wants " + want + ", refused with " + err.Error(), false
	case n == nil:
		return "", true
	case a.Error != nil:
		if runTime[want] {
			return "", true
		}
		return "wants " + want, false
	}
	if err := logical.Check(n); err != nil {
		return err.Error() + "\n" + logical.Explain(n), false
	}
	if got := logical.Schema(n.Output()).String(); got != a.Schema {
		return "schema " + got + "\n   want " + a.Schema, false
	}
	return "", analyze.CheckBatch(n) != nil
}

// runTime are the conditions that Spark reports when a query runs.
var runTime = map[string]bool{"DIVIDE_BY_ZERO": true, "REMAINDER_BY_ZERO": true, "BINARY_ARITHMETIC_OVERFLOW": true, "INTERVAL_DIVIDED_BY_ZERO": true,
	"INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION": true, "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION": true, "ARITHMETIC_OVERFLOW": true, "CAST_INVALID_INPUT": true, "CAST_OVERFLOW": true,
	"SCALAR_SUBQUERY_TOO_MANY_ROWS": true, "INVALID_ARRAY_INDEX": true, "INVALID_ARRAY_INDEX_IN_ELEMENT_AT": true, "NUMERIC_VALUE_OUT_OF_RANGE": true,
	"CANNOT_PARSE_TIMESTAMP": true, "USER_RAISED_EXCEPTION": true}
