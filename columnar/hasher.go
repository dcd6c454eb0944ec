package columnar

import "github.com/spatestream/spate/internal/hashing"

// Hasher is HashRows for one batch after another of the same columns: it hashes
// the entries of a dictionary once, as soon as as many rows have come as there
// are entries, and gathers from then on. The zero value is ready. It belongs to
// one goroutine and keeps the dictionaries it has seen last alive.
type Hasher struct{ seen []entries }

// entries are the hashes of the rows of a dictionary.
type entries struct {
	dict *Vector
	seed uint32
	rows int // hashed one by one so far
	hash []uint32
}

// Hash is HashRows.
func (s *Hasher) Hash(h []uint32, cols []*Vector, sel []uint16) {
	seed, at := uint32(hashing.Seed), 0
	for at < len(cols) && cols[at].Const && len(h) > 0 {
		seed = cols[at].HashRow(0, seed)
		at++
	}
	if at < len(cols) && cols[at].Dict != nil && s.of(at).ready(cols[at], seed, len(h)) {
		s.seen[at].gather(h, cols[at], sel)
		at++
	} else {
		fill(h, seed, sel)
	}
	for _, c := range cols[min(at, len(cols)):] {
		c.HashInto(h, sel)
	}
}

// of returns the hashes of the dictionary of column c.
func (s *Hasher) of(c int) *entries {
	for len(s.seen) <= c {
		s.seen = append(s.seen, entries{})
	}
	return &s.seen[c]
}

func fill(h []uint32, x uint32, sel []uint16) {
	if sel == nil {
		for r := range h {
			h[r] = x
		}
		return
	}
	for _, r := range sel {
		h[r] = x
	}
}

// ready reports whether the hashes of v's dictionary are worth making, which
// are then made. n more rows ask.
func (e *entries) ready(v *Vector, seed uint32, n int) bool {
	if e.dict != v.Dict || e.seed != seed {
		*e = entries{dict: v.Dict, seed: seed, hash: e.hash[:0]}
	}
	have := len(e.hash)
	if have == e.dict.Len {
		return true
	}
	if e.rows += n; e.rows < e.dict.Len-have {
		return false
	}
	e.hash = growTo(e.hash, e.dict.Len)
	for r := have; r < len(e.hash); r++ {
		e.hash[r] = e.dict.HashRow(r, seed)
	}
	e.rows = 0
	return true
}

// gather sets h by the codes of v; a null has the seed.
func (e *entries) gather(h []uint32, v *Vector, sel []uint16) {
	if sel == nil {
		sel = All(len(h))
	}
	if v.Valid == nil {
		for _, r := range sel {
			h[r] = e.hash[v.Codes[r]]
		}
		return
	}
	for _, r := range sel {
		h[r] = e.seed
		if v.Valid.Get(int(r)) {
			h[r] = e.hash[v.Codes[r]]
		}
	}
}
