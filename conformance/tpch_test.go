package conformance

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spatestream/spate/bench/tpch"
)

// tpchFactor makes sixty thousand line items.
const tpchFactor = 0.01

// The 22 queries of TPC-H over Parquet give the rows in tpch/, which are those
// of Spark over the same files: `go run ./bench -lanes tpch -factor 0.01 -spark`
// compares them with one at hand.
func TestTPCH(t *testing.T) {
	binary, dir := build(t), t.TempDir()
	if err := tpch.Write(dir, tpchFactor); err != nil {
		t.Fatal(err)
	}
	var load, tables strings.Builder
	for _, x := range tpch.Tables {
		parquet := filepath.Join(dir, "parquet", x.Name)
		fmt.Fprintf(&load, "CREATE TABLE l_%s (%s) USING csv OPTIONS (path '%s', sep '|');\n", x.Name, x.DDL, filepath.Join(dir, x.Name))
		fmt.Fprintf(&load, "CREATE TABLE %s USING parquet LOCATION '%s' AS SELECT * FROM l_%s;\n", x.Name, parquet, x.Name)
		fmt.Fprintf(&tables, "CREATE TABLE %s USING parquet OPTIONS (path '%s');\n", x.Name, parquet)
	}
	run := func(text string) string {
		t.Helper()
		file := filepath.Join(dir, "script.sql")
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		c := exec.Command(binary, "sql", "--output", "tsv", "-f", file, "--conf", "spark.sql.warehouse.dir="+filepath.Join(dir, "warehouse"))
		out, err := c.Output()
		if err != nil {
			t.Fatalf("%v\n%s", err, err.(*exec.ExitError).Stderr)
		}
		return string(out)
	}
	run(load.String())
	for n := 1; n <= 22; n++ {
		query, err := tpch.Query(n, tpchFactor)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join("tpch", fmt.Sprintf("%d.tsv", n)))
		if err != nil {
			t.Fatal(err)
		}
		if got := run(tables.String() + query + ";\n"); got != string(want) {
			t.Errorf("query %d\n--- got\n%s--- want\n%s", n, got, want)
		}
	}
}
