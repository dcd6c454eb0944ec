"""Expected results of one sql/cases file, from Spark, in the form of `spate sql --output steps`."""

import json
import os
import re
import shutil

import steps

DEFAULT_CONF = {"spark.sql.session.timeZone": "America/Los_Angeles"}


def settings(text):
    conf = dict(DEFAULT_CONF)
    for line in text.split("\n"):
        if line.startswith("--SET "):
            key, _, value = line[6:].strip().partition("=")
            conf[key.strip()] = value.strip()
    return conf


def strip_comments(statement):
    return "\n".join(l for l in statement.split("\n") if not l.strip().startswith("--")).strip()


def top_level_order(statement):
    """Whether the statement's own result is ordered: ORDER BY or SORT BY outside parentheses and strings."""
    text = re.sub(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`[^`]*`", "x", strip_comments(statement))
    while re.search(r"\([^()]*\)", text):
        text = re.sub(r"\([^()]*\)", " ", text)
    return bool(re.search(r"\bORDER\s+BY\b", text, re.I))


# Wrappers that Spark puts around the error that a user would look for.
WRAPPERS = ("STREAM_FAILED", "FOREACH_BATCH_USER_FUNCTION_ERROR", "FAILED_EXECUTE_UDF")


def java_error(e):
    """The error object of a Java exception: of the outermost cause that has a class and is no wrapper."""
    for _ in range(20):
        try:
            condition = e.getCondition()
        except Exception:  # not a SparkThrowable
            condition = None
        if condition and condition not in WRAPPERS:
            parameters = {k: re.sub(r"#\d+", "#x", str(v)) for k, v in sorted(dict(e.getMessageParameters()).items())}
            return {"errorClass": condition, "sqlState": e.getSqlState(), "messageParameters": parameters}
        e = e.getCause()
        if e is None:
            break
    return {"errorClass": None, "sqlState": None, "messageParameters": {}}


def error_of(e):
    """The error object of an exception; its class is null where Spark gives none."""
    origin = getattr(e, "java_exception", None) or getattr(e, "_origin", None)
    if origin is None:
        raise e
    return java_error(origin)


class Cells:
    """Rows of a DataFrame as the spark-sql command prints them, null as None."""

    def __init__(self, spark):
        self.hive = spark._jvm.org.apache.spark.sql.execution.HiveResult
        # HiveResult prints timestamps in the zone of the thread's active session.
        type(spark)._get_j_spark_session_class(spark._jvm).setActiveSession(spark._jsparkSession)

    def rows(self, frame, catalog_command):
        width = len(frame.columns)
        if catalog_command:
            return [[None if c is None else text_of(c) for c in row] for row in frame.collect()]
        if width == 0:
            return [[] for _ in frame.collect()]
        lines = self.hive.hiveResultString(frame._jdf.queryExecution().executedPlan())
        lines = [lines.apply(i) for i in range(lines.length())]
        rows = [line.split("\t") if width > 1 else [line] for line in lines]
        for row in rows:
            if len(row) != width:
                raise ValueError("a cell holds a tab: %r" % row)
        if any("NULL" in row for row in rows):
            typed = frame._jdf.collectAsList()
            for i, row in enumerate(rows):
                rows[i] = [None if c == "NULL" and typed.get(i).isNullAt(j) else c for j, c in enumerate(row)]
        return rows


def text_of(value):
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def hide(value, places):
    """value with the paths of this run replaced by their placeholders."""
    if isinstance(value, str):
        for path, name in places:
            value = value.replace(path, name)
        return value
    if isinstance(value, list):
        return [hide(v, places) for v in value]
    if isinstance(value, dict):
        return {k: hide(v, places) for k, v in value.items()}
    return value


def clean_catalog(spark, warehouse):
    """Leaves nothing behind for the next case file: sessions share one catalog."""
    for d in spark.catalog.listDatabases():
        if d.name != "default":
            spark.sql("DROP DATABASE IF EXISTS `%s` CASCADE" % d.name)
    spark.sql("USE spark_catalog.default")
    for row in spark.sql("SHOW VIEWS").collect():
        if not row.isTemporary:
            spark.sql("DROP VIEW IF EXISTS default.`%s`" % row.viewName)
    for row in spark.sql("SHOW TABLES").collect():
        if not row.isTemporary:
            spark.sql("DROP TABLE IF EXISTS default.`%s`" % row.tableName)
    for row in spark.sql("SHOW USER FUNCTIONS").collect():
        name = row[0].split(".")[-1]
        spark.sql("DROP TEMPORARY FUNCTION IF EXISTS `%s`" % name)
        if "." in row[0]:
            spark.sql("DROP FUNCTION IF EXISTS default.`%s`" % name)
    for row in spark.sql("SHOW TABLES IN global_temp").collect():
        spark.catalog.dropGlobalTempView(row.tableName)
    shutil.rmtree(warehouse, ignore_errors=True)


def one(spark, cells, statement, sql):
    words = (strip_comments(statement).upper().split() + [""])[:2]
    catalog = words[0] in ("SHOW", "DESCRIBE", "DESC", "SET", "EXPLAIN")
    result = {"statement": strip_comments(statement)}
    try:
        frame = spark.sql(sql)
        rows = cells.rows(frame, catalog)
        result["schema"] = frame._jdf.schema().catalogString()
        if top_level_order(statement):
            result["ordered"] = True
        else:
            rows.sort(key=lambda row: [(c is not None, c or "") for c in row])
        result["rows"] = rows
    except ValueError:
        raise
    except Exception as e:  # every error of Spark is an expected result
        result.pop("schema", None)
        result["error"] = error_of(e)
    return result


def expect(spark, path, scratch, data):
    with open(path, encoding="utf-8") as f:
        text = f.read()
    work = os.path.join(scratch, "tmp")
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    for key, value in settings(text).items():
        spark.conf.set(key, value)
    cells = Cells(spark)
    places = [(work, "${tmp}"), (data, "${data}"), (os.path.join(scratch, "warehouse"), "${warehouse}")]
    lines = []
    for statement in steps.split(text):
        if not strip_comments(statement):
            continue
        sql = statement.replace("${data}", data).replace("${tmp}", work)
        lines.append(json.dumps(hide(one(spark, cells, statement, sql), places), ensure_ascii=False))
    return lines
