package session

import (
	"testing"

	"github.com/spatestream/spate/connector/file/json"
	"github.com/spatestream/spate/sparkerr"
)

// script runs statements and compares what each answers; a class in capitals is
// an error.
func script(t *testing.T, s *Session, steps [][2]string) {
	t.Helper()
	for _, c := range steps {
		got, err := ask(s, c[0])
		if err != nil {
			got = "! " + sparkerr.ClassOf(err)
		}
		if got != c[1] {
			t.Errorf("%s\ngot  %q (%v)\nwant %q", c[0], got, err, c[1])
		}
	}
}

func TestTables(t *testing.T) {
	s := newTestSession(t)
	s.connectors["json"] = json.Connector()
	script(t, s, [][2]string{
		{"CREATE TABLE t (id INT, name STRING) USING json", ""},
		{"CREATE TABLE t (id INT) USING json", "! TABLE_OR_VIEW_ALREADY_EXISTS"},
		{"CREATE TABLE IF NOT EXISTS t (id INT) USING json", ""},
		{"INSERT INTO t VALUES (1, 'a'), (2, 'b')", ""},
		{"INSERT INTO t (name, id) VALUES ('c', 3)", ""},
		{"INSERT INTO t VALUES (1)", "! INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS"},
		{"SELECT * FROM t ORDER BY id", "1|a\n2|b\n3|c"},
		{"ALTER TABLE t ADD COLUMNS (extra DOUBLE)", ""},
		{"ALTER TABLE t ADD COLUMN extra INT", "! FIELD_ALREADY_EXISTS"},
		{"SELECT * FROM t ORDER BY id LIMIT 1", "1|a|NULL"},
		{"SHOW COLUMNS IN t", "id\nname\nextra"},
		{"INSERT OVERWRITE t VALUES (9, 'z', 0.5D)", ""},
		{"SELECT * FROM t", "9|z|0.5"},
		{"ALTER TABLE t RENAME TO u", ""},
		{"SELECT count(*) FROM u", "1"},
		{"DROP TABLE u", ""},
		{"DROP TABLE u", "! TABLE_OR_VIEW_NOT_FOUND"},
		{"DROP TABLE IF EXISTS u", ""},
	})
}

func TestPartitions(t *testing.T) {
	s := newTestSession(t)
	s.connectors["json"] = json.Connector()
	script(t, s, [][2]string{
		{"CREATE TABLE p (id INT, k STRING) USING json PARTITIONED BY (k)", ""},
		{"INSERT INTO p VALUES (1, 'a'), (2, 'b'), (3, NULL)", ""},
		{"INSERT INTO p PARTITION (k = 'c') VALUES (4)", ""},
		{"INSERT INTO p PARTITION (id = 1) VALUES ('x')", "! PARTITIONS_NOT_FOUND"},
		{"SELECT id, k FROM p ORDER BY id", "1|a\n2|b\n3|NULL\n4|c"},
		{"SHOW PARTITIONS p", "k=__HIVE_DEFAULT_PARTITION__\nk=a\nk=b\nk=c"},
	})
}

// What each form leaves was asked of Spark.
func TestOverwritePartitions(t *testing.T) {
	s := newTestSession(t)
	s.connectors["json"] = json.Connector()
	const all = "SELECT * FROM ow ORDER BY v"
	script(t, s, [][2]string{
		{"CREATE TABLE ow (v INT, p STRING, q INT) USING json PARTITIONED BY (p, q)", ""},
		{"INSERT INTO ow VALUES (1, 'a', 1), (2, 'a', 2), (3, 'b', 1)", ""},
		{"INSERT OVERWRITE ow PARTITION (p = 'a', q) VALUES (10, 7)", ""},
		{all, "3|b|1\n10|a|7"},
		{"INSERT OVERWRITE ow PARTITION (p = 'b', q = 1) VALUES (20)", ""},
		{all, "10|a|7\n20|b|1"},
		{"INSERT OVERWRITE ow PARTITION (p, q = 1) VALUES (20, 'z')", "! _LEGACY_ERROR_TEMP_1147"},
		{"INSERT OVERWRITE ow PARTITION (p, q) VALUES (30, 'z', 9)", ""},
		{all, "30|z|9"},
		{"SET spark.sql.sources.partitionOverwriteMode=dynamic", "spark.sql.sources.partitionOverwriteMode|dynamic"},
		{"INSERT OVERWRITE ow PARTITION (p, q) VALUES (40, 'y', 9)", ""},
		{"INSERT OVERWRITE ow PARTITION (p = 'y', q) VALUES (50, 10)", ""},
		{all, "30|z|9\n40|y|9\n50|y|10"},
		{"INSERT OVERWRITE ow VALUES (60, 'y', 10)", ""},
		{"INSERT OVERWRITE ow SELECT * FROM ow WHERE v > 1000", ""},
		{all, "30|z|9\n40|y|9\n60|y|10"},
		{"INSERT OVERWRITE ow PARTITION (p = 'y', q = 10) SELECT 5 WHERE false", ""},
		{all, "30|z|9\n40|y|9"},
		{"INSERT OVERWRITE ow PARTITION (p = 'y', q = 10, v = 1) VALUES (1)", "! PARTITIONS_NOT_FOUND"},
		{"INSERT OVERWRITE ow PARTITION (p = 'y') VALUES (1, 2)", "! _LEGACY_ERROR_TEMP_1169"},
		{"INSERT OVERWRITE ow PARTITION (p = 'y', q = 9) IF NOT EXISTS VALUES (77)", ""},
		{"INSERT OVERWRITE ow PARTITION (p = 'y', q = 11) IF NOT EXISTS VALUES (78)", ""},
		{"INSERT OVERWRITE ow PARTITION (p, q = 11) IF NOT EXISTS VALUES (78, 'x')", "! _LEGACY_ERROR_TEMP_0035"},
		{all, "30|z|9\n40|y|9\n78|y|11"},
		{"TRUNCATE TABLE ow PARTITION (p = 'y', q = 9)", ""},
		{all, "30|z|9\n78|y|11"},
		{"TRUNCATE TABLE ow", ""},
		{all, ""},
	})
}

func TestViews(t *testing.T) {
	script(t, newTestSession(t), [][2]string{
		{"CREATE VIEW v AS SELECT id FROM range(2)", ""},
		{"CREATE VIEW v AS SELECT 1", "! TABLE_OR_VIEW_ALREADY_EXISTS"},
		{"ALTER VIEW v AS SELECT 42 AS answer", ""},
		{"SELECT * FROM v", "42"},
		{"ALTER VIEW v RENAME TO w", ""},
		{"SELECT answer FROM w", "42"},
		{"SELECT * FROM v", "! TABLE_OR_VIEW_NOT_FOUND"},
		{"CREATE DATABASE d", ""},
		{"CREATE VIEW d.v AS SELECT 7 AS x", ""},
		{"SELECT x FROM d.v", "7"},
		{"DROP DATABASE d", "! SCHEMA_NOT_EMPTY"},
		{"DROP DATABASE d CASCADE", ""},
		{"SHOW DATABASES", "default"},
		{"DROP VIEW w", ""},
	})
}

func TestVariablesAndRoutines(t *testing.T) {
	script(t, newTestSession(t), [][2]string{
		{"DECLARE VARIABLE v INT DEFAULT 5", ""},
		{"DECLARE VARIABLE v INT", "! VARIABLE_ALREADY_EXISTS"},
		{"SELECT v + 1, session.v", "6|5"},
		{"SELECT v FROM (SELECT 1 AS v)", "1"}, // a column comes before a variable
		{"SET VAR v = v * 2", ""},
		{"SELECT v", "10"},
		{"SET VAR (v) = (SELECT id FROM range(2))", "! ROW_SUBQUERY_TOO_MANY_ROWS"},
		{"SET VAR v = DEFAULT", ""},
		{"SELECT v", "5"},
		{"EXECUTE IMMEDIATE 'SELECT 1 + ?' USING 41", "42"},
		{"EXECUTE IMMEDIATE 'SELECT :a || :b' USING 'x' AS a, 'y' AS b", "xy"},
		{"EXECUTE IMMEDIATE 'SELECT 7' INTO v", ""},
		{"SELECT v", "7"},
		{"DROP TEMPORARY VARIABLE v", ""},
		{"SELECT v", "! UNRESOLVED_COLUMN.WITHOUT_SUGGESTION"},
		{"CREATE TEMPORARY FUNCTION twice(x INT) RETURNS INT RETURN x * 2", ""},
		{"SELECT twice(21), twice(id) FROM range(1)", "42|0"},
		{"SELECT twice(1, 2)", "! WRONG_NUM_ARGS.WITHOUT_SUGGESTION"},
		{"CREATE TEMPORARY FUNCTION twice(x INT) RETURNS INT RETURN x", "! ROUTINE_ALREADY_EXISTS"},
		{"CREATE FUNCTION loops(x INT) RETURNS INT RETURN loops(x)", ""},
		{"SELECT loops(1)", "! RECURSION_LEVEL_LIMIT_EXCEEDED"},
		{"DROP TEMPORARY FUNCTION twice", ""},
		{"SELECT twice(1)", "! UNRESOLVED_ROUTINE"},
	})
}

// Correlation that cannot be lifted is evaluated over the outer columns.
func TestCorrelatedSubqueries(t *testing.T) {
	script(t, newTestSession(t), [][2]string{
		{"CREATE TEMP VIEW o AS SELECT * FROM VALUES (1), (2), (3), (NULL) AS t(a)", ""},
		{"CREATE TEMP VIEW i AS SELECT * FROM VALUES (1, 10), (1, 20), (2, 30), (NULL, 40) AS t(a, b)", ""},
		{"SELECT a, (SELECT b FROM i WHERE i.a = o.a ORDER BY b DESC LIMIT 1) FROM o ORDER BY a", "NULL|NULL\n1|20\n2|30\n3|NULL"},
		{"SELECT a, (SELECT count(*) FROM (SELECT b FROM i WHERE i.a = o.a UNION ALL SELECT o.a)) FROM o ORDER BY a", "NULL|1\n1|3\n2|2\n3|1"},
		{"SELECT a FROM o WHERE EXISTS (SELECT count(*) FROM i WHERE i.a = o.a) ORDER BY a", "NULL\n1\n2\n3"},
		{"SELECT a FROM o WHERE a IN (SELECT o.a INTERSECT SELECT a FROM i) ORDER BY a", "1\n2"},
		{"SELECT a, x FROM o, LATERAL (SELECT b AS x FROM i WHERE i.a = o.a LIMIT 1 OFFSET 1) ORDER BY a", "1|20"},
		{"SELECT a FROM o GROUP BY a HAVING EXISTS (SELECT 1 FROM i WHERE i.a = max(o.a)) ORDER BY a", "1\n2"},
	})
}

// What ends a recursion was asked of Spark.
func TestRecursion(t *testing.T) {
	s := newTestSession(t)
	script(t, s, [][2]string{
		{"WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT n FROM r ORDER BY n", "1\n2\n3"},
		{"WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r LIMIT 2", "1\n2"},
		{"WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r", "! RECURSION_LEVEL_LIMIT_EXCEEDED"},
		{"WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 101) SELECT count(*) FROM r", "! RECURSION_LEVEL_LIMIT_EXCEEDED"},
		{"WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 100) SELECT count(*) FROM r", "100"},
		{"WITH RECURSIVE r(n) MAX RECURSION LEVEL 200 AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 150) SELECT count(*) FROM r", "150"},
		{"WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT a.n + 1 FROM r a, r b WHERE a.n < 3) SELECT count(*) FROM r", "3"},
		{"WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n IN (SELECT n FROM r WHERE n < 3)) SELECT count(*) FROM r", "3"},
		{"WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1L FROM r WHERE n < 3) SELECT n FROM r", "! CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE"},
		{"WITH RECURSIVE r(n) AS (SELECT 1 UNION SELECT n + 1 FROM r WHERE n < 3) SELECT n FROM r", "! UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE"},
		{"WITH RECURSIVE r(n) AS (SELECT n FROM r UNION ALL SELECT 1) SELECT n FROM r", "! INVALID_RECURSIVE_CTE"},
		{"WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT max(n) + 1 FROM r WHERE n < 3) SELECT n FROM r", "! INVALID_RECURSIVE_REFERENCE.PLACE"},
		{"WITH r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT n FROM r", "! TABLE_OR_VIEW_NOT_FOUND"},
		{"SET spark.sql.cteRecursionRowLimit=20", "spark.sql.cteRecursionRowLimit|20"},
		{"WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 30) SELECT count(*) FROM r", "! RECURSION_ROW_LIMIT_EXCEEDED"},
	})
}
