package exec

import (
	"context"
	"slices"
	"sync"
)

// desk hands free workers to who waits for one, the best of them first (see
// before). Safe for concurrent use; it starts no goroutine.
type desk struct {
	workers int // immutable

	mu      sync.Mutex
	fair    bool             // guarded by mu: pools share the workers
	pools   map[string]*pool // guarded by mu, by name
	free    int              // guarded by mu
	arrived int              // guarded by mu: lines so far
	waiting []*line          // guarded by mu: those that want workers
}

// line is who waits as one: the tasks of a stage, or a goroutine of an epoch.
// The desk's mu guards what is not set before the line first asks.
type line struct {
	name       string
	pool       *pool // nil of epochs
	job, stage int
	together   bool // all workers it wants come at once, by one grant
	of         *stageRun
	grants     chan<- *line // has room for every worker
	arrival    int
	want       int
	running    int
}

func newDesk(workers int) *desk { return &desk{workers: workers, free: workers} }

// ask makes l wait for n more workers. Each is a grant, to be given back.
func (d *desk) ask(l *line, n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if l.want == 0 {
		d.arrived++
		l.arrival = d.arrived
		d.waiting = append(d.waiting, l)
	}
	l.want += n
	d.deal()
}

// give takes n workers back from l, nil for one that take lent.
func (d *desk) give(l *line, n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.free += n
	if l != nil {
		l.count(-n)
	}
	d.deal()
}

// leave ends waiting. Grants that l has not received yet stay its own.
func (d *desk) leave(l *line) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if l.want == 0 {
		return
	}
	d.remove(l)
	d.deal()
}

func (d *desk) remove(l *line) {
	l.want = 0
	d.waiting = slices.DeleteFunc(d.waiting, func(o *line) bool { return o == l })
}

// deal grants what can be granted. While the best waits for several workers at
// once nobody else gets any: it would never see them free together. d.mu is
// held.
func (d *desk) deal() {
	for d.free > 0 && len(d.waiting) > 0 {
		l := d.waiting[0]
		for _, o := range d.waiting[1:] {
			if d.before(o, l) {
				l = o
			}
		}
		n := 1
		if l.together {
			n = l.want
		}
		if d.free < n {
			return
		}
		d.free -= n
		l.count(n)
		if l.want -= n; l.want == 0 {
			d.remove(l)
		}
		l.grants <- l
	}
}

// count adds to the running tasks.
func (l *line) count(n int) {
	l.running += n
	if l.pool != nil {
		l.pool.running += n
	}
}

// take waits for one worker, at most until ctx ends, and reports whether it has
// it; give(nil, 1) gives it back.
func (d *desk) take(ctx context.Context) bool {
	d.mu.Lock()
	if d.free > 0 && len(d.waiting) == 0 {
		d.free--
		d.mu.Unlock()
		return true
	}
	d.mu.Unlock()
	grants := make(chan *line, 1)
	l := &line{grants: grants}
	d.ask(l, 1)
	select {
	case <-grants:
		return true
	case <-ctx.Done():
	}
	d.leave(l)
	select {
	case <-grants:
		d.give(nil, 1)
	default:
	}
	return false
}
