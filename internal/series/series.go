// Package series keeps the last samples of something, and a copy of them in a file,
// so that a process that comes after another goes on with its series.
package series

import (
	"encoding/json"
	"errors"
	"io/fs"
	"slices"
	"sync"

	"github.com/spatestream/spate/internal/vfs"
)

// Series is samples, the oldest first. Samples are not changed once they are in. It is
// safe for concurrent use.
type Series[T any] struct {
	Most    int // samples that are kept
	AtStake int // of these, that may be lost with the process

	mu      sync.Mutex
	all     []T // guarded by mu
	unsaved int // guarded by mu: samples
}

// Add puts a sample at the end, and reports whether it is time to Save.
func (s *Series[T]) Add(x T) (due bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, x)
	s.cut()
	s.unsaved++
	return s.unsaved >= s.AtStake
}

func (s *Series[T]) cut() { s.all = s.all[max(0, len(s.all)-s.Most):] }

// All returns the samples.
func (s *Series[T]) All() []T {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.all)
}

// Save writes the samples to a file, whole or not at all.
func (s *Series[T]) Save(disk vfs.FS, name string) error {
	s.mu.Lock()
	data, err := json.Marshal(s.all)
	s.unsaved = 0
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return vfs.WriteAtomic(disk, name, data, vfs.Overwrite)
}

// Load begins with the samples of a file, with none if that does not exist or
// cannot be read, which is an error.
func (s *Series[T]) Load(disk vfs.FS, name string) error {
	var all []T
	data, err := vfs.ReadFile(disk, name)
	if err == nil {
		err = json.Unmarshal(data, &all)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = all
	s.cut()
	return nil
}
