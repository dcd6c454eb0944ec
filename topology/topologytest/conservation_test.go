package topologytest

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/spatestream/spate/topology"
)

// poisoned is a script of events that come many at once, some of them poison, some
// too late.
func poisoned(r *rand.Rand) (s *Script[ev], n int) {
	s = NewScript[ev]()
	clock := time.Duration(0)
	for range 1 + r.IntN(8) {
		clock += time.Duration(r.IntN(5000)) * time.Millisecond
		burst := make([]ev, r.IntN(20))
		for i := range burst {
			lag := time.Duration(r.IntN(9000)) * time.Millisecond
			burst[i] = ev{r.IntN(3), n + i, Epoch.Add(clock - lag).Truncate(time.Millisecond)}
		}
		s.At(clock, burst...)
		n += len(burst)
	}
	return s, n
}

// Whatever becomes of an event, it is known: in = out + late + dropped + dead
// letters, which are those that were poison.
func TestNoEventIsUnaccountedFor(t *testing.T) {
	var late, dropped, dead int
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 5))
		script, in := poisoned(r)
		out, lates, deads := NewSink[int](), NewSink[ev](), NewSink[topology.DeadLetter[ev]]()
		var job *topology.Job
		if err := New(seed).Run(t.Context(), func(options ...topology.Option) *topology.Job {
			b := &building{r: r, job: topology.NewJob("poison", append(options, topology.OnError(topology.ToDeadLetters), topology.QueueSize(1+r.IntN(10)))...)}
			job = b.job
			events := topology.AddSource(job, "events", script.Source, topology.EventTime(ev.time, feedDelay))
			healthy := topology.Apply(b.grouped(events), "poison", func() byFunc[ev] { return refuse }, b.parallelism())
			shed := topology.Shed(healthy, []topology.Shedding{topology.DropNewest, topology.DropOldest, topology.Sample(0.5)}[r.IntN(3)])
			kept := topology.Apply(shed, "kept", adding(0), topology.Apart())
			windows := topology.WindowsOf(topology.Fields(kept, ev.key), "windows", topology.Fixed(2*time.Second), b.parallelism())
			topology.To(topology.MapFunc(windows, "size", func(w topology.WindowOf[ev]) int { return len(w.Events) }), "out", out.Sink)
			topology.To(topology.LateEvents[ev](windows), "late", lates.Sink)
			topology.To(topology.DeadLetters[ev](job, "poison"), "dead", deads.Sink)
			return job
		}); err != nil {
			t.Fatal(err)
		}
		shown := 0
		for _, n := range out.Shown() {
			shown += n
		}
		counts, shed := job.Counts(), 0
		for _, n := range job.Status().Dropped {
			shed += int(n)
		}
		l, d := len(lates.Shown()), len(deads.Shown())
		if in != shown+l+shed+d || int64(l) != counts["windows"].Late || int64(d) != counts["poison"].DeadLettered {
			t.Fatalf("seed %d: %d in, %d out, %d late, %d dropped, %d dead: %+v", seed, in, shown, l, shed, d, counts)
		}
		for _, x := range deads.Shown() {
			if !poisonous(x.Event) || x.Component != "poison" {
				t.Errorf("seed %d: %+v is a dead letter", seed, x)
			}
		}
		late, dropped, dead = late+l, dropped+shed, dead+d
	}
	if late == 0 || dropped == 0 || dead == 0 {
		t.Errorf("%d late, %d dropped, %d dead: too few to mean something", late, dropped, dead)
	}
}
