package operator

import (
	"slices"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/hashing"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

// groups is a table whose keys are the results of expressions.
type groups struct {
	keys   columns
	table  *store.Table
	ids    []store.RowID
	fresh  []store.RowID
	hash   []uint32
	hasher columnar.Hasher
	coded  coded
	state  []*columnar.Vector
	width  int // value columns
	// private: the hash is always that of the keys, because rows may come
	// with hashes of several exchanges or of fewer keys.
	private bool
	scratch *store.Store // of a scratch table
}

// release gives the memory of a scratch table back.
func (g *groups) release() error {
	if g.scratch != nil {
		g.scratch.Close()
		g.scratch = nil
	}
	return nil
}

// openGroups opens a table, kept between epochs or a scratch one that no
// checkpoint sees.
func openGroups(keys []expr.Node, spec store.Spec, kept bool, c *task.Context) (groups, error) {
	g := groups{width: len(spec.Value.Fields)}
	var err error
	if g.keys, err = compile(keys, &c.Params.Expr); err != nil {
		return g, err
	}
	spec.Key = sqltype.NewStruct(fieldsOf(keys)...)
	if kept {
		g.table, err = c.Table(spec)
	} else {
		g.scratch = store.NewVolatile(c.Memory)
		g.table, err = g.scratch.Table(spec)
	}
	g.ids = make([]store.RowID, columnar.MaxRows)
	g.hash = make([]uint32, columnar.MaxRows)
	g.state = make([]*columnar.Vector, g.width)
	return g, err
}

// keysOf evaluates and hashes the keys of the rows sel (nil: all) of b.
func (g *groups) keysOf(b *columnar.Batch, sel []uint16, due []eventtime.Time) (store.Keys, error) {
	cols, err := g.keys.eval(b, sel)
	if err != nil {
		return store.Keys{}, err
	}
	k := store.Keys{Hash: b.Hash, Cols: cols, Sel: sel, N: b.Len, Due: due}
	g.hashKeys(&k)
	return k, nil
}

// hashKeys gives the selected keys their hash: that of the exchange where there
// was one, because it says to which key group a row belongs.
func (g *groups) hashKeys(k *store.Keys) {
	switch {
	case g.table.Spec().Private:
		k.Hash = nil
	case k.Hash == nil || g.private:
		k.Hash = g.hash[:k.N]
		g.hasher.Hash(k.Hash, k.Cols, k.Sel)
	}
}

// upsert finds or makes the row of each selected row of b. The ids are valid
// until the next call; g.fresh are those made now.
func (g *groups) upsert(b *columnar.Batch, sel []uint16, due []eventtime.Time) ([]store.RowID, error) {
	n := b.Len
	if sel != nil {
		n = len(sel)
	}
	ids := g.ids[:n]
	g.fresh = g.fresh[:0]
	if len(g.keys.evals) == 0 {
		return ids, g.upsertOnly(ids)
	}
	cols, err := g.keys.eval(b, sel)
	if err != nil {
		return ids, err
	}
	k := store.Keys{Hash: b.Hash, Cols: cols, Sel: sel, N: b.Len, Due: due}
	all := sel
	if all == nil {
		all = columnar.All(n)
	}
	if v := g.coded.pick(k.Cols, all); v != nil {
		k.Sel = g.coded.firsts(v, all)
		g.hashKeys(&k)
		g.fresh, err = g.table.Upsert(k, g.coded.ids, g.fresh)
		g.coded.collect(ids)
		return ids, err
	}
	g.hashKeys(&k)
	g.fresh, err = g.table.Upsert(k, ids, g.fresh)
	return ids, err
}

// onlyKey is the key of a table without key columns; its hash is the seed.
var onlyKey = store.Keys{Hash: []uint32{hashing.Seed}, N: 1}

// upsertOnly is upsert of a grouping without keys: all rows have one group.
func (g *groups) upsertOnly(ids []store.RowID) error {
	var one [1]store.RowID
	var err error
	g.fresh, err = g.table.Upsert(onlyKey, one[:], g.fresh)
	for i := range ids {
		ids[i] = one[0]
	}
	return err
}

// columns are the value columns, good until rows are added.
func (g *groups) columns() []*columnar.Vector {
	for i := range g.state {
		g.state[i] = g.table.Column(i)
	}
	return g.state
}

// chunks visits ids in pieces of at most a batch.
func chunks(ids []store.RowID, visit func([]store.RowID) error) error {
	for len(ids) > 0 {
		n := min(len(ids), columnar.MaxRows)
		if err := visit(ids[:n]); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

// rowSet is the rows an epoch has touched, each once.
type rowSet struct {
	in  columnar.Bitmap
	ids []store.RowID
}

// add adds rows and returns those that were not in the set. It writes each and
// goes on by what its bit says, without a branch.
func (s *rowSet) add(ids []store.RowID) []store.RowID {
	most := store.RowID(0)
	for _, id := range ids {
		most = max(most, id)
	}
	for int(most>>6) >= len(s.in) {
		s.in = append(s.in, make([]uint64, len(s.in)+1)...)
	}
	first := len(s.ids)
	list, n := slices.Grow(s.ids, len(ids))[:first+len(ids)], first
	for _, id := range ids {
		word := s.in[id>>6]
		list[n] = id
		n += int(word>>(id&63)&1) ^ 1
		s.in[id>>6] = word | 1<<(id&63)
	}
	s.ids = list[:n]
	return s.ids[first:]
}

func (s *rowSet) clear() {
	for _, id := range s.ids {
		s.in[id>>6] = 0
	}
	s.ids = s.ids[:0]
}
