package main

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// standIn is a service that knows prices in cents. It takes its time, and of a
// thing it is asked about for the first time it knows nothing yet.
type standIn struct {
	answer time.Duration

	mu   sync.Mutex
	seen map[string]bool // guarded by mu
}

var cents = map[string]int{"pen": 150, "book": 1999, "lamp": 4500}

// ServeHTTP implements http.Handler.
func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	select {
	case <-time.After(s.answer):
	case <-r.Context().Done():
		return
	}
	item := strings.TrimPrefix(r.URL.Path, "/")
	price, ok := cents[item]
	switch {
	case s.first(item):
		http.Error(w, "not yet", http.StatusServiceUnavailable)
	case !ok:
		http.NotFound(w, r)
	default:
		fmt.Fprintln(w, price)
	}
}

func (s *standIn) first(item string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil {
		s.seen = map[string]bool{}
	}
	first := !s.seen[item]
	s.seen[item] = true
	return first
}
