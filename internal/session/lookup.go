package session

import (
	"context"
	"strings"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/analyze"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// names resolves names for one statement; it implements analyze.Catalog.
type names struct {
	s   *Session
	ctx context.Context
	// database is the current one of the view being expanded, "" for the
	// session's.
	database string
}

// Lookup implements analyze.Catalog.
func (n *names) Lookup(parts []string, opts analyze.TableOptions) (analyze.Entry, error) {
	if n.database != "" && len(parts) == 1 {
		if e, err := n.lookup([]string{n.database, parts[0]}, opts); e != nil || err != nil {
			return e, err
		}
	}
	return n.lookup(parts, opts)
}

func (n *names) lookup(parts []string, opts analyze.TableOptions) (analyze.Entry, error) {
	found, err := n.s.catalog.find(parts)
	if err != nil {
		return nil, err
	}
	switch x := found.(type) {
	case *view:
		return n.view(x), nil
	case *table:
		return n.table(x, opts)
	}
	if len(parts) == 2 && n.s.connectors[lower(parts[0])] != nil {
		return n.path(parts, opts)
	}
	return nil, nil
}

func (n *names) view(v *view) analyze.Entry {
	e := &analyze.View{Path: v.name.parts(), Columns: v.columns, Plan: v.plan, Temp: v.temp}
	if !v.temp {
		e.Names = &names{s: n.s, ctx: n.ctx, database: v.current}
	}
	return e
}

// table opens a table, as a stream if it is asked for as one.
func (n *names) table(t *table, opts analyze.TableOptions) (analyze.Entry, error) {
	options, err := n.s.merge(t, opts.Options)
	if err != nil {
		return nil, err
	}
	schema := t.schema
	if !isFiles(n.s.connectors[t.provider]) {
		schema = nil // the source has its own
	}
	rel, err := n.s.openRelation(n.ctx, strings.Join(t.name.parts(), "."), t.provider, options, schema, opts.Stream)
	if err != nil {
		return nil, err
	}
	return &analyze.Table{Path: t.name.parts(), Rel: rel}, nil
}

// merge lays the options of a mention over those of the table: a key in both
// must have one value.
func (s *Session) merge(t *table, extra []plan.Property) (connector.Options, error) {
	out := connector.Options{}
	for k, v := range t.options {
		out[k] = v
	}
	for _, p := range extra {
		if old, ok := out.Get(p.Key); ok && old != p.Value && !s.conf.Bool("spark.sql.legacy.extraOptionsBehavior.enabled") {
			if strings.EqualFold(p.Key, "path") {
				continue
			}
			return nil, sparkerr.New("_LEGACY_ERROR_TEMP_1151",
				"the option "+p.Key+" is '"+old+"' in the table and '"+p.Value+"' in WITH (...): leave one of them out", "key", p.Key)
		}
		out[p.Key] = p.Value
	}
	if t.location != "" {
		out["path"] = t.location
	}
	return out, nil
}

// path reads json.`/data/in`. STREAM on a path is refused: Spark reads it as a
// batch without a word.
func (n *names) path(parts []string, opts analyze.TableOptions) (analyze.Entry, error) {
	if opts.Stream {
		return nil, sparkerr.New("UNSUPPORTED_STREAMING_TABLE_VALUED_FUNCTION.PATH",
			"STREAM cannot read a path, only a table or a view: CREATE TABLE t USING "+parts[0]+" OPTIONS (path '"+parts[1]+"') first, then FROM STREAM t").At(opts.At)
	}
	o := connector.Options{"path": parts[1]}
	for _, p := range opts.Options {
		o[p.Key] = p.Value
	}
	rel, err := n.s.openRelation(n.ctx, parts[0]+" "+parts[1], parts[0], o, nil, false)
	if err != nil {
		return nil, err
	}
	return &analyze.Table{Path: parts, Rel: rel}, nil
}

// Read implements analyze.Catalog.
func (n *names) Read(r *plan.Read) (logical.Relation, error) {
	if c, ok := r.Source.(connector.SourceConnector); ok {
		return newRelation(n.ctx, c.Name(), c, n.s.request(nil, r.Schema, r.Streaming), r.Streaming)
	}
	format := r.Format
	if format == "" {
		format = n.s.conf.Get("spark.sql.sources.default")
	}
	o := connector.Options{}
	for _, p := range r.Options {
		o[p.Key] = p.Value
	}
	switch len(r.Paths) {
	case 0:
	case 1:
		o["path"] = r.Paths[0]
	default:
		o["paths"] = strings.Join(r.Paths, "\x00")
	}
	return n.s.openRelation(n.ctx, format, format, o, r.Schema, r.Streaming)
}

// openRelation asks a connector for a relation.
func (s *Session) openRelation(ctx context.Context, title, provider string, o connector.Options, schema *sqltype.Struct, streaming bool) (*relation, error) {
	c, err := s.source(provider)
	if err != nil {
		return nil, err
	}
	rel, err := newRelation(ctx, title, c, s.request(o, schema, streaming), streaming)
	if err == nil {
		s.advise(c, o)
	}
	return rel, err
}

// request is what the session tells every connector.
func (s *Session) request(o connector.Options, schema *sqltype.Struct, streaming bool) connector.Request {
	e := s.cfg.Env
	outside := &connector.Env{Clock: e.Clock, Seed: e.Seed, FS: e.FS, Log: e.Log}
	return connector.Request{Env: outside, Options: o, Schema: schema, Zone: s.zone(), Conf: s.conf.Get, Streaming: streaming}
}
