"""Expected batches of one streaming/cases file, from Spark, as `spate run --output batches` prints them."""

import json
import os
import re
import shutil

import sqlcases
import steps

DEFAULT_CONF = {"spark.sql.session.timeZone": "UTC"}
FIRST_MTIME = 1767225600  # 2026-01-01T00:00:00Z; each further file is ten seconds younger


class Case:
    """A parsed case file: header lines, then files and runs in the order in which they happen."""

    def __init__(self, text):
        parts = re.split(r"(?m)^-- (.+) --\n", text)
        self.mode, self.conf, self.ordered, self.dedup = "append", dict(DEFAULT_CONF), False, None
        for line in parts[0].split("\n"):
            word, _, rest = line.strip().partition(" ")
            if word == "mode":
                self.mode = rest.strip()
            elif word == "conf":
                key, _, value = rest.partition("=")
                self.conf[key.strip()] = value.strip()
            elif word == "ordered":
                self.ordered = True
            elif word in ("dedup", "dedup-within-watermark"):
                self.dedup = (word, rest.strip().split(","))
            elif word and not word.startswith("#"):
                raise ValueError("unknown header line: " + line)
        self.sections = list(zip(parts[1::2], parts[2::2]))
        if not any(name.split()[0] == "run" for name, _ in self.sections):
            self.sections.append(("run", ""))


def options_of(section):
    """The words k=v after 'run'."""
    return dict(w.split("=", 1) for w in section.split()[1:])


def error_line(run, error):
    kept = {k: error[k] for k in ("errorClass", "sqlState")}
    return json.dumps({"run": run, "error": kept})


class Stop(Exception):
    pass


class Runs:
    def __init__(self, spark, case, work):
        self.spark, self.case, self.work = spark, case, work
        self.checkpoint = os.path.join(work, "checkpoint")
        self.mtime, self.run, self.lines, self.script = FIRST_MTIME, 0, [], ""

    def put(self, name, text):
        path = os.path.join(self.work, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        os.utime(path, (self.mtime, self.mtime))
        self.mtime += 10

    def execute(self, options):
        self.run += 1
        session = self.spark.newSession()
        conf = dict(self.case.conf, **{k: v for k, v in options.items() if k.startswith("spark.")})
        try:
            for key, value in conf.items():
                session.conf.set(key, value)
            frame = self.build(session)
            self.stream(frame, options)
        except Exception as e:
            self.lines.append(error_line(self.run, sqlcases.error_of(e)))

    def build(self, session):
        frame = None
        for statement in steps.split(self.script):
            if sqlcases.strip_comments(statement):
                frame = session.sql(statement.replace("${in}", self.work))
        if self.case.dedup:
            word, keys = self.case.dedup
            drop = frame.dropDuplicates if word == "dedup" else frame.dropDuplicatesWithinWatermark
            frame = drop(keys)
        return frame

    def stream(self, frame, options):
        limit = int(options["max-batches"]) if "max-batches" in options else None
        rows, failed = {}, []

        def batch(part, number):
            if limit is not None and len(rows) == limit:
                raise Stop
            try:
                found = [r[0] for r in part.selectExpr("to_json(struct(*))").collect()]
            except Exception as e:
                failed.append(sqlcases.error_of(e))
                raise
            rows[number] = found if self.case.ordered else sorted(found)

        query = (frame.writeStream.foreachBatch(batch).outputMode(options.get("mode", self.case.mode))
                 .option("checkpointLocation", self.checkpoint).trigger(availableNow=True).start())
        try:
            query.awaitTermination()
        except Exception:
            pass
        progress = {p["batchId"]: p for p in map(lambda p: json.loads(p.json), query.recentProgress)}
        for number in sorted(rows):
            if number in progress:
                self.lines.append(self.batch_line(rows[number], progress[number]))
        exception = query._jsq.exception()
        if not exception.isDefined():
            return
        if limit is not None and len(rows) == limit and not failed:
            self.undo(max(rows))
            return
        error = failed[0] if failed else sqlcases.java_error(exception.get())
        self.lines.append(error_line(self.run, error))

    def undo(self, last):
        """Takes back what was planned after batch last, as if the query had been stopped between batches."""
        folder = os.path.join(self.checkpoint, "offsets")
        for n in os.listdir(folder):
            if n.isdigit() and int(n) > last:
                remove(folder, n)
        with open(os.path.join(folder, str(last)), encoding="utf-8") as f:
            offsets = f.read().split("\n")[2:]
        for i, offset in enumerate(offsets):
            source = os.path.join(self.checkpoint, "sources", str(i))
            if not offset.startswith('{"logOffset"') or not os.path.isdir(source):
                continue
            for n in os.listdir(source):
                if n.isdigit() and int(n) > json.loads(offset)["logOffset"]:
                    remove(source, n)

    def batch_line(self, rows, progress):
        head = {"run": self.run, "batchId": progress["batchId"]}
        operators = progress.get("stateOperators", [])
        tail = {"watermark": progress.get("eventTime", {}).get("watermark"),
                "stateRows": sum(s["numRowsTotal"] for s in operators),
                "droppedByWatermark": sum(s["numRowsDroppedByWatermark"] for s in operators)}
        return '%s, "rows": [%s], %s' % (json.dumps(head)[:-1], ",".join(rows), json.dumps(tail)[1:])


def remove(folder, name):
    for f in (name, "." + name + ".crc"):
        if os.path.exists(os.path.join(folder, f)):
            os.remove(os.path.join(folder, f))


def expect(spark, path, scratch, data):
    with open(path, encoding="utf-8") as f:
        case = Case(f.read())
    work = os.path.join(scratch, "in")
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    runs = Runs(spark, case, work)
    for name, text in case.sections:
        if name == "query.sql":
            runs.script = text
        elif name.split()[0] == "run":
            runs.execute(options_of(name))
            sqlcases.clean_catalog(spark, os.path.join(scratch, "warehouse"))
        else:
            runs.put(name, text)
    return runs.lines
