package showtable

import "testing"

// The expected texts were printed by Spark 4.3.
func TestTables(t *testing.T) {
	rows := [][]string{{"NULL", "short"}, {"1234567890123", "this string is longer than twenty characters"}, {"3", "日本語ですよ"}, {"4", "tab\tnl\nq"}}
	for _, c := range []struct {
		name string
		t    Table
		want string
	}{
		{"cut", Table{Header: []string{"a", "s"}, Rows: rows, Truncate: 20}, `+-------------+--------------------+
|            a|                   s|
+-------------+--------------------+
|         NULL|               short|
|1234567890123|this string is lo...|
|            3|        日本語ですよ|
|            4|          tab\tnl\nq|
+-------------+--------------------+
`},
		{"whole", Table{Header: []string{"a", "s"}, Rows: rows}, `+-------------+--------------------------------------------+
|a            |s                                           |
+-------------+--------------------------------------------+
|NULL         |short                                       |
|1234567890123|this string is longer than twenty characters|
|3            |日本語ですよ                                |
|4            |tab\tnl\nq                                  |
+-------------+--------------------------------------------+
`},
		{"more", Table{Header: []string{"id"}, Rows: [][]string{{"0"}, {"1"}}, Truncate: 20, More: true}, `+---+
| id|
+---+
|  0|
|  1|
+---+
only showing top 2 rows`},
		{"empty", Table{Header: []string{"s", "a"}, Truncate: 20, More: true}, `+---+---+
|  s|  a|
+---+---+
+---+---+
only showing top 0 rows`},
		{"tiny", Table{Header: []string{"s", "n"}, Rows: [][]string{{"abcdefgh", "1"}}, Truncate: 3}, `+---+---+
|  s|  n|
+---+---+
|abc|  1|
+---+---+
`},
		{"vertical", Table{Header: []string{"a", "b", "c"}, Rows: [][]string{{"1", "x", "NULL"}}, Truncate: 20, Vertical: true},
			"-RECORD 0---\n a   | 1    \n b   | x    \n c   | NULL \n"},
		{"vertical empty", Table{Header: []string{"a"}, Vertical: true}, "(0 rows)\n"},
	} {
		if got := c.t.String(); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}
