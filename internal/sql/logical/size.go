package logical

// SizeOf estimates the bytes of a relation, -1 if unknown. Filters and
// aggregations are taken to keep what they read.
func SizeOf(n Node) int64 {
	switch x := n.(type) {
	case *Scan:
		return x.Rel.Size()
	case *Values:
		return int64(len(x.Rows)) * rowBytes(n)
	case *Range:
		return max(0, (x.End-x.Start)/x.Step) * 8
	case *Local:
		total := int64(0)
		for _, b := range x.Batches {
			total += int64(b.Size())
		}
		return total
	case *Limit:
		if s := SizeOf(x.Child); s >= 0 {
			return min(s, x.N*rowBytes(n))
		}
		return x.N * rowBytes(n)
	}
	total := int64(0)
	for _, c := range n.Children() {
		s := SizeOf(c)
		if s < 0 {
			return -1
		}
		total += s
	}
	return total
}

// rowBytes is what a row is taken to weigh.
func rowBytes(n Node) int64 { return 8 + 16*int64(len(n.Output())) }

// WeightOf estimates the bytes that the rows of a relation take in memory, -1 if
// unknown: by RowsOf, so unlike SizeOf it believes conditions.
func WeightOf(n Node) int64 {
	rows := RowsOf(n)
	if rows < 0 {
		return -1
	}
	return int64(rows) * rowBytes(n)
}
