package session

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/query"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/internal/sql/parser"
	"github.com/spatestream/spate/sparkerr"
)

// Script is a streaming script as it is read: statements run as they come, and
// those that stream are kept as flows.
type Script struct {
	s     *Session
	flows []Flow
	bare  *plan.Query // the last statement, a query
	at    span        // the statement at hand
	// Statements is how many the script has; Prepared how many of them only
	// prepare others: tables without rows, views, settings.
	Statements, Prepared int
	// Defaults for flows that say nothing: trigger and output mode.
	Trigger query.Trigger
	Mode    connector.Mode
	// Dedup, if not nil, keeps the first row of each value of these columns of
	// the last SELECT: dropDuplicates, which SQL has no words for. DedupWithin
	// forgets a value one watermark delay after its first row.
	Dedup       []string
	DedupWithin bool
	// Batch takes the rows of a batch query in the script; nil drops them.
	Batch func(context.Context, plan.Relation) error
}

// NewScript returns an empty script.
func (s *Session) NewScript() *Script { return &Script{s: s} }

// Run runs the statements of a text and returns its flows: CREATE STREAMING
// TABLE ... AS, CREATE FLOW, INSERT of a streaming query, and a last bare
// SELECT, which goes to the console.
func (sc *Script) Run(ctx context.Context, text string) ([]Flow, error) {
	for _, part := range parser.SplitStatements(text) {
		before := sc.at
		sc.at = span{text, part.Start, part.Stop}
		if err := sc.statement(ctx, text[part.Start:part.Stop]); err != nil {
			return nil, before.placed(sc.at.placed(err)) // a query is run when the next statement comes
		}
		sc.Statements++
	}
	if sc.bare == nil {
		return sc.flows, nil
	}
	f, err := sc.last(ctx)
	return f, sc.at.placed(err)
}

// last streams a last bare SELECT to the console, or runs it.
func (sc *Script) last(ctx context.Context) ([]Flow, error) {
	r := sc.bare.Relation
	if sc.Dedup != nil {
		r = &plan.Deduplicate{Child: r, Columns: sc.Dedup, WithinWatermark: sc.DedupWithin}
	}
	n, err := sc.s.Analyze(ctx, r)
	if err != nil {
		return nil, err
	}
	if !logical.Streaming(n) {
		return sc.flows, sc.batch(ctx, r)
	}
	return append(sc.flows, Flow{"query", n, Stream{Format: "console", Mode: sc.Mode, Trigger: sc.Trigger}, sc.at}), nil
}

func (sc *Script) batch(ctx context.Context, r plan.Relation) error {
	if sc.Batch == nil {
		return nil
	}
	return sc.Batch(ctx, r)
}

func (sc *Script) statement(ctx context.Context, text string) error {
	st, err := parser.Statement(text, sc.s.ParserOptions())
	if err != nil {
		return err
	}
	if err := sc.settle(ctx); err != nil {
		return err
	}
	if prepares(st) {
		sc.Prepared++
	}
	switch st := st.(type) {
	case *plan.Query:
		sc.bare = st
		return nil
	case *plan.CreateStreamingTable:
		return sc.streamingTable(ctx, st)
	case *plan.CreateFlow:
		return sc.flow(ctx, st)
	case *plan.Insert:
		return sc.insert(ctx, st)
	}
	_, err = sc.s.Statement(ctx, st)
	return err
}

// prepares reports whether a statement shows, writes and starts nothing.
func prepares(st plan.Statement) bool {
	switch st := st.(type) {
	case *plan.CreateTable:
		return st.Query == nil
	case *plan.CreateStreamingTable:
		return st.Query == nil
	case *plan.CreateView, *plan.CreateTempViewUsing, *plan.CreateTableLike, *plan.CreateDatabase, *plan.CreateFunction,
		*plan.Use, *plan.Set, *plan.SetTimeZone, *plan.DeclareVariable, *plan.SetVariable:
		return true
	}
	return false
}

// settle runs a query that turned out not to be the last statement.
func (sc *Script) settle(ctx context.Context) error {
	if sc.bare == nil {
		return nil
	}
	q := sc.bare
	sc.bare = nil
	n, err := sc.s.Analyze(ctx, q.Relation)
	if err != nil {
		return err
	}
	if logical.Streaming(n) {
		return sparkerr.New("UNSUPPORTED_FEATURE.STREAMING_SELECT",
			"a SELECT from a stream must be the last statement of the script; give this one a table: CREATE STREAMING TABLE name AS SELECT ...").At(q.Where())
	}
	return sc.batch(ctx, q.Relation)
}

// streamingTable makes the table and, if it has a query, its flow.
func (sc *Script) streamingTable(ctx context.Context, st *plan.CreateStreamingTable) error {
	if st.CDC != nil {
		return sparkerr.New("AUTOCDC_TARGET_DOES_NOT_SUPPORT_MERGE", "AUTO CDC needs a target that merges rows; files do not").At(st.Where())
	}
	t, err := sc.s.newTable(st.Name, &st.Spec)
	if err != nil {
		return err
	}
	var n logical.Node
	if st.Query != nil {
		if n, err = sc.s.Analyze(ctx, st.Query); err != nil {
			return err
		}
		if !logical.Streaming(n) {
			return batchRelation(st.Name).At(st.Where())
		}
		if t.schema == nil {
			t.schema = partitionsLast(logical.Schema(n.Output()), t.partitioned)
		}
	}
	ifExists := plan.FailIfExists
	if st.IfNotExists {
		ifExists = plan.KeepIfExists
	}
	if t.managed {
		if err := sc.s.cfg.Env.FS.MkdirAll(t.location); err != nil {
			return err
		}
	}
	if _, err := sc.s.catalog.addTable(t, ifExists); err != nil || n == nil {
		return err
	}
	return sc.into(n, st.Name.Last(), t)
}

func batchRelation(name plan.Name) *sparkerr.Error {
	return sparkerr.New("INVALID_FLOW_QUERY_TYPE.BATCH_RELATION_FOR_STREAMING_TABLE",
		"the query of the streaming table "+name.String()+" reads no stream: write FROM STREAM t", "flowIdentifier", name.Quoted(), "tableIdentifier", name.Quoted())
}

func (sc *Script) flow(ctx context.Context, st *plan.CreateFlow) error {
	if st.Insert == nil {
		return sparkerr.New("AUTOCDC_TARGET_DOES_NOT_SUPPORT_MERGE", "AUTO CDC needs a target that merges rows; files do not").At(st.Where())
	}
	if !st.Insert.ByName || st.Insert.Overwrite {
		return sparkerr.New("PIPELINE_SQL_GRAPH_ELEMENT_REGISTRATION_ERROR", "a flow inserts by name and appends: INSERT INTO t BY NAME SELECT ...").At(st.Where())
	}
	n, t, err := sc.target(ctx, st.Insert)
	if err != nil {
		return err
	}
	if !logical.Streaming(n) {
		return batchRelation(st.Insert.Table).At(st.Where())
	}
	return sc.into(n, st.Name.Last(), t)
}

// insert streams a streaming query into a table, and runs a batch one.
func (sc *Script) insert(ctx context.Context, st *plan.Insert) error {
	n, t, err := sc.target(ctx, st)
	if err != nil {
		return err
	}
	if !logical.Streaming(n) {
		return sc.s.insert(ctx, st)
	}
	if st.Overwrite {
		return sparkerr.New("UNSUPPORTED_FEATURE", "a stream appends: write INSERT INTO").At(st.Where())
	}
	return sc.into(n, fmt.Sprintf("%s_%d", st.Table.Last(), len(sc.flows)), t)
}

// target analyses the query of an INSERT and puts its columns into the order of
// the table.
func (sc *Script) target(ctx context.Context, st *plan.Insert) (logical.Node, *table, error) {
	t, err := sc.s.findTable(st.Table)
	if err != nil {
		return nil, nil, err
	}
	n, err := sc.s.Analyze(ctx, st.Query)
	if err != nil {
		return nil, nil, err
	}
	if t.schema == nil { // CREATE STREAMING TABLE t without columns: the first flow gives them
		t.schema = logical.Schema(n.Output())
	}
	n, err = sc.s.arrange(n, st, t)
	return n, t, err
}

// into makes the flow that writes n's rows into the table.
func (sc *Script) into(n logical.Node, name string, t *table) error {
	n, err := sc.s.matchColumns(n, t)
	if err != nil {
		return err
	}
	o, err := sc.s.merge(t, nil)
	if err != nil {
		return err
	}
	st := Stream{Name: name, Format: t.provider, Options: o, Partition: t.partitioned, Mode: sc.Mode, Trigger: sc.Trigger}
	if m, ok := t.properties["outputMode"]; ok {
		if st.Mode, err = ParseMode(m); err != nil {
			return err
		}
	}
	if tr, ok := t.properties["trigger"]; ok {
		if st.Trigger, err = ParseTrigger(tr); err != nil {
			return err
		}
	}
	for _, f := range sc.flows {
		if t.location != "" && f.Stream.Options.Or("path", "") == t.location {
			return sparkerr.New("UNSUPPORTED_FEATURE", "the flows "+f.Name+" and "+name+" write to one folder, "+t.location+", which takes the rows of one query: make one flow of the UNION ALL of both")
		}
	}
	sc.flows = append(sc.flows, Flow{name, n, st, sc.at})
	return nil
}

// ParseMode reads an output mode in any case.
func ParseMode(text string) (connector.Mode, error) {
	for _, m := range []connector.Mode{connector.Append, connector.Update, connector.Complete} {
		if strings.EqualFold(text, m.String()) {
			return m, nil
		}
	}
	return 0, sparkerr.New("STREAMING_OUTPUT_MODE.INVALID", "the output mode is append, update or complete, not "+text, "outputMode", text)
}

// ParseTrigger reads a trigger: once, available-now, or an interval such as
// "10 seconds".
func ParseTrigger(text string) (query.Trigger, error) {
	switch lower(strings.NewReplacer("-", "", "_", "").Replace(text)) {
	case "once":
		return query.Trigger{Kind: query.Once}, nil
	case "availablenow":
		return query.Trigger{Kind: query.AvailableNow}, nil
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return query.Trigger{Interval: d}, nil
	}
	i, err := datetime.ParseInterval([]byte(text))
	if err != nil || i.Months != 0 || i.Days < 0 || i.Micros < 0 {
		return query.Trigger{}, sparkerr.New("_LEGACY_ERROR_TEMP_3262", "the trigger '"+text+"' is no interval: write 10 seconds, 1 minute, once or available-now")
	}
	return query.Trigger{Interval: time.Duration(i.Days)*24*time.Hour + time.Duration(i.Micros)*time.Microsecond}, nil
}
