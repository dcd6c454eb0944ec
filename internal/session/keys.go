package session

import (
	"sort"
	"strconv"

	"github.com/spatestream/spate/internal/datetime"
)

// Key is a configuration key that Spate knows.
type Key struct {
	Name    string
	Default string
	Doc     string // one line, for docs/configuration.md and SET -v
	Effect  bool   // false: accepted for Spark's sake, changes nothing
	Static  bool   // fixed when the session is made
	// Check returns what a value should be, "" if it is right.
	Check func(string) string
	// Choice are the words a value may be, in any case; nil: any.
	Choice []string
}

// Keys returns every known key, sorted.
func Keys() []Key {
	out := make([]Key, 0, len(known))
	for _, k := range known {
		out = append(out, k)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

var known = func() map[string]Key {
	m := map[string]Key{}
	for _, k := range effective {
		k.Effect = true
		m[k.Name] = k
	}
	for name, def := range inert {
		m[name] = Key{Name: name, Default: def, Doc: "accepted; has no effect here"}
	}
	return m
}()

var effective = []Key{
	{Name: "spate.checkpoint.log", Default: "auto", Doc: "logs of a new checkpoint: files as Spark's, segments with one sync a trigger; auto: segments for queries with state, which Spark could not continue", Choice: []string{"auto", "files", "segments"}},
	{Name: "spate.memory.budget", Default: "0", Doc: "bytes the engine may hold before it spills; 0: no limit", Check: size},
	{Name: "spate.parallelism", Default: "0", Doc: "tasks of a stage; 0: one a core", Check: natural},
	{Name: "spate.retry.tries", Default: "5", Doc: "how often in a row a query meets transient trouble of a source or sink with another try before it fails; the waits between double from 0.2 s to 10 s", Check: natural},
	{Name: "spate.state.keyGroups", Default: "128", Doc: "key groups of a new stateful query, a power of two: the largest parallelism it can ever have", Check: powerOfTwo},
	{Name: "spark.sql.ansi.enabled", Default: "true", Doc: "overflow, bad casts and division by zero are errors; false: nulls and wrap-around", Check: boolean},
	{Name: "spark.sql.session.timeZone", Default: "", Doc: "zone of timestamps as text; empty: the machine's", Check: zone},
	{Name: "spark.sql.caseSensitive", Default: "false", Doc: "names differ by case", Check: boolean},
	{Name: "spark.sql.timestampType", Default: "TIMESTAMP_LTZ", Doc: "what TIMESTAMP means in SQL: TIMESTAMP_LTZ or TIMESTAMP_NTZ"},
	{Name: "spark.sql.shuffle.partitions", Default: "200", Doc: "parallelism behind an exchange, if set; never more than the cores are worth", Check: positive},
	{Name: "spark.sql.sources.default", Default: "parquet", Doc: "format of tables and of readers without one"},
	{Name: "spark.sql.warehouse.dir", Default: "spark-warehouse", Doc: "folder of managed tables"},
	{Name: "spark.sql.columnNameOfCorruptRecord", Default: "_corrupt_record", Doc: "column that takes malformed records"},
	{Name: "spark.sql.groupByOrdinal", Default: "true", Doc: "GROUP BY 1 means the first select item", Check: boolean},
	{Name: "spark.sql.orderByOrdinal", Default: "true", Doc: "ORDER BY 1 means the first select item", Check: boolean},
	{Name: "spark.sql.groupByAliases", Default: "true", Doc: "GROUP BY may name select aliases", Check: boolean},
	{Name: "spark.sql.crossJoin.enabled", Default: "true", Doc: "joins without a condition are allowed", Check: boolean},
	{Name: "spark.sql.mapKeyDedupPolicy", Default: "EXCEPTION", Doc: "duplicate map keys: EXCEPTION or LAST_WIN"},
	{Name: "spark.sql.decimalOperations.allowPrecisionLoss", Default: "true", Doc: "decimal results that need over 38 digits lose scale", Check: boolean},
	{Name: "spark.sql.autoBroadcastJoinThreshold", Default: "10MB", Doc: "a join side up to this size is broadcast"},
	{Name: "spark.sql.sources.partitionColumnTypeInference.enabled", Default: "true", Doc: "types of partition columns are inferred from the paths", Check: boolean},
	{Name: "spark.sql.files.ignoreMissingFiles", Default: "false", Doc: "files that vanish are skipped", Check: boolean},
	{Name: "spark.sql.files.ignoreCorruptFiles", Default: "false", Doc: "files that cannot be read are skipped", Check: boolean},
	{Name: "spark.sql.cteRecursionLevelLimit", Default: "100", Doc: "how many rounds a query of WITH RECURSIVE may take; -1: no limit"},
	{Name: "spark.sql.cteRecursionRowLimit", Default: "1000000", Doc: "how many rows a query of WITH RECURSIVE may have if no LIMIT is on it; -1: no limit"},
	{Name: "spark.sql.storeAssignmentPolicy", Default: "ANSI", Doc: "which casts INSERT makes: ANSI, LEGACY, STRICT"},
	{Name: "spark.sql.ansi.enforceReservedKeywords", Default: "false", Doc: "reserved words of the SQL standard are no identifiers", Check: boolean},
	{Name: "spark.sql.ansi.doubleQuotedIdentifiers", Default: "false", Doc: "double quotes enclose identifiers, not strings", Check: boolean},
	{Name: "spark.sql.parser.quotedRegexColumnNames", Default: "false", Doc: "back-quoted columns of SELECT are regular expressions", Check: boolean},
	{Name: "spark.sql.legacy.interval.enabled", Default: "false", Doc: "interval literals have the legacy calendar type", Check: boolean},
	{Name: "spark.sql.streaming.checkpointLocation", Default: "", Doc: "folder under which queries without a checkpointLocation keep theirs"},
	{Name: "spark.sql.streaming.forceDeleteTempCheckpointLocation", Default: "false", Doc: "temporary checkpoints are removed after a failure too", Check: boolean},
	{Name: "spark.sql.streaming.schemaInference", Default: "false", Doc: "file streams without a schema infer it at the start", Check: boolean},
	{Name: "spark.sql.streaming.multipleWatermarkPolicy", Default: "min", Doc: "watermark of several streams: min or max; pinned by the checkpoint", Choice: []string{"min", "max"}},
	{Name: "spark.sql.streaming.noDataMicroBatches.enabled", Default: "true", Doc: "micro-batches without data run when the watermark lets something out", Check: boolean},
	{Name: "spark.sql.streaming.minBatchesToRetain", Default: "100", Doc: "micro-batches whose logs are kept", Check: positive},
	{Name: "spark.sql.streaming.unsupportedOperationCheck", Default: "true", Doc: "plans that streams cannot run are refused", Check: boolean},
	{Name: "spark.sql.streaming.statefulOperator.checkCorrectness.enabled", Default: "true", Doc: "chains of stateful operators that could lose rows are refused", Check: boolean},
	{Name: "spark.sql.streaming.statefulOperator.allowMultiple", Default: "true", Doc: "late rows are judged by the watermark of the micro-batch before; false: by that of their own, as before Spark 3.4 (what one stateful operator emits is then late for the next)", Check: boolean},
	{Name: "spark.sql.streaming.fileStreamSink.ignoreMetadata", Default: "false", Doc: "readers list a sink's folder instead of its log", Check: boolean},
	{Name: "spark.sql.streaming.fileSink.log.compactInterval", Default: "10", Doc: "entries between compactions of a file sink's log", Check: positive},
	{Name: "spark.sql.streaming.fileSource.log.compactInterval", Default: "10", Doc: "entries between compactions of a file source's log", Check: positive},
	{Name: "spark.sql.streaming.stopActiveRunOnRestart", Default: "true", Doc: "starting a query that runs already stops the old run", Check: boolean},
	{Name: nonEmptyLocation, Default: "false", Doc: "CREATE TABLE ... AS may remove what is in the LOCATION it names", Check: boolean},
	{Name: "spark.sql.legacy.extraOptionsBehavior.enabled", Default: "false", Doc: "WITH (...) may not override a table's options", Check: boolean},
}

// inert are keys of Spark that programs often set and that mean nothing here,
// with their defaults.
var inert = map[string]string{
	"spark.sql.adaptive.enabled":                          "true",
	"spark.sql.codegen.wholeStage":                        "true",
	"spark.sql.files.maxPartitionBytes":                   "134217728b",
	"spark.sql.inMemoryColumnarStorage.compressed":        "true",
	"spark.sql.inMemoryColumnarStorage.batchSize":         "10000",
	"spark.sql.parquet.compression.codec":                 "snappy",
	"spark.sql.parquet.filterPushdown":                    "true",
	"spark.sql.parquet.enableVectorizedReader":            "true",
	"spark.sql.streaming.metricsEnabled":                  "false",
	"spark.sql.streaming.pollingDelay":                    "10ms",
	"spark.sql.streaming.stateStore.providerClass":        "org.apache.spark.sql.execution.streaming.state.HDFSBackedStateStoreProvider",
	"spark.sql.streaming.stateStore.maintenanceInterval":  "60000ms",
	"spark.sql.streaming.stateStore.minDeltasForSnapshot": "10",
	"spark.sql.streaming.aggregation.stateFormatVersion":  "2",
	"spark.sql.streaming.join.stateFormatVersion":         "2",
	"spark.sql.streaming.numRecentProgressUpdates":        "100",
	"spark.sql.streaming.noDataProgressEventInterval":     "10000ms",
	"spark.sql.hive.convertMetastoreParquet":              "true",
	"spark.sql.legacy.timeParserPolicy":                   "CORRECTED",
	"spark.sql.optimizer.maxIterations":                   "100",
	"spark.sql.timeType.enabled":                          "false",
	"spark.sql.collation.schemaLevel.enabled":             "false",
	"spark.app.name":                                      "",
	"spark.master":                                        "local[*]",
}

func boolean(v string) string {
	if _, err := strconv.ParseBool(v); err != nil {
		return "boolean"
	}
	return ""
}

func natural(v string) string {
	if n, err := strconv.Atoi(v); err != nil || n < 0 {
		return "a whole number, 0 or more"
	}
	return ""
}

func positive(v string) string {
	if n, err := strconv.Atoi(v); err != nil || n <= 0 {
		return "int"
	}
	return ""
}

func powerOfTwo(v string) string {
	if n, err := strconv.Atoi(v); err != nil || n <= 0 || n&(n-1) != 0 || n > 1<<15 {
		return "a power of two up to 32768"
	}
	return ""
}

func size(v string) string {
	if _, ok := ParseSize(v); !ok {
		return "a size such as 512m or 4g"
	}
	return ""
}

// ParseSize reads a number of bytes with an optional unit (k, kb, m, mb, g, gb,
// t, tb in any case, powers of 1024).
func ParseSize(v string) (int64, bool) {
	digits := 0
	for digits < len(v) && v[digits] >= '0' && v[digits] <= '9' {
		digits++
	}
	n, err := strconv.ParseInt(v[:digits], 10, 64)
	if err != nil {
		return 0, false
	}
	shift, ok := map[string]uint{"": 0, "b": 0, "k": 10, "kb": 10, "m": 20, "mb": 20, "g": 30, "gb": 30, "t": 40, "tb": 40}[lower(v[digits:])]
	if !ok || n > 1<<62>>shift {
		return 0, false
	}
	return n << shift, true
}

func zone(v string) string {
	if v == "" {
		return ""
	}
	if _, err := datetime.LoadZone(v); err != nil {
		return "a time zone such as Europe/Berlin or +02:00"
	}
	return ""
}
