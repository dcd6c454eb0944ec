package sketch

import (
	"encoding/binary"
	"math"
	"slices"
)

// Quantiles answers which value lies at a rank. It is the summary of M.
// Greenwald and S. Khanna, "Space-efficient online computation of quantile
// summaries" (2001), with Spark's buffer of fresh values, so that the same
// values in the same order give percentile_approx's answers.
type Quantiles struct {
	epsilon float64
	samples []rank
	count   int64     // values in samples
	fresh   []float64 // values not yet in samples, fewer than freshSize
	spare   []rank    // the other buffer of insert and compress
	packed  bool      // samples are compressed and nothing is fresh
}

// rank is a value that stands for the g values up to it; its true rank may be
// delta higher than the least it can have.
type rank struct {
	value    float64
	g, delta int64
}

const (
	freshSize   = 50000 // values buffered before they are sorted in
	compressMin = 10000 // samples from which a summary compresses itself
)

// NewQuantiles makes a summary whose answers are off by at most count/accuracy
// ranks; Spark's default is 10000. accuracy is at least 1.
func NewQuantiles(accuracy int64) *Quantiles {
	return &Quantiles{epsilon: 1 / float64(max(accuracy, 1)), packed: true}
}

// Count returns how many values were added.
func (q *Quantiles) Count() int64 { return q.count + int64(len(q.fresh)) }

// Add adds a value.
func (q *Quantiles) Add(v float64) {
	q.fresh = append(q.fresh, v)
	q.packed = false
	if len(q.fresh) >= freshSize {
		q.insert()
		if len(q.samples) >= compressMin {
			q.compress()
		}
	}
}

// AddAll adds a batch of values.
func (q *Quantiles) AddAll(values []float64) {
	for len(values) > 0 {
		n := min(len(values), freshSize-1-len(q.fresh))
		q.fresh = append(q.fresh, values[:n]...)
		q.packed = q.packed && n == 0
		if values = values[n:]; len(values) > 0 {
			q.Add(values[0])
			values = values[1:]
		}
	}
}

// sortJava sorts as Java does, with NaN as the greatest value.
func sortJava(v []float64) {
	slices.Sort(v) // NaN first
	n := 0
	for n < len(v) && math.IsNaN(v[n]) {
		n++
	}
	if n > 0 {
		copy(v, v[n:])
		for i := len(v) - n; i < len(v); i++ {
			v[i] = math.NaN()
		}
	}
}

// insert sorts the fresh values into the samples.
func (q *Quantiles) insert() {
	if len(q.fresh) == 0 {
		return
	}
	sortJava(q.fresh)
	out := slices.Grow(q.spare[:0], len(q.samples)+len(q.fresh))
	at := 0
	for i, v := range q.fresh {
		for at < len(q.samples) && q.samples[at].value <= v {
			out = append(out, q.samples[at])
			at++
		}
		q.count++
		delta := int64(0) // exact at either end
		if len(out) > 0 && (at < len(q.samples) || i < len(q.fresh)-1) {
			delta = int64(math.Floor(2 * q.epsilon * float64(q.count)))
		}
		out = append(out, rank{v, 1, delta})
	}
	out = append(out, q.samples[at:]...)
	q.samples, q.spare, q.fresh = out, q.samples, q.fresh[:0]
}

// compress merges samples as far as the error allows. It walks down from the
// greatest, which stays; so does the least.
func (q *Quantiles) compress() {
	q.insert()
	q.packed = true
	in := q.samples
	if len(in) == 0 {
		return
	}
	limit := 2 * q.epsilon * float64(q.count)
	out := slices.Grow(q.spare[:0], len(in))
	head := in[len(in)-1]
	for i := len(in) - 2; i >= 1; i-- {
		if float64(in[i].g+head.g+head.delta) < limit {
			head.g += in[i].g
			continue
		}
		out = append(out, head)
		head = in[i]
	}
	out = append(out, head)
	if len(in) > 1 && in[0].value <= head.value {
		out = append(out, in[0])
	}
	slices.Reverse(out)
	q.samples, q.spare = out, in
}

// Merge adds what other has seen; other keeps its values but may be compressed.
// The greater of the two errors holds for both from then on.
func (q *Quantiles) Merge(other *Quantiles) {
	q.pack()
	other.pack()
	switch {
	case other.count == 0:
		return
	case q.count == 0:
		q.epsilon, q.count = other.epsilon, other.count
		q.samples = append(q.samples[:0], other.samples...)
		return
	}
	// A sample's rank is uncertain by what may lie between the samples of the
	// other side, except before the other side begins.
	ours := int64(math.Floor(2 * other.epsilon * float64(other.count)))
	theirs := int64(math.Floor(2 * q.epsilon * float64(q.count)))
	a, b := q.samples, other.samples
	out := slices.Grow(q.spare[:0], len(a)+len(b))
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		if a[i].value < b[j].value {
			s := a[i]
			if j > 0 {
				s.delta += ours
			}
			out = append(out, s)
			i++
			continue
		}
		s := b[j]
		if i > 0 {
			s.delta += theirs
		}
		out = append(out, s)
		j++
	}
	out = append(append(out, a[i:]...), b[j:]...)
	q.samples, q.spare = out, a
	q.epsilon = max(q.epsilon, other.epsilon)
	q.count += other.count
	q.compress()
}

func (q *Quantiles) pack() {
	if !q.packed {
		q.compress()
	}
}

// Query returns the value at a share of the ranks, 0 to 1; NaN if no value was
// added.
func (q *Quantiles) Query(share float64) float64 {
	q.pack()
	if len(q.samples) == 0 {
		return math.NaN()
	}
	last := q.samples[len(q.samples)-1].value
	switch {
	case share <= q.epsilon || len(q.samples) == 1:
		return q.samples[0].value
	case share >= 1-q.epsilon:
		return last
	}
	widest := int64(0)
	for _, s := range q.samples {
		widest = max(widest, s.g+s.delta)
	}
	tolerance := widest / 2
	want, least := int64(math.Ceil(share*float64(q.count))), int64(0)
	for _, s := range q.samples[:len(q.samples)-1] {
		least += s.g
		if least+s.delta-tolerance <= want && want <= least+tolerance {
			return s.value
		}
	}
	return last
}

const quantilesTag = 'Q'

// AppendBinary compresses the summary and appends it: a tag, the error, the
// count, the number of samples, and each sample's value, g and delta.
func (q *Quantiles) AppendBinary(b []byte) ([]byte, error) {
	q.pack()
	b = append(b, quantilesTag)
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(q.epsilon))
	b = binary.AppendUvarint(b, uint64(q.count))
	b = binary.AppendUvarint(b, uint64(len(q.samples)))
	for _, s := range q.samples {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(s.value))
		b = binary.AppendUvarint(b, uint64(s.g))
		b = binary.AppendUvarint(b, uint64(s.delta))
	}
	return b, nil
}

// MarshalBinary is AppendBinary to a new slice.
func (q *Quantiles) MarshalBinary() ([]byte, error) { return q.AppendBinary(nil) }

// UnmarshalBinary reads what AppendBinary wrote. The error is ErrCorrupt.
func (q *Quantiles) UnmarshalBinary(b []byte) error {
	if len(b) < 9 || b[0] != quantilesTag {
		return ErrCorrupt
	}
	r := reader{b: b[1:]}
	out := Quantiles{epsilon: r.float(), count: r.varint(), packed: true}
	n := r.varint()
	if !(out.epsilon > 0 && out.epsilon <= 1) || n > int64(len(r.b))/10 {
		return ErrCorrupt
	}
	out.samples = make([]rank, n)
	for i := range out.samples {
		out.samples[i] = rank{r.float(), r.varint(), r.varint()}
	}
	if r.bad || len(r.b) > 0 {
		return ErrCorrupt
	}
	*q = out
	return nil
}

// reader takes numbers off bytes; bad once they end too early.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) float() float64 {
	if len(r.b) < 8 {
		r.bad = true
		return 0
	}
	v := math.Float64frombits(binary.LittleEndian.Uint64(r.b))
	r.b = r.b[8:]
	return v
}

// varint reads a number that must fit 62 bits.
func (r *reader) varint() int64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 || v >= 1<<62 {
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return int64(v)
}
