package file

import (
	"path"
	"time"
)

// seenFiles is what a stream remembers to tell new files from old ones. A file
// is new if its time is not before the purge line and its key is unknown; the
// line follows the newest file seen at a distance of maxAge.
type seenFiles struct {
	maxAge   time.Duration // forever if negative
	nameOnly bool
	times    map[string]int64 // key to modification time in ms
	newest   int64            // ms
	purged   int64            // ms; older files are old
}

func newSeen(maxAge time.Duration, nameOnly bool) *seenFiles {
	return &seenFiles{maxAge: maxAge, nameOnly: nameOnly, times: map[string]int64{}}
}

func (s *seenFiles) key(p string) string {
	if s.nameOnly {
		return path.Base(p)
	}
	return p
}

func (s *seenFiles) isNew(p string, ms int64) bool {
	_, known := s.times[s.key(p)]
	return ms >= s.purged && !known
}

func (s *seenFiles) add(p string, ms int64) {
	s.times[s.key(p)] = ms
	s.newest = max(s.newest, ms)
}

// purge forgets files too old to be taken for new ones.
func (s *seenFiles) purge() {
	if s.maxAge < 0 {
		return
	}
	s.purged = max(s.purged, s.newest-s.maxAge.Milliseconds())
	for k, ms := range s.times {
		if ms < s.purged {
			delete(s.times, k)
		}
	}
}
