// Package store is keyed state: the one hash table that groups, joins,
// deduplicates and remembers, in batch and in streams alike.
//
// A Table maps a key (columns) to rows of value columns. Row ids are dense and
// live until the next Seal. A row may carry one expiry, and expiring costs what
// expires, never what is held. A Store is the tables of one task; Seal freezes
// an epoch in O(1) and Save then writes the epoch's touched rows, whole, in
// slices between batches. A row's key group is the top bits of its hash; tables
// index by the low bits; deltas and spilled runs are ordered by (hash, key), but for
// deltas of unordered stores, of which only tables with several rows a key are.
//
// Tables and stores belong to one goroutine.
package store

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/sqltype"
)

// Epoch numbers the micro-batches of a query from 0.
type Epoch int64

// RowID is a row of a table, dense from 0. It dies at the next Seal.
type RowID = uint32

// NoRow stands for "no such row".
const NoRow RowID = 1<<32 - 1

// Expiry says how the rows of a table end.
type Expiry uint8

const (
	// Never: rows stay until deleted.
	Never Expiry = iota
	// InKey: the expiry is a function of the key (windows, deduplication on
	// event time): one index per expiry while there are few, else as OfRow. A
	// Find without Due looks into every index.
	InKey
	// OfRow: each row has its own (sessions, joins, TTL, timers): lists by
	// expiry bucket.
	OfRow
)

// Spec describes a table. Name is unique in its store and stable between runs.
type Spec struct {
	Name       string
	Key, Value *sqltype.Struct // nil: no columns
	Multi      bool            // a key may have several rows, kept in insertion order
	Expiry     Expiry
	// Partial: Keys.Hash covers only some of the key columns (entries of a map
	// under a grouping key), so that many keys share a hash; the table then
	// finds rows by a hash of its own over all of them.
	Partial bool
	// Private: rows are found by Upsert alone and leave all at once, and Keys
	// need no Hash: the table finds short keys by themselves and makes the
	// partition hash of rows that are new. Of volatile stores; neither Multi
	// nor Partial nor with Expiry.
	Private bool
}

// Keys are the keys of selected rows of a batch.
type Keys struct {
	Hash []uint32           // partition hash by row of the batch (not by position in Sel); nil of a Private table
	Cols []*columnar.Vector // key columns, in any form
	Sel  []uint16           // rows, nil: all N
	N    int                // rows of the batch
	Due  []eventtime.Time   // expiry by row of the batch, of tables that have one; nil elsewhere
}

// Groups is a half-open interval of key groups [Lo, Hi) of Of in all; Of is a
// power of two. The hashes of group g are [g<<s, (g+1)<<s), s = 32 - log2(Of).
type Groups struct{ Lo, Hi, Of int }

// Changes takes what an epoch changed: the delta. As well a block of a file as
// records of a changelog topic.
type Changes interface {
	// Rows takes upserts (all key and value columns, then the expiry if the
	// table has one) or deletions (key columns; of a Multi table the row's
	// insertion number too), ordered by (hash, key, insertion), or as NewUnordered
	// says. b is borrowed; b.Hash is set.
	Rows(table string, b *columnar.Batch, deleted bool) error
	// Drop says that every row of the table with an expiry up to the watermark
	// is gone.
	Drop(table string, upTo eventtime.Watermark) error
}

// Backing holds rows that do not fit in memory (Pebble); nil for none.
type Backing interface {
	Load(table string, k Keys, into *columnar.Batch) error
	Apply(table string, b *columnar.Batch, deleted bool) error
}

// Metrics of the tables of a store, for progress reports.
type Metrics struct {
	Rows, Updated, Removed int64 // held now; touched and removed since the last Seal
	Bytes                  int64 // memory held
}
