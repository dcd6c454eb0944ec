package store

import (
	"cmp"
	"slices"
)

// sortHashes orders entries by their upper 32 bits: radix by bytes from the
// low end, stable, passes in which all agree skipped. It returns the ordered
// slice and the other one as spare.
func sortHashes(e, spare []uint64) (sorted, other []uint64) {
	return sortBytes(e, spare, 32, 64)
}

func sortBytes(e, spare []uint64, from, to int) (sorted, other []uint64) {
	if spare = extend(spare[:0], len(e)); len(e) < 64 {
		slices.SortStableFunc(e, func(a, b uint64) int { return cmp.Compare(a>>32, b>>32) })
		return e, spare
	}
	for shift := from; shift < to; shift += 8 {
		var count [257]int
		for _, x := range e {
			count[int(byte(x>>shift))+1]++
		}
		if len(e) == 0 || count[int(byte(e[0]>>shift))+1] == len(e) {
			continue
		}
		for i := range 256 {
			count[i+1] += count[i]
		}
		for _, x := range e {
			b := byte(x >> shift)
			spare[count[b]] = x
			count[b]++
		}
		e, spare = spare, e
		spare = spare[:len(e)]
	}
	return e, spare
}

// eachTie calls f for each run of two and more entries of one hash.
func eachTie(e []uint64, f func([]uint64)) {
	for lo := 0; lo < len(e); {
		hi := lo + 1
		for hi < len(e) && e[hi]>>32 == e[lo]>>32 {
			hi++
		}
		if hi > lo+1 {
			f(e[lo:hi])
		}
		lo = hi
	}
}
