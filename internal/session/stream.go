package session

import (
	"context"
	"errors"
	"maps"
	"path"
	"strconv"
	"strings"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/checkpoint"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/query"
	"github.com/spatestream/spate/internal/sql/analyze"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/internal/sql/physical"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
)

// Stream is how a streaming query is to run: what DataStreamWriter collects.
type Stream struct {
	Name      string // "" for none
	Format    string // "" is spark.sql.sources.default
	Options   connector.Options
	Partition []string
	Mode      connector.Mode
	Trigger   query.Trigger
	// Sink takes the rows instead of a connector's (foreach, foreachBatch); it
	// may run on a temporary checkpoint.
	Sink connector.Sink
	// MaxEpochs ends the query after so many epochs, 0 for no limit.
	MaxEpochs int
	Listeners []query.Listener
}

// StartStream starts a streaming query over r; ctx bounds its whole run.
func (s *Session) StartStream(ctx context.Context, r plan.Relation, st Stream) (*query.Query, error) {
	n, err := s.Analyze(ctx, r)
	if err != nil {
		return nil, err
	}
	if !logical.Streaming(n) {
		return nil, sparkerr.New("WRITE_STREAM_NOT_ALLOWED", "this query reads no stream: write it with Write, or read a source with ReadStream (in SQL: FROM STREAM t)")
	}
	if err := s.checkStream(n, st.Mode); err != nil {
		return nil, err
	}
	return s.startAnalyzed(ctx, n, st)
}

// StartInto starts a streaming query that appends its rows to a table, columns
// matched by name; a table that is not there is made.
func (s *Session) StartInto(ctx context.Context, r plan.Relation, into plan.Name, st Stream) (*query.Query, error) {
	n, err := s.Analyze(ctx, r)
	if err != nil {
		return nil, err
	}
	if !logical.Streaming(n) {
		return nil, sparkerr.New("WRITE_STREAM_NOT_ALLOWED", "this query reads no stream: write it with Write().SaveAsTable")
	}
	t, err := s.streamTarget(n, into, st)
	if err != nil {
		return nil, err
	}
	if n, err = s.arrange(n, &plan.Insert{Table: into, ByName: true}, t); err != nil {
		return nil, err
	}
	if n, err = s.matchColumns(n, t); err != nil {
		return nil, err
	}
	if st.Options, err = s.merge(t, propertyList(st.Options)); err != nil {
		return nil, err
	}
	st.Format, st.Partition = t.provider, t.partitioned
	return s.Start(ctx, Flow{Name: st.Name, Node: n, Stream: st})
}

// streamTarget returns the table a stream writes to.
func (s *Session) streamTarget(n logical.Node, name plan.Name, st Stream) (*table, error) {
	if s.TableExists(name) {
		return s.findTable(name)
	}
	spec := &plan.TableSpec{Provider: st.Format}
	if p, ok := st.Options.Get("path"); ok {
		spec.Location = p
	}
	for _, c := range st.Partition {
		spec.Partitioned = append(spec.Partitioned, &plan.Attribute{Parts: []string{c}})
	}
	t, err := s.newTable(name, spec)
	if err != nil {
		return nil, err
	}
	t.schema = partitionsLast(logical.Schema(n.Output()), t.partitioned)
	if t.managed {
		if err := s.cfg.Env.FS.MkdirAll(t.location); err != nil {
			return nil, err
		}
	}
	_, err = s.catalog.addTable(t, plan.FailIfExists)
	return t, err
}

func propertyList(o connector.Options) []plan.Property {
	var out []plan.Property
	for k, v := range o {
		out = append(out, plan.Property{Key: k, Value: v})
	}
	return out
}

func (s *Session) checkStream(n logical.Node, mode connector.Mode) error {
	if !s.conf.Bool("spark.sql.streaming.unsupportedOperationCheck") {
		return nil
	}
	return analyze.CheckStreaming(n, mode, s.conf.Bool("spark.sql.streaming.statefulOperator.checkCorrectness.enabled"))
}

// starting is a query on its way: what must be closed if it fails to start.
type starting struct {
	s       *Session
	st      Stream
	dir     *checkpoint.Directory
	discard func() error
	plan    *physical.Plan
	sink    connector.Sink
}

func (s *Session) startAnalyzed(ctx context.Context, n logical.Node, st Stream) (*query.Query, error) {
	if st.Format == "" {
		st.Format = s.conf.Get("spark.sql.sources.default")
	}
	b := &starting{s: s, st: st}
	cfg, err := b.build(ctx, n)
	if err != nil {
		return nil, errors.Join(err, b.close())
	}
	q, err := s.queries.start(ctx, cfg)
	if err != nil && b.discard != nil {
		err = errors.Join(err, b.discard())
	}
	return q, err
}

// build opens the checkpoint, the sources and the sink.
func (b *starting) build(ctx context.Context, n logical.Node) (cfg query.Config, err error) {
	s := b.s
	location, err := b.location()
	if err != nil {
		return cfg, err
	}
	if b.dir, err = checkpoint.Open(s.cfg.Env.FS, location, s.cfg.NewID, s.form(n)); err != nil {
		return cfg, err
	}
	if b.sink, err = b.openSink(ctx, n); err != nil {
		return cfg, err
	}
	o := physical.Options{Streaming: true, Mode: b.st.Mode}
	o.Open = func(rel logical.Relation, ordinal int) (connector.Source, error) {
		if ordinal < 0 {
			return rel.(*relation).open(ctx, "", nil)
		}
		return rel.(*relation).open(ctx, b.dir.SourceLog(ordinal), b.dir.Journal(ordinal))
	}
	if b.plan, err = s.lower(ctx, n, o); err != nil {
		return cfg, err
	}
	return b.config(), nil
}

// form is how a new checkpoint keeps its logs: of a query without state as
// Spark does, so that Spark can continue it.
func (s *Session) form(n logical.Node) checkpoint.Form {
	switch lower(s.conf.Get("spate.checkpoint.log")) {
	case "files":
		return checkpoint.Files
	case "segments":
		return checkpoint.Segments
	}
	if analyze.Stateful(n) {
		return checkpoint.Segments
	}
	return checkpoint.Files
}

func (b *starting) config() query.Config {
	s := b.s
	retain, _ := strconv.Atoi(s.conf.Get("spark.sql.streaming.minBatchesToRetain"))
	policy := checkpoint.Min
	if strings.EqualFold(s.conf.Get("spark.sql.streaming.multipleWatermarkPolicy"), "max") {
		policy = checkpoint.Max
	}
	return query.Config{
		Env: s.cfg.Env, Name: b.st.Name, RunID: s.cfg.NewID(), Directory: b.dir, Discard: b.discard,
		Graph: b.plan.Graph, Sources: b.plan.Sources, Static: b.plan.Static, Sink: b.sink,
		Runner: s.runner(), Parallelism: s.parallelism(), Groups: s.keyGroups(),
		Delays: b.plan.Delays, Metrics: b.plan.Metrics, Policy: policy, NoData: s.conf.Bool("spark.sql.streaming.noDataMicroBatches.enabled"),
		OneWatermark: !s.conf.Bool("spark.sql.streaming.statefulOperator.allowMultiple"),
		Trigger:      b.st.Trigger, MaxEpochs: b.st.MaxEpochs, Retain: retain, Retry: s.retry(),
		Zone: s.zone(), ANSI: s.conf.Bool("spark.sql.ansi.enabled"), Conf: b.pinned(), Listeners: b.st.Listeners,
	}
}

// retry is the policy for transient trouble.
func (s *Session) retry() query.Retry {
	r := query.DefaultRetry
	if n, err := strconv.Atoi(s.conf.Get("spate.retry.tries")); err == nil {
		r.Tries = n
	}
	return r
}

// pinned is the configuration that the offset log keeps, under Spark's names.
func (b *starting) pinned() map[string]string {
	m := map[string]string{}
	for _, k := range []string{
		"spark.sql.streaming.stateStore.providerClass", "spark.sql.streaming.multipleWatermarkPolicy",
		"spark.sql.streaming.aggregation.stateFormatVersion", "spark.sql.streaming.join.stateFormatVersion",
	} {
		m[k] = b.s.conf.Get(k)
	}
	m["spark.sql.shuffle.partitions"] = strconv.Itoa(b.s.keyGroups())
	return m
}

// ephemeral are the sinks that may run on a temporary checkpoint.
var ephemeral = map[string]bool{"memory": true, "console": true, "noop": true, "foreach": true, "foreachbatch": true}

// location finds where the checkpoint is: the option, else a folder under the
// configured one, else, for sinks that keep nothing, a temporary folder.
func (b *starting) location() (string, error) {
	conf := b.s.conf.Get("spark.sql.streaming.checkpointLocation")
	if p, ok := b.st.Options.Get("checkpointLocation"); ok {
		return p, nil
	}
	switch {
	case conf != "" && b.st.Name != "":
		return path.Join(conf, b.st.Name), nil
	case conf != "":
		return path.Join(conf, b.s.cfg.NewID()), nil
	case b.st.Sink != nil || ephemeral[lower(b.st.Format)]:
		return b.temporary()
	}
	return "", sparkerr.New("_LEGACY_ERROR_TEMP_1298",
		"a query that writes "+b.st.Format+" needs a checkpoint: give the option checkpointLocation (--checkpoint on the command line) or set spark.sql.streaming.checkpointLocation")
}

func (b *starting) temporary() (string, error) {
	dir := path.Join(b.s.cfg.TempDir, "spate-"+b.s.cfg.NewID())
	b.discard = func() error { return vfs.RemoveAll(b.s.cfg.Env.FS, dir) }
	return dir, nil
}

func (b *starting) openSink(ctx context.Context, n logical.Node) (connector.Sink, error) {
	if b.st.Sink != nil {
		return b.st.Sink, nil
	}
	c, err := b.s.target(b.st.Format)
	if err != nil {
		return nil, err
	}
	if err := readsItself(n, c, b.st.Options); err != nil {
		return nil, err
	}
	b.s.advise(c, b.st.Options)
	o := maps.Clone(b.st.Options)
	if o == nil {
		o = connector.Options{}
	}
	o["queryName"] = b.st.Name
	req := b.s.request(o, logical.Schema(n.Output()), true)
	req.Mode, req.Partition = b.st.Mode, b.st.Partition
	return c.Sink(ctx, req)
}

// close closes what build had opened.
func (b *starting) close() error {
	var errs []error
	if b.plan != nil {
		errs = append(errs, b.plan.Close())
	}
	if b.sink != nil {
		errs = append(errs, b.sink.Close())
	}
	if b.dir != nil {
		errs = append(errs, b.dir.Close())
	}
	if b.discard != nil {
		errs = append(errs, b.discard())
	}
	return errors.Join(errs...)
}
