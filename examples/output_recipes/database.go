package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// database stands for a real one: a table of rows, and one of batches that
// transactions have noted. It is safe for concurrent use.
type database struct {
	mu     sync.Mutex
	rows   []row          // guarded by mu
	noted  map[place]bool // guarded by mu
	opened int            // guarded by mu: connections so far
	// lose is how many statements are answered before the answer of one is
	// lost, which has been executed; 0 for never. Guarded by mu.
	lose int
}

// row is a count, and the batch and the partition that it is of.
type row struct {
	batch time.Time
	part  int
	count count
}

// place is a partition of a batch.
type place struct {
	batch int64
	part  int
}

// String returns the rows in their order.
func (d *database) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []string
	for _, r := range d.rows {
		out = append(out, fmt.Sprint(r.batch.Unix(), " ", r.count))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

var errLost = errors.New("the connection was lost")

// answer executes a statement.
func (d *database) answer(statement func()) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	statement()
	if d.lose > 0 {
		if d.lose--; d.lose == 0 {
			return errLost
		}
	}
	return nil
}

// conn is a connection, for one goroutine.
type conn struct{ db *database }

func (d *database) connect(ctx context.Context) (*conn, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.opened++
	return &conn{d}, ctx.Err()
}

func (c *conn) close() {}

func (c *conn) insert(r row) error {
	return c.db.answer(func() { c.db.rows = append(c.db.rows, r) })
}

// replace puts rows where those of the batch and partition were.
func (c *conn) replace(batch time.Time, part int, rows []row) error {
	return c.db.answer(func() {
		c.db.rows = slices.DeleteFunc(c.db.rows, func(r row) bool { return r.batch.Equal(batch) && r.part == part })
		c.db.rows = append(c.db.rows, rows...)
	})
}

// tx is a transaction: nothing is there before it commits.
type tx struct {
	db   *database
	at   place
	rows []row
}

func (c *conn) begin() *tx { return &tx{db: c.db} }

// note stores the batch and partition, unless they are there.
func (t *tx) note(batch time.Time, part int) bool {
	t.db.mu.Lock()
	defer t.db.mu.Unlock()
	t.at = place{batch.UnixMilli(), part}
	return !t.db.noted[t.at]
}

func (t *tx) insert(rows []row) { t.rows = rows }

func (t *tx) commit() error {
	return t.db.answer(func() {
		if t.db.noted == nil {
			t.db.noted = map[place]bool{}
		}
		if t.db.noted[t.at] {
			return // somebody was faster
		}
		t.db.noted[t.at] = true
		t.db.rows = append(t.db.rows, t.rows...)
	})
}
