package checkpoint

import (
	"errors"
	"path"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/vfs"
)

// Sweep removes the manifests of epochs before keep and every state file that
// no remaining manifest lists: what was merged into a base, and what dead
// attempts left. It must not run beside a Merge, whose base no manifest lists
// yet.
func (d *Directory) Sweep(keep connector.Epoch) error {
	listed, err := d.listed(keep)
	if err != nil {
		return err
	}
	stages, err := d.fs.List(d.path(stateDir))
	if err != nil {
		return err
	}
	for _, st := range stages {
		if st.Dir && path.Join(stateDir, st.Name) != epochsDir {
			err = errors.Join(err, d.sweepFolder(path.Join(stateDir, st.Name), listed))
		}
	}
	return err
}

// listed returns the files that the manifests from keep on need.
func (d *Directory) listed(keep connector.Epoch) (map[string]bool, error) {
	numbers, err := d.ledger.numbers(manifestsKind)
	if err != nil {
		return nil, err
	}
	var unknown []connector.Epoch
	for _, n := range numbers {
		if _, known := d.lists[n]; !known && n >= keep {
			unknown = append(unknown, n)
		}
	}
	if err := d.manifests(unknown, func(n connector.Epoch, m *Manifest) error { d.lists[n] = m.files(); return nil }); err != nil {
		return nil, err
	}
	files := map[string]bool{}
	for n, list := range d.lists {
		if n < keep {
			delete(d.lists, n)
			continue
		}
		for _, f := range list {
			files[f] = true
		}
	}
	return files, d.sweepManifests(numbers, keep, files)
}

// sweepManifests removes the manifests before keep, unless a later one needs
// the sections inside.
func (d *Directory) sweepManifests(numbers []connector.Epoch, keep connector.Epoch, listed map[string]bool) error {
	for _, n := range numbers {
		if n < keep && !listed[inlineIn(n)] {
			if err := d.ledger.remove(manifestsKind, n); err != nil {
				return err
			}
		}
	}
	return d.ledger.trim()
}

// sweepFolder removes the files of a stage that are not listed.
func (d *Directory) sweepFolder(dir string, listed map[string]bool) error {
	entries, err := d.fs.List(d.path(dir))
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name)
		if e.Dir || listed[name] {
			continue
		}
		if err := d.fs.Remove(d.path(name)); err != nil && !errors.Is(err, vfs.ErrNotExist) {
			return err
		}
	}
	return nil
}
