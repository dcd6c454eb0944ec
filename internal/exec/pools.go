package exec

// Pool is a share of the workers for the jobs that name it. In it, jobs go in
// their order, or, if Fair, share alike.
type Pool struct {
	Name     string
	Fair     bool
	Weight   int // share of the workers relative to other pools, from 1
	MinShare int // workers it gets before others get more than theirs
}

// pool is a Pool at a desk, whose mu guards it.
type pool struct {
	Pool
	running int
}

// Share makes pools share the workers by their weights and minimum shares;
// otherwise the lower job comes first, and in it the lower stage. Pools that a
// job names and nobody has described have weight 1. It is called before the
// first job.
func (r *Runner) Share(pools ...Pool) {
	r.desk.mu.Lock()
	defer r.desk.mu.Unlock()
	r.desk.fair = true
	r.desk.pools = map[string]*pool{}
	for _, p := range pools {
		r.desk.pools[p.Name] = &pool{Pool: p}
	}
}

// pool returns the pool of that name, nil if pools do not count.
func (d *desk) pool(name string) *pool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.fair {
		return nil
	}
	p := d.pools[name]
	if p == nil {
		p = &pool{Pool: Pool{Name: name, Weight: 1}}
		d.pools[name] = p
	}
	return p
}

// before reports whether a gets a worker before b, as Spark decides it (FIFO
// and fair scheduling algorithms of its pools). d.mu is held.
func (d *desk) before(a, b *line) bool {
	switch {
	case a.pool == nil || b.pool == nil:
		return a.earlier(b)
	case a.pool != b.pool:
		return fairer(a.pool.standing(), b.pool.standing())
	case a.pool.Fair:
		return fairer(a.standing(), b.standing())
	}
	return a.earlier(b)
}

// earlier orders by job, then stage, then arrival.
func (l *line) earlier(o *line) bool {
	if l.job != o.job {
		return l.job < o.job
	}
	if l.stage != o.stage {
		return l.stage < o.stage
	}
	return l.arrival < o.arrival
}

// standing is what fairness compares.
type standing struct {
	running, minShare, weight int
	name                      string
}

func (p *pool) standing() standing {
	return standing{running: p.running, minShare: p.MinShare, weight: max(p.Weight, 1), name: p.Name}
}

func (l *line) standing() standing {
	return standing{running: l.running, weight: 1, name: l.name}
}

// fairer reports whether a is worse off than b: below its minimum share, or
// with fewer workers relative to that, or to its weight; then by name.
func fairer(a, b standing) bool {
	needs := a.running < a.minShare
	if needs != (b.running < b.minShare) {
		return needs
	}
	x := float64(a.running) / float64(a.weight)
	y := float64(b.running) / float64(b.weight)
	if needs {
		x = float64(a.running) / float64(max(a.minShare, 1))
		y = float64(b.running) / float64(max(b.minShare, 1))
	}
	if x != y {
		return x < y
	}
	return a.name < b.name
}
