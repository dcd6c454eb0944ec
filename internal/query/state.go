package query

import (
	"errors"
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/checkpoint"
	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
)

// saveSlice is how many rows a slice of Save writes.
const saveSlice = 1 << 16

// save seals the tables and writes what the epoch changed; the manifest that
// will list it is l.pending.
func (l *loop) save(a checkpoint.Save) error {
	sections := l.cfg.Directory.NewSections(a.Epoch, l.keeper.Attempt())
	m := &checkpoint.Manifest{Epoch: a.Epoch, Groups: l.cfg.Groups}
	l.keeper.Take(l.last)
	for _, st := range l.bound.Stores() {
		state, err := l.saveStage(sections, a.Epoch, st)
		if err != nil {
			return err
		}
		m.Stages = append(m.Stages, state)
	}
	sections.Inline(m)
	l.pending = m
	return nil
}

// saveStage writes the changes of one stage's tasks behind what the last
// manifest lists of it.
func (l *loop) saveStage(sections *checkpoint.Sections, e connector.Epoch, st exec.StageStores) (checkpoint.StageState, error) {
	state := checkpoint.StageState{Stage: st.Stage, Tables: checkpoint.Tables(st.Stores[0])}
	if before := l.last.Stage(st.Stage); before != nil {
		state.Sections = append(state.Sections, before.Sections...)
	}
	deltas := l.deltas[st.Stage]
	if deltas == nil {
		for range st.Stores {
			deltas = append(deltas, checkpoint.NewDelta(state.Tables))
		}
		l.deltas[st.Stage] = deltas
	}
	if err := encodeAll(st.Stores, e, deltas); err != nil {
		return state, err
	}
	for i, s := range st.Stores {
		if deltas[i].Empty() {
			continue
		}
		sec, err := sections.Add(st.Stage, deltas[i], s.Groups())
		if err != nil {
			return state, err
		}
		state.Sections = append(state.Sections, sec)
	}
	return state, nil
}

// bigDelta is from how many changed rows of a stage its tasks' stores are worth
// goroutines.
const bigDelta = 1 << 14

// encodeAll seals the stores and collects their changes, each in its delta;
// large ones side by side. The goroutines end before it returns.
func encodeAll(stores []*store.Store, e connector.Epoch, deltas []*checkpoint.Delta) error {
	rows := int64(0)
	for _, s := range stores {
		m := s.Metrics()
		rows += m.Updated + m.Removed
	}
	if rows < bigDelta || len(stores) == 1 {
		for i, s := range stores {
			if err := encode(s, e, deltas[i]); err != nil {
				return err
			}
		}
		return nil
	}
	errs := make([]error, len(stores))
	var wait sync.WaitGroup
	for i, s := range stores {
		wait.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					errs[i] = sparkerr.Internalf("panic while state was saved: %v\n%s", p, debug.Stack())
				}
			}()
			errs[i] = encode(s, e, deltas[i])
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

func encode(s *store.Store, e connector.Epoch, d *checkpoint.Delta) error {
	d.Reset()
	s.Seal(store.Epoch(e))
	for done := false; !done; {
		var err error
		if done, err = s.Save(d, saveSlice); err != nil {
			return err
		}
	}
	return nil
}

// decide writes the manifest: from here on the epoch counts.
func (l *loop) decide(a checkpoint.Decide) error {
	m := l.pending
	m.NextWatermark, m.Receipts = a.NextWatermark, a.Receipts
	if err := l.cfg.Directory.Decide(m); err != nil {
		return err
	}
	l.last, l.pending = m, nil
	return nil
}

// restore puts the chains to the state before an epoch.
func (l *loop) restore(a checkpoint.Restore) error {
	if err := l.bound.Reset(a.Held); err != nil {
		return err
	}
	l.last, l.deltas = nil, map[string][]*checkpoint.Delta{}
	if a.State == 0 || !l.bound.Stateful() {
		return nil
	}
	m, err := l.cfg.Directory.Manifest(a.State - 1)
	if errors.Is(err, vfs.ErrNotExist) {
		return sparkerr.New("STREAMING_STATEFUL_OPERATOR_MISSING_STATE_DIRECTORY", fmt.Sprintf(
			"the checkpoint has no state of batch %d: the query was not stateful when it was written, or it is a Spark checkpoint with state, which Spate cannot read; start with another checkpoint", a.State-1)).Because(err)
	}
	if err != nil {
		return err
	}
	stores := l.bound.Stores()
	if err := compatible(m, stores); err != nil {
		return err
	}
	for _, st := range stores {
		if err := l.restoreStage(m, st); err != nil {
			return err
		}
	}
	l.last = m
	return nil
}

func (l *loop) restoreStage(m *checkpoint.Manifest, st exec.StageStores) error {
	for i := range m.Stages {
		if m.Stages[i].Stage == st.Stage {
			return l.cfg.Directory.RestoreStage(&m.Stages[i], st.Stores)
		}
	}
	return nil
}

// compatible refuses a query whose stateful operators are not those that wrote
// the checkpoint, and names what changed.
func compatible(m *checkpoint.Manifest, stores []exec.StageStores) error {
	written := map[string]checkpoint.StageState{}
	for _, st := range m.Stages {
		written[st.Stage] = st
	}
	for _, st := range stores {
		old, ok := written[st.Stage]
		if !ok {
			return operatorsChanged("the query now has " + st.Stage + ", of which the checkpoint knows nothing")
		}
		delete(written, st.Stage)
		if err := sameTables(old.Tables, checkpoint.Tables(st.Stores[0])); err != nil {
			return err
		}
	}
	for id := range written {
		return operatorsChanged("the checkpoint holds state of " + id + ", which the query no longer has")
	}
	return nil
}

// stateVanished refuses a query without state on a checkpoint with some.
func stateVanished(m *checkpoint.Manifest) error {
	if m == nil || len(m.Stages) == 0 {
		return nil
	}
	return operatorsChanged("the checkpoint holds state of " + m.Stages[0].Stage + ", and the query keeps none")
}

func operatorsChanged(what string) error {
	return sparkerr.New("STREAMING_STATEFUL_OPERATOR_NOT_MATCH_IN_STATE_METADATA",
		"the stateful operators have changed: "+what+"; go back to the old query or start with another checkpoint")
}

// sameTables compares the shapes of tables; names of columns may change.
func sameTables(old, now []checkpoint.TableSchema) error {
	for i := range now {
		if i >= len(old) || old[i].Name != now[i].Name {
			return operatorsChanged("the table " + now[i].Name + " is new")
		}
		for _, part := range []struct{ class, old, now string }{
			{"STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE", old[i].Key, now[i].Key},
			{"STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE", old[i].Value, now[i].Value},
		} {
			if !checkpoint.SameTypes(part.old, part.now) {
				return sparkerr.New(part.class, "the state of "+now[i].Name+" was written as ("+part.old+") and the query now keeps ("+part.now+"); go back to the old query or start with another checkpoint",
					"storedKeySchema", part.old, "newKeySchema", part.now)
			}
		}
	}
	return nil
}
