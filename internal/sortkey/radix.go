package sortkey

// Prefixed is a row and the first eight bytes in which its key may differ, big
// endian.
type Prefixed struct {
	Prefix uint64
	Row    uint32
}

// Radix sorts rows by their prefixes; equal ones stay in their order. The
// scratch is as long. It returns the sorted rows and what is free again, of the
// two slices either way round.
//
// Least-significant-byte radix sort; bytes that all rows share are skipped.
func Radix(rows, scratch []Prefixed) (sorted, free []Prefixed) {
	if len(rows) < 2 {
		return rows, scratch
	}
	var counts [8][256]uint32
	for _, p := range rows {
		for d := range counts {
			counts[d][byte(p.Prefix>>(8*d))]++
		}
	}
	from, to := rows, scratch[:len(rows)]
	for d := range counts {
		if int(counts[d][byte(from[0].Prefix>>(8*d))]) == len(from) {
			continue
		}
		at := uint32(0)
		for v, n := range counts[d] {
			counts[d][v] = at
			at += n
		}
		for _, p := range from {
			c := &counts[d][byte(p.Prefix>>(8*d))]
			to[*c] = p
			*c++
		}
		from, to = to, from
	}
	return from, to
}
