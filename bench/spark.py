"""Runs lanes (JSON on standard input) on Apache Spark, two cores, and writes
seconds and rows of each to the file that is the first argument."""
import json
import os
import shutil
import sys
import tempfile
import time

from pyspark.sql import SparkSession

spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.sql.shuffle.partitions", "2")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.ui.enabled", "false")
    .config("spark.driver.memory", "4g")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")


def cpu():
    """CPU seconds of the JVM so far, which spark-submit has become; Linux."""
    with open(f"/proc/{spark.sparkContext._gateway.proc.pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def register(tables, batch):
    for t in tables:
        stream = t["Stream"] and not batch
        r = (spark.readStream if stream else spark.read).format(t["Format"])
        if t["Schema"]:
            r = r.schema(t["Schema"])
        r.options(**t["Options"]).load().createOrReplaceTempView(t["Name"])


def run(job):
    sql = job["Query"].replace("STREAM ", "")
    register(job["Tables"], not job["Stream"])
    start = time.time()
    if not job["Stream"]:
        spark.sql(sql).collect()
        return time.time() - start
    where = tempfile.mkdtemp()
    w = spark.sql(sql).writeStream.format("noop").outputMode("update").option("checkpointLocation", where)
    if job["Batches"]:
        q = w.start()
        while (q.lastProgress or {}).get("batchId", -1) < job["Batches"] - 1:
            if q.exception():
                raise q.exception()
            time.sleep(0.01)
        took = time.time() - start
        q.stop()
    else:
        w.trigger(availableNow=True).start().awaitTermination()
        took = time.time() - start
    shutil.rmtree(where, ignore_errors=True)
    return took


def cell(v):
    return "NULL" if v is None else str(v)


results = {}
for job in json.load(sys.stdin):
    run(job)
    before = cpu()
    seconds = run(job)
    used = cpu() - before
    rows = ""
    if job["Check"]:
        register(job["Tables"], True)
        rows = "\n".join("\t".join(cell(v) for v in r) for r in spark.sql(job["Check"]).collect())
    results[job["Name"]] = {"Seconds": seconds, "CPU": used, "Rows": rows}
    print(job["Name"], round(seconds, 2), round(used, 2), flush=True)
with open(sys.argv[1], "w") as f:
    json.dump(results, f)
