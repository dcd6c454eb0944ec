package sketch

import (
	"encoding/binary"
	"math"
	"slices"
)

// Bin is a bar of a Histogram: about Count values lie around X.
type Bin struct{ X, Count float64 }

// Histogram keeps the distribution of numbers in a bounded number of bins, which
// are those of Spark's histogram_numeric for the same values in the same order.
// A new value is a bin of its own; then the two closest bins become one. See
// Y. Ben-Haim, E. Tom-Tov, "A streaming parallel decision tree algorithm" (2010),
// algorithm 1.
type Histogram struct {
	most   int // bins
	bins   []Bin
	random lcg // chooses among gaps of the same width
}

// NewHistogram makes a histogram of at most so many bins, 2 or more.
func NewHistogram(bins int) *Histogram { return &Histogram{most: bins, random: *javaRandom(31183)} }

// Bins returns the bins in the order of X. The slice is the histogram's own.
func (h *Histogram) Bins() []Bin { return h.bins }

// Add counts a value.
func (h *Histogram) Add(x float64) {
	i, found := slices.BinarySearchFunc(h.bins, x, func(b Bin, x float64) int {
		switch {
		case b.X < x:
			return -1
		case b.X > x:
			return 1
		}
		return 0
	})
	if found {
		h.bins[i].Count++
		return
	}
	h.bins = slices.Insert(h.bins, i, Bin{x, 1})
	h.trim()
}

// Merge counts what other has counted.
func (h *Histogram) Merge(other *Histogram) {
	if len(h.bins) == 0 {
		h.bins = append(h.bins, other.bins...)
		return
	}
	h.bins = append(h.bins, other.bins...)
	slices.SortStableFunc(h.bins, func(a, b Bin) int {
		switch {
		case a.X < b.X:
			return -1
		case a.X > b.X:
			return 1
		}
		return 0
	})
	h.trim()
}

// trim joins the closest bins until there are no more than there may be.
func (h *Histogram) trim() {
	for len(h.bins) > h.most {
		i := h.closest()
		a, b := h.bins[i], h.bins[i+1]
		n := a.Count + b.Count
		x := a.X * float64(a.Count/n) // roundings decide ties: they are Spark's
		h.bins[i] = Bin{x + float64(b.X/n*b.Count), n}
		h.bins = slices.Delete(h.bins, i+1, i+2)
	}
}

// closest is the first bin of the closest pair, of several any.
func (h *Histogram) closest() int {
	at, ties := 0, 1.0
	least := h.bins[1].X - h.bins[0].X
	for i := 1; i+1 < len(h.bins); i++ {
		switch d := h.bins[i+1].X - h.bins[i].X; {
		case d < least:
			at, ties, least = i, 1, d
		case d == least:
			if ties++; h.random.float() <= 1/ties {
				at = i
			}
		}
	}
	return at
}

const histogramTag = 'H'

// AppendBinary implements encoding.BinaryAppender.
func (h *Histogram) AppendBinary(b []byte) ([]byte, error) {
	b = append(b, histogramTag)
	b = binary.AppendUvarint(b, uint64(h.most))
	b = binary.AppendUvarint(b, uint64(h.random))
	for _, bin := range h.bins {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(bin.X))
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(bin.Count))
	}
	return b, nil
}

// UnmarshalBinary reads what AppendBinary wrote. The error is ErrCorrupt.
func (h *Histogram) UnmarshalBinary(b []byte) error {
	if len(b) < 3 || b[0] != histogramTag {
		return ErrCorrupt
	}
	r := reader{b: b[1:]}
	out := Histogram{most: int(r.varint()), random: lcg(r.varint())}
	for len(r.b) > 0 && !r.bad {
		out.bins = append(out.bins, Bin{r.float(), r.float()})
	}
	if r.bad || out.most < 2 || len(out.bins) > out.most {
		return ErrCorrupt
	}
	*h = out
	return nil
}
