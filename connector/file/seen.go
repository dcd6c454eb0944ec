package file

import (
	"math"
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
	oldest   int64            // ms; no time in times is before it
	purged   int64            // ms; older files are old
}

func newSeen(maxAge time.Duration, nameOnly bool) *seenFiles {
	return &seenFiles{maxAge: maxAge, nameOnly: nameOnly, times: map[string]int64{}, oldest: math.MaxInt64}
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
	s.newest, s.oldest = max(s.newest, ms), min(s.oldest, ms)
}

// purge forgets files too old to be taken for new ones.
func (s *seenFiles) purge() {
	if s.maxAge < 0 {
		return
	}
	s.purged = max(s.purged, s.newest-s.maxAge.Milliseconds())
	if s.oldest >= s.purged {
		return
	}
	s.oldest = math.MaxInt64
	for k, ms := range s.times {
		if ms < s.purged {
			delete(s.times, k)
		} else {
			s.oldest = min(s.oldest, ms)
		}
	}
}
