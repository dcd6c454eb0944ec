package dstream_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/rdd"
)

// running adds up, tells the sum, and lets a key go when it is above 30.
func running(key string, value rdd.Optional[int], state *dstream.KeyState[int]) string {
	if state.TimingOut() {
		return fmt.Sprint(key, " timed out at ", state.Get())
	}
	sum := state.Lookup().OrElse(0) + value.Value
	if sum > 30 {
		if state.Exists() {
			state.Remove()
		}
		return key + " is done"
	}
	state.Update(sum)
	return fmt.Sprint(key, " ", sum)
}

// book is running by the book, with a time-out of n batches swept every tenth.
type book struct {
	state map[string]int
	at    map[string]int
}

func (b *book) batch(n int, rows []count, timeout int) (out []string, left []count) {
	for _, x := range rows {
		sum := b.state[x.Key] + x.Value
		if sum > 30 {
			delete(b.state, x.Key)
			out = append(out, x.Key+" is done")
			continue
		}
		b.state[x.Key], b.at[x.Key] = sum, n
		out = append(out, fmt.Sprint(x.Key, " ", sum))
	}
	if n%10 == 0 {
		for k, s := range maps.Clone(b.state) {
			if b.at[k] < n-timeout {
				delete(b.state, k)
				out = append(out, fmt.Sprint(k, " timed out at ", s))
			}
		}
	}
	for k, s := range b.state {
		left = append(left, rdd.KV(k, s))
	}
	return out, left
}

func TestMapWithState(t *testing.T) {
	for seed := range uint64(3) {
		batches := randomBatches(seed, 21, 40, 100)
		initial := []count{rdd.KV("key 3", 29), rdd.KV("nothing comes", 5)}
		dir := t.TempDir()
		h := dstreamtest.New(t, time.Second)
		h.Context().Checkpoint(dir)
		spec := dstream.StateFunction(running).Timeout(4 * time.Second).Place(rdd.Into(3)).
			InitialState(rdd.Parallelize(h.Context().RDDContext(), initial, 1))
		stream := dstream.MapWithState(dstreamtest.Input(h, batches...), spec)
		out, states := dstreamtest.Output(h, stream.DStream), dstreamtest.Output(h, stream.StateSnapshots())
		h.Run(len(batches))
		b := book{map[string]int{"key 3": 29, "nothing comes": 5}, map[string]int{"key 3": 1, "nothing comes": 1}}
		var wantOut [][]string
		var wantStates [][]count
		for i, rows := range batches {
			o, s := b.batch(i+1, rows, 4)
			wantOut, wantStates = append(wantOut, o), append(wantStates, s)
		}
		out.Want(wantOut...)
		states.Want(wantStates...)
	}
}

// TestKeyState tries what a function may not do; the error is that of its line.
func TestKeyState(t *testing.T) {
	for want, misuse := range map[string]func(*dstream.KeyState[int]){
		"no state":              func(s *dstream.KeyState[int]) { s.Get() },
		"after it has been rem": func(s *dstream.KeyState[int]) { s.Remove(); s.Update(1) },
		"removed already":       func(s *dstream.KeyState[int]) { s.Update(1); s.Remove(); s.Remove() },
	} {
		dir := t.TempDir()
		h := dstreamtest.New(t, time.Second, rdd.Conf("spark.task.maxFailures", "1"))
		h.Context().Checkpoint(dir)
		dstreamtest.Output(h, dstream.MapWithState(dstreamtest.Input(h, []count{rdd.KV("a", 1)}),
			dstream.StateFunction(func(_ string, _ rdd.Optional[int], s *dstream.KeyState[int]) int { misuse(s); return 0 })).DStream)
		h.Run(1)
		err := h.Context().AwaitTermination(context.Background())
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "mapwithstate_test.go") {
			t.Errorf("%s: %v", want, err)
		}
	}
}
