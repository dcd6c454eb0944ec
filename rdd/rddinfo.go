package rdd

import (
	"cmp"
	"slices"
	"weak"
)

// RDDInfo says what is kept of a persisted RDD.
type RDDInfo struct {
	ID    int
	Name  string // of SetName, else Spark's class
	Level StorageLevel
	// Partitions is how many there are, Cached how many of them are kept.
	Partitions, Cached int
	// Memory and Disk are bytes; those of Go values are estimated.
	Memory, Disk int64
}

// PersistedRDDs describes the RDDs that are persisted now, by their IDs. One
// that nobody can reach any more is left out, and what was kept of it is freed.
func (c *Context) PersistedRDDs() []RDDInfo {
	c.mu.Lock()
	nodes := make([]*node, 0, len(c.kept))
	for id, p := range c.kept {
		if n := p.Value(); n != nil {
			nodes = append(nodes, n)
		} else {
			delete(c.kept, id)
		}
	}
	c.mu.Unlock()
	var out []RDDInfo
	for _, n := range nodes {
		if info := n.rddInfo(); info.Level.kept() {
			out = append(out, info)
		}
	}
	slices.SortFunc(out, func(a, b RDDInfo) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// persisted adds a node to those that are or were persisted.
func (c *Context) persisted(n *node) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil {
		c.kept = map[int]weak.Pointer[node]{}
	}
	for id, p := range c.kept { // of streams, most are gone soon
		if p.Value() == nil {
			delete(c.kept, id)
		}
	}
	c.kept[n.id] = weak.Make(n)
}

func (n *node) rddInfo() RDDInfo {
	level, in := n.stored()
	parts, _ := n.partitions()
	n.mu.Lock()
	name := cmp.Or(n.name, n.kind)
	n.mu.Unlock()
	return RDDInfo{ID: n.id, Name: name, Level: level, Partitions: parts, Cached: in.Partitions, Memory: in.Memory, Disk: in.Disk}
}
