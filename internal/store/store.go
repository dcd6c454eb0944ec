package store

import "github.com/spatestream/spate/internal/memory"

// Store is the tables of one task.
type Store struct{}

// New returns an empty store for the key groups, whose memory is accounted to m
// (nil: not accounted).
func New(g Groups, m *memory.Account) *Store { panic("store: not built") }

// Table opens the table of that spec; restored rows appear when Restore runs.
func (s *Store) Table(spec Spec) (*Table, error) { panic("store: not built") }

// Seal ends an epoch: what it touched is frozen for Save. O(1).
func (s *Store) Seal(e Epoch) { panic("store: not built") }

// Save writes the sealed epoch's changes in slices of about budget rows and
// reports whether it is done; batches may be pushed between slices.
func (s *Store) Save(to Changes, budget int) (done bool, err error) { panic("store: not built") }

// Metrics sums up the tables.
func (s *Store) Metrics() Metrics { panic("store: not built") }
