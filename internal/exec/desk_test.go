package exec

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

// Who gets the next worker: lines are "pool/job.stage running+waiting".
func TestDeskOrder(t *testing.T) {
	fair := []Pool{{Name: "heavy", Weight: 2}, {Name: "sure", Weight: 1, MinShare: 2}, {Name: "safe", Weight: 1, MinShare: 4}, {Name: "round", Fair: true}}
	for _, c := range []struct {
		name  string
		pools []Pool
		lines []string
		want  string // lines in the order of their next five grants
	}{
		{"fifo: lower job, then lower stage", nil, []string{"/2.1 0+1", "/1.9 3+1", "/1.4 0+2"}, "/1.4 /1.4 /1.9 /2.1"},
		{"pools of one weight take turns by name", fair, []string{"b/1.1 0+3", "a/2.2 0+3"}, "a/2.2 b/1.1 a/2.2 b/1.1 a/2.2"},
		{"twice the weight, twice the workers", fair, []string{"heavy/2.2 0+9", "a/1.1 0+9"}, "a/1.1 heavy/2.2 heavy/2.2 a/1.1 heavy/2.2"},
		{"below the minimum share first", fair, []string{"a/1.1 0+9", "sure/2.2 0+9"}, "sure/2.2 sure/2.2 a/1.1 a/1.1 a/1.1"},
		{"both below: relative to the minimum", fair, []string{"safe/1.1 2+9", "sure/2.2 0+9"}, "sure/2.2 safe/1.1 sure/2.2 safe/1.1 sure/2.2"},
		{"a pool is fifo inside", fair, []string{"a/2.2 0+2", "a/1.1 0+2"}, "a/1.1 a/1.1 a/2.2 a/2.2"},
		{"unless it is fair", fair, []string{"round/2.2 0+2", "round/1.1 0+2"}, "round/1.1 round/2.2 round/1.1 round/2.2"},
	} {
		r := NewRunner(nil, 99, nil, nil)
		if c.pools != nil {
			r.Share(c.pools...)
		}
		d, grants := r.desk, make(chan *line, 99)
		d.free = 0
		for _, text := range c.lines {
			var job, stage, running, want int
			pool, rest, _ := strings.Cut(text, "/")
			fmt.Sscanf(rest, "%d.%d %d+%d", &job, &stage, &running, &want)
			l := &line{name: fmt.Sprintf("TaskSet_%d.0", stage), job: job, stage: stage, pool: d.pool(pool), grants: grants}
			l.count(running)
			d.ask(l, want)
		}
		var got []string
		for range 5 {
			d.give(nil, 1)
			for len(grants) > 0 {
				l, pool := <-grants, ""
				if l.pool != nil {
					pool = l.pool.Name
				}
				got = append(got, fmt.Sprintf("%s/%d.%d", pool, l.job, l.stage))
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %s, want %s", c.name, s, c.want)
		}
	}
}

func TestDeskKeepsWorkersForThoseWhoStartTogether(t *testing.T) {
	d, grants := newDesk(2), make(chan *line, 2)
	if !d.take(context.Background()) {
		t.Fatal("no worker")
	}
	both, one := &line{job: 1, together: true, grants: grants}, &line{job: 2, grants: grants}
	d.ask(both, 2)
	d.ask(one, 1)
	if len(grants) != 0 {
		t.Error("a worker was given away")
	}
	d.give(nil, 1)
	if len(grants) != 1 || <-grants != both || d.free != 0 {
		t.Error("the two did not start together")
	}
	d.give(both, 2)
	if len(grants) != 1 || <-grants != one {
		t.Error("the other waits for ever")
	}
}

func TestTakeGivesUp(t *testing.T) {
	d := newDesk(1)
	d.take(context.Background())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if d.take(ctx) {
		t.Error("a second worker of one")
	}
	d.give(nil, 1)
	if d.free != 1 || !d.take(context.Background()) {
		t.Error("the worker is gone")
	}
}

func TestMedianOfTimes(t *testing.T) {
	if m := median([]time.Duration{30, 10, 20, 41}); m != 25 {
		t.Errorf("%d", m)
	}
	if m := median([]time.Duration{7, 1, 9}); m != 7 {
		t.Errorf("%d", m)
	}
}
