package flow

// Load is how many events a producer has sent, by target.
type Load []uint64

// Lighter returns the one of the two targets of a key, by its hash, that has got
// less from here, and counts an event for it. See Nasir et al., The Power of Both
// Choices, ICDE 2015.
func (l Load) Lighter(hash uint32) int {
	n := len(l)
	h := uint64(hash) * 0x9e3779b97f4a7c15
	a, b := int(h>>32)%n, int(h&0xffffffff)%n
	if a == b {
		b = (a + 1) % n
	}
	if l[b] < l[a] {
		a = b
	}
	l[a]++
	return a
}
