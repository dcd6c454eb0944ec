package rdd

import (
	"context"
	"slices"
	"time"

	"github.com/spatestream/spate/internal/exec"
)

// stage is a stage of a job: the tasks that compute the partitions parts of on.
type stage struct {
	job     *job
	id      int
	attempt int // of its first round
	on      *node
	result  bool // the job's last: what the action asks for
	parts   []int
	do      func(t *Task, part int) error
	barrier bool

	// Guarded by job.mu:
	round  int
	begun  time.Time
	done   map[int]bool // partitions that have committed
	counts TaskCounts
	gate   *exec.Rendezvous // of this round, nil unless tasks meet at barriers
	held   []*Task          // tasks of a barrier stage that wait for the others to commit
}

// name is what the stage computes and where the program asked for it.
func (s *stage) name() string {
	if s.result {
		return s.job.name()
	}
	return named(s.on.op, s.on.site())
}

// stage makes a stage of tasks that call do, one a partition of n; x is what
// they write, nil for the job's result.
func (j *job) stage(x *exchange, n *node, parts []int, parents []*exec.Stage, do func(t *Task, part int) error, barrier *node) (*exec.Stage, error) {
	who := j.ids[x]
	if who == nil {
		who = &identity{id: int(j.ctx.stages.Add(1)) - 1}
		j.ids[x] = who
	}
	s := &stage{job: j, id: who.id, attempt: who.attempts, on: n, result: x == nil,
		parts: parts, do: do, barrier: barrier != nil, done: map[int]bool{}}
	who.attempts++
	if x == nil {
		s.done = j.done
	}
	out := &exec.Stage{ID: s.id, Tasks: len(parts), Parents: parents, Run: s.run, Together: s.barrier, Ended: s.ended,
		Retries: j.ctx.conf.number("spark.task.maxFailures") - 1}
	out.Begun = func(round int) {
		if round > 0 {
			who.attempts++
		}
		s.begin(round)
	}
	if !s.barrier {
		return out, nil
	}
	out.Retries = j.ctx.conf.number("spark.stage.maxConsecutiveAttempts") - 1
	if n, err := barrier.partitions(); n != len(parts) || err != nil {
		return nil, errBarrierChain.At(barrier.site())
	}
	return out, nil
}

// info is the stage as listeners see it. job.mu is held.
func (s *stage) info() StageInfo {
	return StageInfo{ID: s.id, Attempt: s.attempt + s.round, Job: s.job.id, Tasks: len(s.parts), Name: s.name(), At: s.begun}
}

// begin starts a round: the first, or another after a task of a barrier stage
// has failed.
func (s *stage) begin(round int) {
	j := s.job
	j.mu.Lock()
	s.drop()
	s.round, s.counts, s.begun = round, TaskCounts{}, j.ctx.env.Clock.Now()
	if s.barrier {
		s.gate = exec.NewRendezvous(j.ctx.env.Clock, len(s.parts), j.ctx.conf.duration("spark.barrier.sync.timeout"))
	}
	if round == 0 {
		j.ran++
	}
	j.active = append(j.active, s)
	info := s.info()
	j.mu.Unlock()
	j.tell(func(l *Listener) { call(l.StageSubmitted, info) })
}

// ended ends a round.
func (s *stage) ended(_ int, err error) {
	j := s.job
	j.mu.Lock()
	s.drop()
	j.active = slices.DeleteFunc(j.active, func(o *stage) bool { return o == s })
	info := s.info()
	j.mu.Unlock()
	info.Err, info.At = err, j.ctx.env.Clock.Now()
	j.tell(func(l *Listener) { call(l.StageCompleted, info) })
}

// drop closes the tasks that were held and will not commit. job.mu is held.
func (s *stage) drop() {
	for _, t := range s.held {
		t.close()
	}
	s.held = nil
}

// run runs one attempt of a task and commits it if it is the first to succeed.
func (s *stage) run(x *exec.Task) error {
	t := &Task{x: x, stage: s.id, partition: s.parts[x.Index], row: -1}
	stop := context.AfterFunc(x.Context, func() { t.over.Store(true) })
	defer stop()
	info := s.taskBegins(t)
	err := elsewhere(func() error { return s.do(t, t.partition) })
	err = t.located(err, s.on)
	if e := t.end(err); err == nil {
		err = e
	}
	return s.taskEnds(t, info, err)
}

func (s *stage) taskBegins(t *Task) TaskInfo {
	j := s.job
	j.mu.Lock()
	s.counts.Running++
	t.gate = s.gate
	info := TaskInfo{Job: j.id, Stage: s.id, StageAttempt: s.attempt + s.round, Partition: t.partition,
		Attempt: t.x.Attempt, Speculative: t.x.Speculative, Start: j.ctx.env.Clock.Now()}
	j.mu.Unlock()
	j.tell(func(l *Listener) { call(l.TaskStarted, info) })
	return info
}

// taskEnds commits a task that has not failed, which may still fail it: sums of
// accumulators are merged by functions of the program.
func (s *stage) taskEnds(t *Task, info TaskInfo, err error) error {
	j := s.job
	j.mu.Lock()
	s.counts.Running--
	if err == nil {
		if err = elsewhere(func() error { s.commit(t); return nil }); err != nil {
			err = uncommitted{err}
		}
	}
	switch {
	case err == nil:
	case t.live() != nil:
		info.Killed = true
		s.counts.Killed++
	default:
		s.counts.Failed++
	}
	if err != nil || !s.barrier {
		t.close()
	}
	j.mu.Unlock()
	if err == nil {
		t.gate.Leave()
	}
	info.Err, info.End = err, j.ctx.env.Clock.Now()
	j.tell(func(l *Listener) { call(l.TaskEnded, info) })
	return err
}

// commit makes the results of a task count, unless another attempt of it was
// first. Those of a barrier stage count together, when the last has succeeded: if
// one fails, all run again. job.mu is held.
func (s *stage) commit(t *Task) {
	if !s.barrier {
		if !s.done[t.partition] {
			t.commit()
			s.done[t.partition] = true
			s.counts.Done++
		}
		return
	}
	s.held = append(s.held, t)
	s.counts.Done++
	if len(s.held) == len(s.parts) {
		for _, t := range s.held {
			t.commit()
			s.done[t.partition] = true
		}
		s.drop()
	}
}
