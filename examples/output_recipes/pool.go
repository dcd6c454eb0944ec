package main

import "context"

// pool keeps connections that nobody uses. It is safe for concurrent use.
type pool struct {
	db   *database
	idle chan *conn
}

// newPool makes a pool that keeps at most n connections.
func newPool(db *database, n int) *pool { return &pool{db, make(chan *conn, n)} }

func (p *pool) acquire(ctx context.Context) (*conn, error) {
	select {
	case c := <-p.idle:
		return c, nil
	default:
		return p.db.connect(ctx)
	}
}

// release takes a connection back. One that has failed, or is one too many, is
// closed.
func (p *pool) release(c *conn, failed error) {
	if failed != nil {
		c.close()
		return
	}
	select {
	case p.idle <- c:
	default:
		c.close()
	}
}
