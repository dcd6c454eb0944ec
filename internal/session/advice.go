package session

import (
	"sync"

	"github.com/spatestream/spate/connector"
)

// told are the sentences that the session has logged, each once. Safe for
// concurrent use.
type told struct {
	mu   sync.Mutex
	once map[string]bool // guarded by mu
}

// advise logs what a connector has to say of options that it takes all the same.
func (s *Session) advise(c connector.Connector, o connector.Options) {
	a, ok := c.(connector.Adviser)
	if !ok {
		return
	}
	for _, text := range a.Advice(o) {
		if s.told.first(text) {
			s.cfg.Env.Log.Warn(text)
		}
	}
}

func (t *told) first(text string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.once[text] {
		return false
	}
	t.once[text] = true
	return true
}
