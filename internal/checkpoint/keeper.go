package checkpoint

import (
	"fmt"
	"log/slog"

	"github.com/spatestream/spate/connector"
)

// mergeAfter is how many sections a stage gathers before they are merged into a
// base in the background.
const mergeAfter = 20

// Keeper keeps a checkpoint small: it purges and sweeps what is needed no longer,
// and merges sections of state into bases, one stage at a time, beside the
// program. It belongs to the goroutine of the Directory; a merge runs
// on one of its own, which Take or End receives.
type Keeper struct {
	dir      *Directory
	groups   int
	log      *slog.Logger
	run      string // of this run, for names of files
	attempts int
	under    chan merged // nil: none
}

// merged is a base that a merge has written.
type merged struct {
	stage string
	base  Section
	err   error
}

// NewKeeper returns a keeper of a checkpoint with state in so many key groups. run tells the files
// of this run from those of others.
func NewKeeper(dir *Directory, groups int, run string, log *slog.Logger) *Keeper {
	return &Keeper{dir: dir, groups: groups, log: log, run: run}
}

// How many epochs pass between purges of the logs, and between sweeps of the
// state, which read every manifest that is kept.
const (
	purgeEvery = 10
	sweepEvery = 50
)

// Forget lets go of what nobody needs once epoch is committed, but for the last
// retain epochs, now and then and not at every epoch; then it may start to merge
// what m, the newest manifest, lists. m may be nil.
func (g *Keeper) Forget(epoch connector.Epoch, retain int, m *Manifest) error {
	keep := epoch - connector.Epoch(max(retain, 2)) + 1
	if keep > 0 && epoch%purgeEvery == 0 {
		if err := g.dir.Purge(keep); err != nil {
			return err
		}
	}
	if keep > 0 && epoch%sweepEvery == 0 && g.under == nil { // no sweep beside a merge
		if err := g.dir.Sweep(keep); err != nil {
			return err
		}
	}
	g.start(m)
	return nil
}

// start starts a merge of the first stage of m with many sections, unless one is
// under way. m is not changed.
func (g *Keeper) start(m *Manifest) {
	if g.under != nil || m == nil {
		return
	}
	for _, st := range m.Stages {
		if len(st.Sections) < mergeAfter {
			continue
		}
		done := make(chan merged, 1)
		g.under = done
		attempt := g.Attempt()
		go func() {
			base, err := g.dir.Merge(st, g.groups, attempt)
			done <- merged{st.Stage, base, err}
		}()
		return
	}
}

// Attempt returns a name for files that no other attempt has.
func (g *Keeper) Attempt() string {
	g.attempts++
	return fmt.Sprintf("%.8s-%d", g.run, g.attempts)
}

// Take replaces in m what a finished merge has merged by its base. A failed
// merge changes nothing: it is noted and tried again.
func (g *Keeper) Take(m *Manifest) {
	if g.under == nil {
		return
	}
	select {
	case done := <-g.under:
		g.under = nil
		if done.err != nil {
			g.log.Warn("merging state files failed; it will be tried again", "stage", done.stage, "error", done.err)
			return
		}
		if st := m.Stage(done.stage); st != nil {
			st.replace(done.base)
		}
	default:
	}
}

// replace puts a base in the place of the sections merged in it.
func (st *StageState) replace(base Section) {
	kept := []Section{base}
	for _, s := range st.Sections {
		if s.Epoch > base.Epoch {
			kept = append(kept, s)
		}
	}
	st.Sections = kept
}

// Wait waits until a merge under way is done; Take has it then. For programs
// that must do the same in each run.
func (g *Keeper) Wait() {
	if g.under != nil {
		done := make(chan merged, 1)
		done <- <-g.under
		g.under = done
	}
}

// End waits for a merge under way.
func (g *Keeper) End() {
	if g.under != nil {
		<-g.under
		g.under = nil
	}
}

// Stage returns the state of a stage, nil for none; m may be nil.
func (m *Manifest) Stage(id string) *StageState {
	if m == nil {
		return nil
	}
	for i := range m.Stages {
		if m.Stages[i].Stage == id {
			return &m.Stages[i]
		}
	}
	return nil
}
