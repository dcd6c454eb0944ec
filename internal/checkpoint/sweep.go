package checkpoint

import (
	"errors"
	"path"
	"strconv"

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
		if st.Dir {
			err = errors.Join(err, d.sweepFolder(path.Join(stateDir, st.Name), keep, listed))
		}
	}
	return err
}

// listed returns the files that the manifests from keep on need.
func (d *Directory) listed(keep connector.Epoch) (map[string]bool, error) {
	numbers, err := d.numbers(epochsDir)
	if err != nil {
		return nil, err
	}
	files := map[string]bool{}
	for _, n := range numbers {
		if n < keep {
			continue
		}
		m, err := d.Manifest(n)
		if err != nil {
			return nil, err
		}
		for _, st := range m.Stages {
			for _, s := range st.Sections {
				files[s.File] = true
			}
		}
	}
	return files, nil
}

// sweepFolder removes what is not listed. Of the manifests those before keep
// go, unless a later one needs the sections inside.
func (d *Directory) sweepFolder(dir string, keep connector.Epoch, listed map[string]bool) error {
	entries, err := d.fs.List(d.path(dir))
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name)
		if e.Dir || listed[name] {
			continue
		}
		if n, err := strconv.ParseInt(e.Name, 10, 64); dir == epochsDir && (err != nil || connector.Epoch(n) >= keep) {
			continue
		}
		if err := d.fs.Remove(d.path(name)); err != nil && !errors.Is(err, vfs.ErrNotExist) {
			return err
		}
	}
	return nil
}
