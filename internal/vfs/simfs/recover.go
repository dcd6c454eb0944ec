package simfs

import (
	"maps"
	"math/rand/v2"
	"slices"
)

const sector = 512

// Recover returns one of the disks that could be found if the power went now:
// the same one for the same history and seed. The disk itself stays as it is,
// so that many may be recovered from it.
func (d *Disk) Recover(seed uint64) *Disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	after := New(seed, d.now)
	after.temps = d.temps
	s := survivor{rng: after.rng, nodes: map[*node]*node{}}
	after.root = s.node(d.root)
	return after
}

// survivor copies what is left of a tree; a node with two names stays one.
type survivor struct {
	rng   *rand.Rand
	nodes map[*node]*node
}

func (s *survivor) node(n *node) *node {
	if done := s.nodes[n]; done != nil {
		return done
	}
	left := &node{dir: n.dir, modTime: n.modTime}
	s.nodes[n] = left
	if !n.dir {
		left.synced = survivingData(n, s.rng)
		left.data = slices.Clone(left.synced)
		return left
	}
	names := survivingNames(n, s.rng)
	left.entries, left.stable = make(map[string]*node, len(names)), make(map[string]*node, len(names))
	for _, name := range slices.Sorted(maps.Keys(names)) {
		child := s.node(names[name])
		left.entries[name], left.stable[name] = child, child
	}
	return left
}

// survivingNames picks a state between what is durable and what is seen: the
// first changes of all names, or of each name by itself.
func survivingNames(n *node, rng *rand.Rand) map[string]*node {
	if len(n.changes) == 0 {
		return n.stable
	}
	names := maps.Clone(n.stable)
	if rng.IntN(2) == 0 {
		for _, c := range n.changes[:upTo(rng, len(n.changes))] {
			apply(names, c)
		}
		return names
	}
	byName := map[string][]change{}
	for _, c := range n.changes {
		byName[c.name] = append(byName[c.name], c)
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		if k := rng.IntN(len(byName[name]) + 1); k > 0 {
			apply(names, byName[name][k-1])
		}
	}
	return names
}

// upTo picks a number in [0, n], the ends more often than the rest.
func upTo(rng *rand.Rand, n int) int {
	switch rng.IntN(4) {
	case 0:
		return 0
	case 1:
		return n
	}
	return rng.IntN(n + 1)
}

// survivingData picks a state of a file: the first writes, the last of them
// torn; or the sectors of such a state each by itself.
func survivingData(n *node, rng *rand.Rand) []byte {
	before := slices.Clone(n.synced)
	if len(n.writes) == 0 {
		return before
	}
	k := upTo(rng, len(n.writes))
	data := slices.Clone(n.synced)
	for _, w := range n.writes[:k] {
		data = w.apply(data)
	}
	if k < len(n.writes) && rng.IntN(2) == 0 {
		data = tear(n.writes[k], rng).apply(data)
	}
	if rng.IntN(2) == 0 {
		return data
	}
	return mixSectors(before, data, rng)
}

// tear cuts a write off somewhere at a sector boundary of the file.
func tear(w write, rng *rand.Rand) write {
	if w.data == nil {
		return w
	}
	first := (w.at/sector + 1) * sector
	last := (w.at + int64(len(w.data)) - 1) / sector * sector
	if last < first {
		return w
	}
	cut := first + sector*rng.Int64N((last-first)/sector+1)
	return write{at: w.at, data: w.data[:cut-w.at]}
}

// mixSectors takes the size of one state and each sector of one or the other.
func mixSectors(before, after []byte, rng *rand.Rand) []byte {
	size := len(after)
	if rng.IntN(3) == 0 {
		size = len(before)
	}
	mixed := resize(slices.Clone(after), int64(size))
	before = resize(before, int64(max(size, len(before))))
	for at := 0; at < size; at += sector {
		if rng.IntN(2) == 0 {
			end := min(at+sector, size)
			copy(mixed[at:end], before[at:end])
		}
	}
	return mixed
}
