package topology

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/internal/checkpoint"
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/flow"
	"github.com/spatestream/spate/internal/vault"
)

// Checkpointing configures the checkpoints of a job.
type Checkpointing func(*checkpoints)

// Every is the time between checkpoints by the job's clock; a second without it.
func Every(d time.Duration) Checkpointing {
	return func(c *checkpoints) {
		if c.every = d; d <= 0 {
			c.job.mistake("Every(%v): the time between checkpoints must be positive", d)
		}
	}
}

// ExactlyOnce makes the job keep its state in a checkpoint directory, and go on
// from there when it is run again, after an end of any kind: what a sink of the
// job shows is then what an undisturbed run would have shown.
//
// Barriers travel through the job with the events; when every instance has
// passed one, what all of them hold is written, and decided by one record. A
// source must be Positioned, and a sink a Committer or Idempotent; Validate
// names those that are not.
func ExactlyOnce(dir string, options ...Checkpointing) Option {
	return func(j *Job) { j.checkpoint(dir, true, options) }
}

// AtLeastOnceCheckpointed is ExactlyOnce whose instances do not hold back an
// input for a barrier that is late on another: nothing waits, and after a
// failure events may be dealt with twice. (Flink's unaligned checkpoints, which
// keep what is on its way, are something else.)
func AtLeastOnceCheckpointed(dir string, options ...Checkpointing) Option {
	return func(j *Job) { j.checkpoint(dir, false, options) }
}

// Dropped says that components are gone, or states of them ("component.state"):
// what a checkpoint holds of them is given up. What the job still has, and what the
// checkpoint holds fits, is kept all the same.
func Dropped(names ...string) Checkpointing {
	return func(c *checkpoints) { c.dropped = append(c.dropped, names...) }
}

// Renamed says that a component of a checkpoint has another name now.
func Renamed(from, to string) Checkpointing {
	return func(c *checkpoints) { c.renamed[to] = from }
}

func (j *Job) checkpoint(dir string, aligned bool, options []Checkpointing) {
	if dir == "" {
		j.mistake("a job with checkpoints needs a directory for them, and was given \"\"")
	}
	j.checkpoints = &checkpoints{job: j, dir: dir, aligned: aligned, every: time.Second, renamed: map[string]string{}}
	for _, o := range options {
		if j.given("the checkpoint", o != nil); o != nil {
			o(j.checkpoints)
		}
	}
}

// Positioned is a source that can go on where it was.
type Positioned interface {
	// Position returns where the instance is: behind what it has emitted.
	Position() ([]byte, error)
	// Seek takes it to a position, after Setup and before the first event. It
	// is not called on a fresh start.
	Seek(position []byte) error
}

// Movable is a source whose instances share what they read, such as partitions or
// files, so that a job may go on with another number of them. Others that are
// Positioned keep theirs.
type Movable interface {
	Positioned
	// SeekAll is called instead of Seek, on each instance, with the positions of
	// all that there were: it takes from them where its own part now is. A part may
	// be in several of them, if instances say where parts of others were; then the
	// one furthest ahead counts.
	SeekAll(positions [][]byte) error
}

// Committer is a sink whose output shows with the checkpoint.
type Committer interface {
	// Prepare makes durable, but not yet visible, what was written since the
	// last call, and returns what Commit must know of it; nil for nothing.
	Prepare(ctx *Context) (receipt []byte, err error)
	// Commit makes visible what all instances have prepared. After a failure it
	// may be called again for the same receipts, or for the first time by
	// another process. It is called on an instance that the constructor made
	// for that alone, without Setup; ctx names the sink, and no instance (-1).
	Commit(ctx *Context, receipts [][]byte) error
}

// Idempotent is a sink for which writing an event again changes nothing.
type Idempotent interface{ Idempotent() }

// checkpoints takes a job from one checkpoint to the next. It implements
// flow.Control; but for mu, it belongs to the goroutine of Run.
type checkpoints struct {
	job     *Job
	dir     string
	aligned bool
	every   time.Duration
	dropped []string
	renamed map[string]string // by new name

	simulated bool // on one goroutine

	directory *checkpoint.Directory
	keeper    *checkpoint.Keeper
	ctx       context.Context
	last      *checkpoint.Manifest // decided; nil: none
	epoch     connector.Epoch      // the next one
	began     time.Time            // the epoch under way
	due       time.Time
	members   map[string][]member  // by component, in order of instances
	commits   map[string]Committer // by sink
	restores  sync.Mutex           // instances restore one after another
	missing   int                  // instances that have not entered; guarded by restores
}

// open takes over the directory and finishes what was decided.
func (c *checkpoints) open(ctx context.Context) error {
	c.ctx, c.members, c.commits, c.missing = ctx, map[string][]member{}, map[string]Committer{}, 0
	for _, comp := range c.job.components {
		c.missing += comp.parallelism
	}
	e := c.job.env
	d, err := checkpoint.Open(e.FS, c.dir, env.RandomID, checkpoint.Segments)
	if err != nil {
		return err
	}
	c.directory = d
	c.keeper = checkpoint.NewKeeper(d, cells.KeyGroups, env.RandomID(), e.Log)
	r, err := d.Recover()
	if err != nil || r.Last == nil {
		return err
	}
	c.epoch = r.Last.Epoch + 1
	if c.last, err = d.Newest(r); err != nil || c.last == nil {
		return err
	}
	if err := c.fit(); err != nil {
		return err
	}
	if c.last.Epoch > r.Committed {
		return c.commit(c.last)
	}
	return nil
}

func (c *checkpoints) close() error {
	if c.directory == nil {
		return nil
	}
	c.keeper.End()
	d := c.directory
	c.directory = nil // a restart that cannot open it has none to close
	return errors.Join(d.Flush(), d.Close())
}

// Due implements flow.Control.
func (c *checkpoints) Due() time.Time {
	if c.due.IsZero() {
		c.due = c.job.env.Clock.Now().Add(c.every)
	}
	return c.due
}

// Begin implements flow.Control.
func (c *checkpoints) Begin(now time.Time) (flow.Epoch, bool) {
	c.due, c.began = now.Add(c.every), now
	return flow.Epoch(c.epoch), true
}

// Saved implements flow.Control: what all instances hold is written, decided,
// committed.
func (c *checkpoints) Saved(flow.Epoch) error {
	m, err := c.gather()
	if err != nil {
		return err
	}
	e := c.job.env
	entry := checkpoint.Entry{Epoch: m.Epoch, Time: eventtime.Of(e.Clock.Now())}
	if err := e.Around("Decide", func() error {
		return errors.Join(c.directory.LogOffsets(entry, false), c.directory.Decide(m))
	}); err != nil {
		return err
	}
	c.last, c.epoch = m, m.Epoch+1
	if err := c.commit(m); err != nil {
		return err
	}
	c.complete(m)
	err = e.Around("Forget", func() error { return c.keeper.Forget(m.Epoch, 2, c.last) })
	if c.simulated {
		c.keeper.Wait()
	}
	return err
}

// complete tells that a checkpoint is.
func (c *checkpoints) complete(m *checkpoint.Manifest) {
	now := c.job.env.Clock.Now()
	s := &CheckpointStatus{Epoch: int64(m.Epoch), At: now, Took: now.Sub(c.began)}
	c.job.running.mu.Lock()
	c.job.running.checkpoint = s
	c.job.running.mu.Unlock()
	c.job.tell(Notice{Kind: Checkpointed, Checkpoint: s})
}

// gather makes the manifest of the epoch that all members have saved.
func (c *checkpoints) gather() (*checkpoint.Manifest, error) {
	m := &checkpoint.Manifest{Epoch: c.epoch, Groups: cells.KeyGroups}
	sections := c.directory.NewSections(m.Epoch, c.keeper.Attempt())
	c.keeper.Take(c.last)
	for _, comp := range c.job.components {
		members := c.members[comp.name]
		if err := c.gatherComponent(m, sections, members); err != nil {
			return nil, err
		}
		for _, x := range members {
			if r := x.context().receipt; r != nil {
				if err := m.AddReceipt(comp.name, r); err != nil {
					return nil, err
				}
			}
		}
	}
	sections.Inline(m)
	return m, nil
}

func (c *checkpoints) gatherComponent(m *checkpoint.Manifest, sections *checkpoint.Sections, members []member) error {
	if members[0].context().state == nil {
		return nil
	}
	id := members[0].context().stateID()
	says, err := json.Marshal(members[0].context().of.layout())
	if err != nil {
		return err
	}
	st := checkpoint.StageState{Stage: id, Layout: says, Tables: members[0].context().state.Tables}
	if before := c.last.Stage(id); before != nil {
		st.Sections = slices.Clone(before.Sections)
	}
	if members[0].context().of.state == copied {
		members = members[:1]
	}
	for _, x := range members {
		v := x.context().state
		st.Watermarks = append(st.Watermarks, int64(v.Sealed))
		if v.Delta.Empty() {
			continue
		}
		sec, err := sections.Add(id, v.Delta, v.Cells.Rows().Groups())
		if err != nil {
			return err
		}
		st.Sections = append(st.Sections, sec)
	}
	m.Stages = append(m.Stages, st)
	return nil
}

// commit makes the output of an epoch visible.
func (c *checkpoints) commit(m *checkpoint.Manifest) error {
	receipts, err := checkpoint.ReceiptsOf(m)
	if err != nil {
		return fmt.Errorf("a receipt of checkpoint %s: %w", c.dir, err)
	}
	err = c.job.env.Around("CommitSinks", func() error {
		for _, r := range receipts {
			sink, of, err := c.committer(r.Sink)
			if err != nil {
				return err
			}
			ctx := &Context{Context: c.ctx, of: of, instance: -1, instances: of.parallelism, env: c.job.env, header: header{at: eventtime.Min}, watermark: flow.NoWatermark}
			if err := sink.Commit(ctx, r.All); err != nil {
				return fmt.Errorf("sink %s: commit: %w", r.Sink, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.job.env.Around("LogCommit", func() error { return c.directory.LogCommit(m.Epoch, 0) })
}

// committer returns the instance of a sink that commits.
func (c *checkpoints) committer(name string) (Committer, *component, error) {
	for _, comp := range c.job.components {
		if now, ok := c.renamed[comp.name]; comp.name != name && (!ok || now != name) || comp.committer == nil {
			continue
		}
		if c.commits[name] == nil {
			c.commits[name] = comp.committer()
		}
		return c.commits[name], comp, nil
	}
	return nil, nil, fmt.Errorf("the checkpoint %s has output of sink %q that waits to be committed, and the job has no such sink; run the job as it was once more", c.dir, name)
}

// enter makes a member part of the checkpoints, and gives it what the newest one
// holds of it. It is called by the goroutines of instances.
func (c *checkpoints) enter(x member) error {
	c.restores.Lock()
	defer c.restores.Unlock()
	ctx := x.context()
	ctx.own = ctx.own || ctx.keyed == nil // from here on others ask
	list := c.members[ctx.of.name]
	if list == nil {
		list = make([]member, ctx.instances)
		c.members[ctx.of.name] = list
	}
	list[ctx.instance] = x
	if c.missing--; c.missing == 0 {
		if err := c.check(); err != nil {
			return err
		}
	}
	if ctx.state == nil {
		return nil
	}
	before := c.last.Stage(ctx.stateID())
	if before == nil {
		before = c.last.Stage(ctx.stateIDOf(c.renamed[ctx.of.name]))
	}
	ctx.node.time = max(ctx.node.time, before.Watermark(ctx.instance, ctx.instances))
	return ctx.node.named(ctx.of, ctx.state.Restore(vault.Written{Directory: c.directory, Dir: c.dir, Component: ctx.of.name, Dropped: c.dropped, Stage: before}))
}

// check refuses a checkpoint with state that nobody takes.
func (c *checkpoints) check() error {
	if c.last == nil {
		return nil
	}
	taken := map[string]bool{}
	for name, members := range c.members {
		if members[0].context().state == nil {
			continue
		}
		taken[members[0].context().stateID()] = true
		taken[members[0].context().stateIDOf(c.renamed[name])] = true
	}
	for _, st := range c.last.Stages {
		name := cells.NameOf(st.Stage)
		if taken[st.Stage] || slices.Contains(c.dropped, name) {
			continue
		}
		members := c.members[name]
		return vault.Untaken(c.dir, st.Stage, members != nil, members != nil && members[0].context().state != nil)
	}
	return nil
}

// stateID names the state of the component in the checkpoint: that by key, or
// pooled, is for any number of instances, other state for as many as there are.
func (c *Context) stateID() string { return c.stateIDOf(c.of.name) }

func (c *Context) stateIDOf(name string) string {
	if c.own && c.of.state == parted {
		return cells.StageOf(name, c.instances)
	}
	return cells.StageOf(name, 0)
}
