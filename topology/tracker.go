package topology

import (
	"fmt"
	"math"
	"sync"
	"sync/atomic"
)

// tracker counts what is under way of each event that a source gave: its tree.
// Who emits a child counts it before others can see it, who has dealt with an
// event takes it away; at zero nothing is left. With a counter in memory that
// all share this says the same as Storm's acker, which combines random ids of
// tree edges by exclusive or, as its messages may come in any order (Apache
// Storm, Guaranteeing message processing); and an operator that makes one event
// of one need not touch the counter, where ids would have to be exchanged.
//
// A tree is named by its root: slab, slot in it, and how often the slot was used
// before, so that what is left of a tree that was given up counts nowhere.
type tracker struct {
	slabs []*slab // by number; each set by the instance that owns it, before its first root
	first map[*component]int
	job   *Job
	kept  *sync.Map // pendingKey -> pending, to be adopted after a restart
}

// Bits of a root: slab, slot, generation.
const (
	slabBits       = 12
	slotBits       = 20
	generationBits = 32
	maxSlots       = 1 << slotBits
)

func slabOf(root uint64) int          { return int(root >> (slotBits + generationBits)) }
func slotOf(root uint64) uint32       { return uint32(root>>generationBits) & (maxSlots - 1) }
func generationOf(root uint64) uint32 { return uint32(root) }

// tree is what is known of a root. All words carry its generation.
type tree struct {
	state atomic.Uint64 // generation, events under way
	holds ofTree        // those of them that are held
	waits ofTree        // calls
	seen  atomic.Uint64 // generation (16 bits), component (16), tick: where it last got on
}

const blockSize = 1024

// slab is the trees of a source's channel, or of a node's bundles.
type slab struct {
	id      uint64 // its number, in place
	bundles *bundles
	blocks  [maxSlots / blockSize]atomic.Pointer[[blockSize]tree]
	tick    atomic.Uint32 // of the owner's time
	held    atomic.Int64  // trees with holds
	enough  atomic.Int64  // held at which the owner, which waits for room, is to be woken
	lingers atomic.Bool   // the source has ended and waits for its trees
	rouse   func()        // wakes the owner

	waiting atomic.Int32 // letters
	wake    atomic.Int32 // letters at which the owner is to be woken
	mu      sync.Mutex
	done    []uint64  // guarded by mu
	failed  []failure // guarded by mu
}

// failure of a tree.
type failure struct {
	root uint64
	err  error
}

// newTracker numbers the slabs of a job: one for each source instance and
// channel, one for each instance of any component.
func newTracker(j *Job, before *tracker) (*tracker, error) {
	t := &tracker{first: map[*component]int{}, job: j, kept: &sync.Map{}}
	if before != nil {
		t.kept = before.kept
	}
	n := 0
	for i, c := range j.components {
		c.number = i
		t.first[c] = n
		n += c.parallelism * (1 + len(c.channels))
	}
	if n > 1<<slabBits {
		return nil, fmt.Errorf("job %s: AtLeastOnce has room for %d instances, times one more than their channels, and needs %d", j.name, 1<<slabBits, n)
	}
	t.slabs = make([]*slab, n)
	return t, nil
}

// slab makes the slab of an instance: of a channel, or, behind those, of its
// bundles.
func (t *tracker) slab(c *component, instance, channel int) *slab {
	i := t.first[c] + instance*(1+len(c.channels)) + channel
	s := &slab{id: uint64(i) << (slotBits + generationBits)}
	s.wake.Store(1)
	s.enough.Store(math.MaxInt64)
	t.slabs[i] = s
	return s
}

// room makes trees up to a slot. It belongs to the owner.
func (s *slab) room(slot uint32) {
	if b := &s.blocks[slot/blockSize]; b.Load() == nil {
		b.Store(new([blockSize]tree))
	}
}

func (s *slab) tree(slot uint32) *tree {
	return &s.blocks[slot%maxSlots/blockSize].Load()[slot%blockSize]
}

func (s *slab) root(slot, generation uint32) uint64 {
	return s.id | uint64(slot)<<generationBits | uint64(generation)
}

// plant begins a tree with one event under way.
func (s *slab) plant(slot, generation uint32) (root uint64, t *tree) {
	t = s.tree(slot)
	t.state.Store(uint64(generation)<<32 | 1)
	return s.root(slot, generation), t
}

func (t *tracker) tree(root uint64) *tree { return t.slabs[slabOf(root)].tree(slotOf(root)) }

// add counts n more events of a tree, or fewer. It reports whether nothing is
// left, which it does once: whoever is told passes it on (done). A tree that was
// given up does not change.
func (t *tracker) add(root uint64, n int32) (complete bool) {
	return t.tree(root).add(generationOf(root), n)
}

func (t *tree) add(generation uint32, n int32) (complete bool) {
	for {
		old := t.state.Load()
		left := uint32(old)
		if uint32(old>>32) != generation || left == 0 {
			return false
		}
		left += uint32(n)
		if t.state.CompareAndSwap(old, old&^0xffffffff|uint64(left)) {
			return left == 0
		}
	}
}

// join counts one more event of a tree, if it still stands.
func (t *tracker) join(root uint64) bool {
	state := &t.tree(root).state
	for {
		old := state.Load()
		if uint32(old>>32) != generationOf(root) || uint32(old) == 0 {
			return false
		}
		if state.CompareAndSwap(old, old+1) {
			return true
		}
	}
}

// cut gives a tree up, and reports whether there was anything left of it.
func (t *tracker) cut(root uint64) bool {
	state := &t.tree(root).state
	for {
		old := state.Load()
		if uint32(old>>32) != generationOf(root) || uint32(old) == 0 {
			return false
		}
		if state.CompareAndSwap(old, old&^0xffffffff) {
			return true
		}
	}
}

// touch notes that a tree has got to a component. It reports whether the tree
// still stands: of one that was given up nothing more need be done, as the event
// is given again.
func (t *tracker) touch(root uint64, component int) (r *tree, stands bool) {
	s := t.slabs[slabOf(root)]
	r = s.tree(slotOf(root))
	if state := r.state.Load(); uint32(state>>32) != generationOf(root) || uint32(state) == 0 {
		return r, false
	}
	r.seen.Store(root<<48 | uint64(component)<<32 | uint64(s.tick.Load()))
	if s.bundles != nil {
		for _, r := range s.bundles.of(root) {
			t.touch(r, component)
		}
	}
	return r, true
}

// lastSeen returns the component that a tree has got to and when; false if it
// was never seen.
func (r *tree) lastSeen(generation uint32) (component int, tick uint32, ok bool) {
	seen := r.seen.Load()
	return int(seen >> 32 & 0xffff), uint32(seen), uint16(seen>>48) == uint16(generation)
}

// fail gives a tree up and tells its source why.
func (t *tracker) fail(root uint64, err error) {
	if !t.cut(root) {
		return
	}
	s := t.slabs[slabOf(root)]
	if s.bundles != nil {
		for _, r := range s.bundles.take(root) {
			t.fail(r, err)
		}
		return
	}
	s.post(func() { s.failed = append(s.failed, failure{root, err}) })
	s.rouse()
}

// done tells the sources of trees that nothing is left of them.
func (t *tracker) done(roots ...uint64) {
	for i := 0; i < len(roots); {
		s := t.slabs[slabOf(roots[i])]
		if s.bundles != nil {
			for _, r := range s.bundles.take(roots[i]) {
				if t.add(r, -1) {
					t.done(r)
				}
			}
			i++
			continue
		}
		end := i + 1
		for end < len(roots) && slabOf(roots[end]) == slabOf(roots[i]) {
			end++
		}
		s.post(func() { s.done = append(s.done, roots[i:end]...) })
		i = end
	}
}

// post puts letters into the owner's box.
func (s *slab) post(put func()) {
	s.mu.Lock()
	put()
	n := int32(len(s.done) + len(s.failed))
	s.waiting.Store(n)
	s.mu.Unlock()
	if n >= s.wake.Load() {
		s.rouse()
	}
}

// take empties the box into slices that are lent.
func (s *slab) take(done []uint64, failed []failure) ([]uint64, []failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	done, s.done = s.done, done[:0]
	failed, s.failed = s.failed, failed[:0]
	s.waiting.Store(0)
	return done, failed
}

// hold counts a held event of a tree, for who asks how much of it is held.
func (t *tracker) hold(root uint64, n int32) {
	s := t.slabs[slabOf(root)]
	switch had, has := s.tree(slotOf(root)).holds.add(generationOf(root), n); {
	case had == 0 && has > 0:
		if s.held.Add(1) >= s.enough.Load() {
			s.rouse()
		}
	case had > 0 && has == 0:
		s.held.Add(-1)
	}
}

// wait counts a call that is made for a tree, which does not run into its
// time-out meanwhile.
func (t *tracker) wait(root uint64, n int32) {
	s := t.slabs[slabOf(root)]
	s.tree(slotOf(root)).waits.add(generationOf(root), n)
	if s.bundles != nil {
		for _, r := range s.bundles.of(root) {
			t.wait(r, n)
		}
	}
}

// ofTree counts something of a tree, from 0 in each generation.
type ofTree struct{ atomic.Uint64 } // generation, number

// add returns how many there were and are; 0 and 0 if the generation is over.
func (c *ofTree) add(generation uint32, n int32) (had, has uint32) {
	for {
		old := c.Load()
		had = uint32(old)
		switch behind := int32(generation - uint32(old>>32)); {
		case behind < 0 || behind > 0 && n < 0:
			return 0, 0
		case behind > 0:
			had = 0
		}
		has = had + uint32(n)
		if c.CompareAndSwap(old, uint64(generation)<<32|uint64(has)) {
			return had, has
		}
	}
}

// any reports whether there are some.
func (c *ofTree) any(generation uint32) bool {
	now := c.Load()
	return uint32(now>>32) == generation && uint32(now) > 0
}

// forget takes back the holds of a tree that is over.
func (s *slab) forget(slot, generation uint32) {
	holds := &s.tree(slot).holds
	for {
		old := holds.Load()
		if uint32(old>>32) != generation || uint32(old) == 0 {
			return
		}
		if holds.CompareAndSwap(old, old&^0xffffffff) {
			s.held.Add(-1)
			return
		}
	}
}

// allHeld reports whether all that is under way of a tree is held.
func (r *tree) allHeld(generation uint32) bool {
	h, s := r.holds.Load(), r.state.Load()
	return uint32(h>>32) == generation && uint32(h) > 0 && s == h
}
