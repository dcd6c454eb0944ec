package store

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/sqltype"
)

// rows is what a table holds, by RowID: columns side by side, so that one pass
// over a batch touches one array. Removed ids are used again.
type rows struct {
	cols []*columnar.Vector // key columns, then value columns
	keys int                // how many of cols are keys
	hash []uint32           // partition hash
	tag  []uint32           // hash in the index, nil if it is the partition hash
	mark []mark
	due  []eventtime.Time // nil if rows do not expire
	link []link           // of Multi tables
	free []RowID
	live int
}

// mark is what must be known of a row in one byte, so that the marks of a
// million rows fit a core's cache. The first six are pairs: the bit for the
// open epoch and the bit for the sealed one take turns (see delta).
type mark uint8

const (
	dirty   mark = 1 << iota // touched in the epoch
	_                        // the other epoch's dirty
	born                     // made in the epoch: no checkpoint knows the row
	_                        // the other epoch's born
	early                    // expiry moved forward in the epoch
	_                        // the other epoch's early
	live                     // the id is a row
	pending                  // being made, or being expired
)

const epochMarks = dirty | born | early

// maxRows is the limit of a table; the top bit of an id is the saver's.
const maxRows = 1<<31 - 2

func newRows(spec Spec) rows {
	r := rows{keys: len(spec.Key.Fields)}
	for _, s := range []*sqltype.Struct{spec.Key, spec.Value} {
		for _, f := range s.Fields {
			r.cols = append(r.cols, columnar.New(f.Type))
		}
	}
	return r
}

// nursery is room for rows about to be made: ids used again first, then new
// ones in sequence.
type nursery struct {
	reuse []RowID // top of the free list, last first
	base  RowID   // first new id
}

// id returns the id of the f-th row made.
func (n *nursery) id(f int) RowID {
	if f < len(n.reuse) {
		return n.reuse[len(n.reuse)-1-f]
	}
	return n.base + RowID(f-len(n.reuse))
}

// appendTo appends the ids of the first made rows.
func (n *nursery) appendTo(ids []RowID, made int) []RowID {
	for f := range made {
		ids = append(ids, n.id(f))
	}
	return ids
}

// open makes room for the hashes and marks of up to n more rows. Freed ids are
// not used again while an Expire visits, because its list names them.
func (r *rows) open(n int, visiting bool) nursery {
	reuse := min(n, len(r.free))
	if visiting {
		reuse = 0
	}
	y := nursery{r.free[len(r.free)-reuse:], RowID(len(r.hash))}
	r.hash = extend(r.hash, n-reuse)
	r.mark = extend(r.mark, n-reuse)
	if r.tag != nil {
		r.tag = extend(r.tag, n-reuse)
	}
	return y
}

// close keeps the first made rows of the nursery. Their values are zero and
// the due times and links of new ids have room; keys are still to be set, and
// key vectors still lack the new ids.
func (r *rows) close(y nursery, made int) (reused int) {
	reused = min(made, len(y.reuse))
	n := int(y.base) + made - reused
	r.hash, r.mark = r.hash[:n], r.mark[:n]
	if r.tag != nil {
		r.tag = r.tag[:n]
	}
	if r.due != nil {
		r.due = extend(r.due, n-len(r.due))
	}
	if r.link != nil {
		r.link = extend(r.link, n-len(r.link))
	}
	r.free = r.free[:len(r.free)-reused]
	for _, c := range r.cols[r.keys:] {
		for f := range reused {
			c.SetZero(int(y.id(f)))
		}
		c.Extend(made - reused)
	}
	r.live += made
	return reused
}

// setKeys copies the keys of batch rows into the rows made: the first reused
// ones one by one, the others at the end of the columns.
func (r *rows) setKeys(y nursery, from []*columnar.Vector, batchRows []uint16, reused int) {
	for c, col := range r.cols[:r.keys] {
		for f, row := range batchRows[:reused] {
			col.SetFrom(int(y.id(f)), from[c], int(row))
		}
		col.AppendRows(from[c], batchRows[reused:], 0)
	}
}

// tagOf returns the hash of a row in the index.
func (r *rows) tagOf(id RowID) uint32 {
	if r.tag != nil {
		return r.tag[id]
	}
	return r.hash[id]
}

// reset forgets every row and keeps the buffers.
func (r *rows) reset() {
	for _, c := range r.cols {
		c.Resize(0)
	}
	r.hash, r.mark, r.free, r.live = r.hash[:0], r.mark[:0], r.free[:0], 0
	if r.tag != nil {
		r.tag = r.tag[:0]
	}
	if r.due != nil {
		r.due = r.due[:0]
	}
	if r.link != nil {
		r.link = r.link[:0]
	}
}

// held returns the bytes of the buffers.
func (r *rows) held() int {
	n := 4*cap(r.hash) + cap(r.mark) + 4*cap(r.tag) + 8*cap(r.due) + 16*cap(r.link) + 4*cap(r.free)
	for _, c := range r.cols {
		n += c.Held()
	}
	return n
}

// roomier returns the capacity that a buffer of have rows grows to when it must
// hold n: twice as many, of large ones a quarter more.
func roomier(have, n int) int {
	if have < 1<<20 {
		return max(n, 2*have)
	}
	return max(n, have+have/4)
}

// extend adds n elements of any content to s.
func extend[T any](s []T, n int) []T {
	n += len(s)
	if cap(s) < n {
		t := make([]T, n, max(roomier(cap(s), n), 8))
		copy(t, s)
		return t
	}
	return s[:n]
}

// compareKeys orders row i of a and row j of b by key: columns that begin with
// the key columns.
func compareKeys(a, b []*columnar.Vector, keys int, i, j int) int {
	for c := range keys {
		if d := columnar.Compare(a[c], i, b[c], j); d != 0 {
			return d
		}
	}
	return 0
}
