package store

// compact clears the garbage of text and lists away where it may exceed half:
// where storage has doubled since it was last cleared, so that it costs no more
// than writing did. Keys leave garbage only when rows are removed.
func (t *Table) compact() {
	if t.compacted == nil {
		t.compacted = make([]int, len(t.rows.cols))
	}
	removed := 2*len(t.rows.free) > len(t.rows.hash)
	for i, c := range t.rows.cols {
		n := c.Loose()
		if n <= 2*t.compacted[i]+1<<16 || i < t.rows.keys && !removed {
			continue
		}
		for _, id := range t.rows.free {
			c.SetZero(int(id))
		}
		c.Compact()
		t.compacted[i] = c.Loose()
	}
}
