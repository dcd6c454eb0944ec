package vault

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/internal/checkpoint"
	"github.com/spatestream/spate/internal/store"
)

// Written is where a checkpoint holds the state of a component.
type Written struct {
	Directory *checkpoint.Directory
	Dir       string // its name
	Component string
	Dropped   []string               // states given up: component.state
	Stage     *checkpoint.StageState // nil: it holds none
}

// Restore reads what a checkpoint holds, and readies the vault for being saved.
func (v *Vault) Restore(w Written) error {
	if w.Stage != nil {
		if err := v.adopt(w); err != nil {
			return err
		}
		if err := w.Directory.RestoreStage(w.Stage, []*store.Store{v.Cells.Rows()}); err != nil {
			return err
		}
		v.Tables = slices.Clone(w.Stage.Tables)
	}
	for _, t := range checkpoint.Tables(v.Cells.Rows()) {
		if !slices.ContainsFunc(v.Tables, func(have checkpoint.TableSchema) bool { return have.Name == t.Name }) {
			v.Tables = append(v.Tables, t)
		}
	}
	v.Delta = checkpoint.NewHastyDelta(v.Tables)
	return nil
}

// adopt opens the tables that older code has written.
func (v *Vault) adopt(w Written) error {
	now := checkpoint.Tables(v.Cells.Rows())
	for _, t := range w.Stage.Tables {
		if i := slices.IndexFunc(now, func(have checkpoint.TableSchema) bool { return have.Name == t.Name }); i >= 0 {
			if now[i] != t {
				name, _, _ := strings.Cut(t.Name, " ")
				return fmt.Errorf("the checkpoint %s holds the state %s of %q in another form (Value, List and Map are three); give the new one another name, and the old one up by Dropped(%q)", w.Dir, name, w.Component, w.Component+"."+name)
			}
			continue
		}
		if err := v.adoptTable(w, t); err != nil {
			return err
		}
	}
	return nil
}

// adoptTable opens one that this code does not write.
func (v *Vault) adoptTable(w Written, t checkpoint.TableSchema) error {
	was, err := cells.ParseName(t.Name)
	name := was.State
	a := v.States[name]
	if err == nil && a != nil {
		err = a(was)
	}
	switch {
	case err != nil:
		return fmt.Errorf("state %s of %q in checkpoint %s: %w", t.Name, w.Component, w.Dir, err)
	case a != nil:
		return nil
	case !slices.Contains(w.Dropped, w.Component+"."+name):
		return fmt.Errorf("the checkpoint %s holds the state %q of %q, which the job no longer keeps; give it up by Dropped(%q)", w.Dir, name, w.Component, w.Component+"."+name)
	}
	spec, err := t.Spec()
	if err != nil {
		return err
	}
	_, err = v.Cells.Rows().Table(spec)
	return err
}
