package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// table is a relation that a lane reads.
type table struct {
	Name    string
	Format  string
	Schema  string // DDL; "" if the format has its own
	Options map[string]string
	Stream  bool
}

// lane is one program, run by both engines over the same bytes. The query reads
// streams as "STREAM name".
type lane struct {
	Name    string
	Tables  []table
	Query   string
	Batches int // micro-batches to run of an endless source; 0: all there is
	// Check is a batch query over the same tables whose rows both engines must
	// agree on; "" if a batch lane's Query is that.
	Check string

	unit   string  // of rows
	rows   int64   // 0: those of the data
	rival  float64 // rows a second of Spark 4.3, local[2], warm, measured before
	bar    float64 // how many times that Spate is to reach
	stream bool
}

// eventSchema are the columns of an event of the Yahoo streaming benchmark.
const eventSchema = "user_id STRING, page_id STRING, ad_id STRING, ad_type STRING, event_type STRING, event_time STRING, ip_address STRING"

// lanes are the lanes over the data in dir.
func lanes(dir string) []lane {
	files := func(name, format, schema, path string, stream bool) table {
		o := map[string]string{"path": dir + "/" + path}
		if stream {
			o["maxFilesPerTrigger"] = "1"
		}
		return table{Name: name, Format: format, Schema: schema, Options: o, Stream: stream}
	}
	text := func(stream bool) table { return files("lines", "text", "value STRING", "text", stream) }
	events := func(stream bool) table { return files("events", "json", eventSchema, "ysb", stream) }
	ads := files("ads", "json", "n BIGINT, ad_id STRING, campaign_id STRING", "ads", false)
	rate := func(perBatch int) table {
		return table{Name: "ticks", Format: "rate-micro-batch", Stream: true, Options: map[string]string{
			"rowsPerBatch": fmt.Sprint(perBatch), "numPartitions": "2", "advanceMillisPerBatch": "10000", "startTimestamp": "1700000000000"}}
	}
	const at = "CAST(CAST(event_time AS BIGINT) DIV 1000 AS TIMESTAMP)"
	eventTexts := func(stream bool) table { return files("texts", "text", "value STRING", "ysb", stream) }
	const parsed = "(SELECT e.ad_id, e.event_type, e.event_time FROM (SELECT from_json(value, '" + eventSchema + "') AS e FROM "
	return []lane{
		{Name: "wordcount", Tables: []table{text(true)}, unit: "lines", rival: 0.77e6, bar: 10, stream: true,
			Query: "SELECT word, count(*) AS n FROM (SELECT explode(split(value, ' ')) AS word FROM STREAM lines) GROUP BY word",
			Check: "SELECT word, count(*) AS n FROM (SELECT explode(split(value, ' ')) AS word FROM lines) GROUP BY word ORDER BY n DESC, word LIMIT 20"},
		{Name: "grep-batch", Tables: []table{text(false)}, unit: "lines", rival: 4.7e6, bar: 8,
			Query: "SELECT count(*) AS n FROM lines WHERE contains(value, 'zwqk')"},
		{Name: "grep-stream", Tables: []table{text(true)}, unit: "lines", rival: 2.4e6, bar: 15, stream: true,
			Query: "SELECT count(*) AS n FROM STREAM lines WHERE contains(value, 'zwqk')",
			Check: "SELECT count(*) AS n FROM lines WHERE contains(value, 'zwqk')"},
		{Name: "ysb-json", Tables: []table{events(true), ads}, unit: "events", rival: 1.15e6, bar: 10, stream: true,
			Query: "SELECT campaign_id, window(" + at + ", '10 seconds') AS w, count(*) AS n FROM STREAM events JOIN ads ON events.ad_id = ads.ad_id" +
				" WHERE event_type = 'view' GROUP BY campaign_id, window(" + at + ", '10 seconds')",
			Check: "SELECT campaign_id, w.start AS t, n FROM (SELECT campaign_id, window(" + at + ", '10 seconds') AS w, count(*) AS n FROM events JOIN ads ON events.ad_id = ads.ad_id" +
				" WHERE event_type = 'view' GROUP BY campaign_id, window(" + at + ", '10 seconds')) ORDER BY n DESC, t, campaign_id LIMIT 20"},
		{Name: "ysb-text", Tables: []table{eventTexts(true), ads}, unit: "events", rival: 0.54e6, bar: 20, stream: true,
			Query: "SELECT campaign_id, window(" + at + ", '10 seconds') AS w, count(*) AS n FROM " + parsed + "STREAM texts)) AS events JOIN ads ON events.ad_id = ads.ad_id" +
				" WHERE event_type = 'view' GROUP BY campaign_id, window(" + at + ", '10 seconds')",
			Check: "SELECT campaign_id, w.start AS t, n FROM (SELECT campaign_id, window(" + at + ", '10 seconds') AS w, count(*) AS n FROM " + parsed + "texts)) AS events JOIN ads ON events.ad_id = ads.ad_id" +
				" WHERE event_type = 'view' GROUP BY campaign_id, window(" + at + ", '10 seconds')) ORDER BY n DESC, t, campaign_id LIMIT 20"},
		{Name: "ysb-rate", Tables: []table{rate(5_000_000), ads}, unit: "events", rows: 20_000_000, Batches: 4, rival: 7.4e6, bar: 15, stream: true,
			Query: "SELECT campaign_id, window(timestamp, '10 seconds') AS w, count(*) AS n FROM STREAM ticks JOIN ads ON value % 1000 = ads.n" +
				" WHERE value % 3 = 0 GROUP BY campaign_id, window(timestamp, '10 seconds')"},
		{Name: "count-1M-keys", Tables: []table{rate(2_000_000)}, unit: "rows", rows: 8_000_000, Batches: 4, rival: 0.47e6, bar: 30, stream: true,
			Query: "SELECT pmod(hash(value), 1000000) AS k, count(*) AS n FROM STREAM ticks GROUP BY pmod(hash(value), 1000000)"},
		{Name: "scan-json", Tables: []table{events(false)}, unit: "rows", rival: 2.1e6, bar: 6,
			Query: "SELECT event_type, count(*) AS n, count(ad_id) AS ads, max(event_time) AS t FROM events GROUP BY event_type ORDER BY event_type"},
		{Name: "scan-parquet", Tables: []table{files("events", "parquet", "", "parquet", false)}, unit: "rows", rival: 14.3e6, bar: 4,
			Query: "SELECT event_type, count(*) AS n, count(ad_id) AS ads, max(event_time) AS t FROM events GROUP BY event_type ORDER BY event_type"},
	}
}

// tables are the statements that make the tables of a lane; as batches if they
// are read for a check.
func (l lane) tables(batch bool) string {
	var b strings.Builder
	for _, t := range l.Tables {
		fmt.Fprintf(&b, "CREATE TABLE %s", t.Name)
		if t.Schema != "" {
			fmt.Fprintf(&b, " (%s)", t.Schema)
		}
		var options []string
		for _, k := range slices.Sorted(maps.Keys(t.Options)) {
			if !batch || k != "maxFilesPerTrigger" {
				options = append(options, k+" '"+t.Options[k]+"'")
			}
		}
		fmt.Fprintf(&b, " USING `%s` OPTIONS (%s);\n", t.Format, strings.Join(options, ", "))
	}
	return b.String()
}

// script is the lane as Spate runs it; a stream goes to the sink noop.
func (l lane) script() string {
	if l.stream {
		return l.tables(false) + "CREATE STREAMING TABLE result USING noop AS " + l.Query + ";\n"
	}
	return l.tables(true) + l.Query + ";\n"
}

// check is the batch query whose rows are compared, "" if there is none.
func (l lane) check() string {
	switch {
	case l.Check != "":
		return l.tables(true) + l.Check + ";\n"
	case l.stream:
		return ""
	}
	return l.script()
}
