package session

import (
	"context"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/sqltype"
)

// relation is what a Scan reads through a connector: a table, a path or a
// stream. It implements logical.Relation.
type relation struct {
	title     string // how EXPLAIN calls it
	conn      connector.SourceConnector
	req       connector.Request // without the source's log
	schema    *sqltype.Struct
	hidden    []sqltype.Field
	streaming bool
	size      int64
	rows      int64
}

// Name implements logical.Relation.
func (r *relation) Name() string { return r.title }

// Schema implements logical.Relation.
func (r *relation) Schema() *sqltype.Struct { return r.schema }

// Hidden implements logical.Hider.
func (r *relation) Hidden() []sqltype.Field { return r.hidden }

// Streaming implements logical.Relation.
func (r *relation) Streaming() bool { return r.streaming }

// Size implements logical.Relation.
func (r *relation) Size() int64 { return r.size }

// Rows implements logical.Counter.
func (r *relation) Rows() int64 { return r.rows }

// open returns a source to read: log is its folder in the checkpoint of a
// stream, "" for a batch, and journal its part of the checkpoint's log, if it
// has one. Who opens it closes it.
func (r *relation) open(ctx context.Context, log string, journal connector.Journal) (connector.Source, error) {
	req := r.req
	req.Log, req.Journal = log, journal
	if isFiles(r.conn) { // what was inferred once is not inferred again
		req.Schema = r.schema
	}
	return r.conn.Source(ctx, req)
}

// isFiles reports whether a connector's relations are folders of files.
func isFiles(c connector.Connector) bool {
	f, ok := c.(interface{ Files() bool })
	return ok && f.Files()
}

// newRelation opens the source once to learn its schema and size.
func newRelation(ctx context.Context, title string, conn connector.SourceConnector, req connector.Request, streaming bool) (*relation, error) {
	src, err := conn.Source(ctx, req)
	if err != nil {
		return nil, err
	}
	r := &relation{title: title, conn: conn, req: req, schema: src.Schema(), streaming: streaming, size: -1, rows: -1}
	if h, ok := src.(connector.Hider); ok {
		r.hidden = h.Hidden()
	}
	if b, ok := src.(connector.Bounded); ok && !streaming {
		r.size = b.Stats()
		if c, ok := src.(connector.Counter); ok {
			r.rows = c.Rows()
		}
	}
	return r, src.Close()
}
