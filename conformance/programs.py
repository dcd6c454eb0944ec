#!/usr/bin/env python3
"""Writes rdd/expected.jsonl and dstream/expected.jsonl by asking a real Apache Spark.

    pip install pyspark                       (Java 17, a JDK)
    python3 conformance/programs.py           both
    python3 conformance/programs.py rdd       one of them

The programs are Scala and are compiled with the compiler that PySpark's jars hold.
"""

import os
import shutil
import subprocess
import sys
import tempfile

import pyspark

HERE = os.path.dirname(os.path.abspath(__file__))
JARS = os.path.join(os.path.dirname(pyspark.__file__), "jars", "*")
MAIN = {"rdd": "spate.conformance.RddPrograms", "dstream": "org.apache.spark.streaming.DStreamPrograms"}
OPENS = ["java.lang", "java.lang.invoke", "java.io", "java.net", "java.nio", "java.util", "java.util.concurrent",
         "java.util.concurrent.atomic", "sun.nio.ch", "sun.nio.cs", "sun.security.action", "sun.util.calendar"]


def java(*args):
    opens = ["--add-opens=java.base/%s=ALL-UNNAMED" % p for p in OPENS]
    quiet = ["-Dlog4j2.level=OFF", "-Duser.timezone=UTC", "-Xmx1g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
    subprocess.run(["java", *opens, *quiet, *args], check=True)


def main():
    wanted = sys.argv[1:] or sorted(MAIN)
    scratch = tempfile.mkdtemp(prefix="conformance-")
    classes = os.path.join(scratch, "classes")
    os.makedirs(classes)
    try:
        sources = [os.path.join(HERE, "golden.scala")] + [os.path.join(HERE, w, "programs.scala") for w in wanted]
        java("-cp", JARS, "scala.tools.nsc.Main", "-usejavacp", "-nowarn", "-d", classes, *sources)
        for w in wanted:
            java("-cp", classes + os.pathsep + JARS, MAIN[w], os.path.join(HERE, w, "expected.jsonl"), os.path.join(scratch, w))
            with open(os.path.join(HERE, w, "VERSION"), "w", encoding="utf-8") as out:
                out.write("Apache Spark %s, by: python3 conformance/programs.py %s\n" % (pyspark.__version__, w))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
