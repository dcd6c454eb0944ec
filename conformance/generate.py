#!/usr/bin/env python3
"""Writes every expected result of this directory by asking a real Apache Spark.

    pip install pyspark
    python3 conformance/generate.py                        everything
    python3 conformance/generate.py --only 'sql/dates*'    some case files
    python3 conformance/generate.py --only 'streaming/session*'

Inputs are sql/cases/*.sql and streaming/cases/*.txt; outputs are sql/expected/*.jsonl,
streaming/expected/*.jsonl and expected/VERSION. See README.md for the formats.
"""

import argparse
import fnmatch
import glob
import logging
import os
import shutil
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "spark-sql-tests"), HERE]
os.environ["TZ"] = "UTC"
time.tzset()
logging.disable(logging.CRITICAL)  # pyspark logs every error, and here errors are wanted

import sqlcases  # noqa: E402
import streamcases  # noqa: E402


def start_spark(scratch):
    from pyspark.sql import SparkSession
    settings = {
        "spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2", "spark.default.parallelism": "2",
        "spark.sql.warehouse.dir": os.path.join(scratch, "warehouse"), "spark.log.level": "OFF",
        "spark.driver.memory": "1g", "spark.sql.session.timeZone": "UTC", "spark.driver.host": "127.0.0.1",
        "spark.driver.extraJavaOptions": "-Duser.timezone=UTC -XX:TieredStopAtLevel=1",
        "spark.sql.streaming.numRecentProgressUpdates": "1000", "spark.ui.showConsoleProgress": "false",
        "spark.sql.streaming.pollingDelay": "1ms",
        "spark.sql.datetime.java8API.enabled": "true",  # as the spark-sql command has it: no Julian calendar
    }
    builder = SparkSession.builder.master("local[1]").appName("conformance")
    for key, value in settings.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    return spark


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--only", action="append", help="case files to run, as sql/NAME or streaming/NAME (repeatable)")
    args = p.parse_args()
    scratch = tempfile.mkdtemp(prefix="conformance-")
    try:
        spark = start_spark(scratch)
        for kind, module, pattern in (("sql", sqlcases, "*.sql"), ("streaming", streamcases, "*.txt")):
            started, total, files = time.time(), 0, 0
            for path in sorted(glob.glob(os.path.join(HERE, kind, "cases", pattern))):
                name = os.path.splitext(os.path.basename(path))[0]
                if args.only and not any(fnmatch.fnmatch(kind + "/" + name, g) for g in args.only):
                    continue
                session = spark.newSession()
                lines = module.expect(session, path, scratch, os.path.join(HERE, "data"))
                with open(os.path.join(HERE, kind, "expected", name + ".jsonl"), "w", encoding="utf-8") as out:
                    out.write("".join(line + "\n" for line in lines))
                sqlcases.clean_catalog(session, os.path.join(scratch, "warehouse"))
                total, files = total + len(lines), files + 1
            print("%s: %d files, %d lines, %.0f s" % (kind, files, total, time.time() - started), flush=True)
        os.makedirs(os.path.join(HERE, "expected"), exist_ok=True)
        with open(os.path.join(HERE, "expected", "VERSION"), "w", encoding="utf-8") as out:
            out.write("Apache Spark %s\n" % spark.version)
        spark.stop()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
