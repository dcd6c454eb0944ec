package store

import (
	"fmt"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/sparkerr"
)

// Store is the tables of one task.
type Store struct {
	groups   Groups
	account  *memory.Account
	volatile bool
	// unordered: rows are saved in any order, but for Multi tables.
	unordered bool
	tables    []*Table // in order of opening
}

// New returns an empty store for the key groups, whose memory is accounted to m
// (nil: not accounted). Zero groups stand for all hashes.
func New(g Groups, m *memory.Account) *Store { return &Store{groups: g, account: m} }

// NewUnordered is New for who saves large states in a hurry and needs no two
// processes to write the same bytes: rows leave in the order of memory, which costs
// a fifth. Those of Multi tables leave in order all the same.
func NewUnordered(g Groups, m *memory.Account) *Store {
	return &Store{groups: g, account: m, unordered: true}
}

// NewVolatile returns a store that is never sealed nor saved: its tables keep
// no account of changes. For batch runs.
func NewVolatile(m *memory.Account) *Store { return &Store{account: m, volatile: true} }

// Groups returns the key groups of the store.
func (s *Store) Groups() Groups { return s.groups }

// Table opens the table of that spec, empty; restored rows appear when Load
// brings them.
func (s *Store) Table(spec Spec) (*Table, error) {
	if s.find(spec.Name) != nil {
		return nil, sparkerr.Internalf("two tables of one task are named %q", spec.Name)
	}
	t := newTable(spec, s)
	s.tables = append(s.tables, t)
	return t, nil
}

// Tables returns the tables in the order they were opened.
func (s *Store) Tables() []*Table { return s.tables }

func (s *Store) find(name string) *Table {
	for _, t := range s.tables {
		if t.spec.Name == name {
			return t
		}
	}
	return nil
}

// Seal ends an epoch: what it touched is frozen for Save. O(1), but for
// compaction that pays for itself. The epoch sealed before must have been
// saved to its end.
func (s *Store) Seal(e Epoch) {
	for _, t := range s.tables {
		t.seal()
	}
}

// Save writes the sealed epoch's changes in slices of about budget rows and
// reports whether it is done; batches may be pushed between slices. For each
// table in the order of opening: Drop, then deletions, then upserts. After an
// error the store is good for nothing but Close.
func (s *Store) Save(to Changes, budget int) (done bool, err error) {
	for _, t := range s.tables {
		n, err := t.saver.save(t, to, budget)
		if err != nil {
			return false, err
		}
		if budget -= n; t.saver.stage != idle {
			return false, nil
		}
	}
	return true, nil
}

// Load applies a batch of a snapshot or of a delta, as Changes.Rows was given
// it; of one delta in the same order, of several in the order of their epochs.
// Rows outside the store's key groups are ignored. b is borrowed. Loaded rows
// count as saved.
func (s *Store) Load(table string, b *columnar.Batch, deleted bool) error {
	t := s.find(table)
	if t == nil {
		return unknown(table)
	}
	return t.load(s.groups, b, deleted)
}

// Drop applies what Changes.Drop was given.
func (s *Store) Drop(table string, upTo eventtime.Watermark) error {
	t := s.find(table)
	if t == nil {
		return unknown(table)
	}
	return t.loadDrop(upTo)
}

func unknown(table string) error {
	return sparkerr.New("STATE_STORE_UNKNOWN_INTERNAL_COLUMN_FAMILY",
		fmt.Sprintf("the checkpoint holds a table %q that this query does not have; start the changed query with a new checkpoint", table))
}

// Metrics sums up the tables.
func (s *Store) Metrics() Metrics {
	var m Metrics
	for _, t := range s.tables {
		m.Rows += int64(t.rows.live)
		m.Updated += int64(len(t.delta.ids))
		m.Removed += t.removed
		m.Bytes += t.held()
	}
	return m
}

// Close gives the memory back.
func (s *Store) Close() {
	for _, t := range s.tables {
		t.memory.release()
	}
	s.tables = nil
}
