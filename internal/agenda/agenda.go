// Package agenda is what is to be done at times, and how long to wait before
// something is tried again.
package agenda

import "time"

// Agenda is what is to be done at times, the earliest first: a binary heap. Its
// length is how much is to be done. It belongs to one goroutine.
type Agenda[T any] []appointed[T]

type appointed[T any] struct {
	at   time.Time
	what T
}

// Next returns the earliest time, zero if nothing is to be done.
func (a Agenda[T]) Next() time.Time {
	if len(a) == 0 {
		return time.Time{}
	}
	return a[0].at
}

// Add has something done at a time.
func (a *Agenda[T]) Add(at time.Time, what T) {
	h := append(*a, appointed[T]{at, what})
	i := len(h) - 1
	for up := (i - 1) / 2; i > 0 && h[i].at.Before(h[up].at); up = (i - 1) / 2 {
		h[i], h[up] = h[up], h[i]
		i = up
	}
	*a = h
}

// Take returns what is earliest and removes it.
func (a *Agenda[T]) Take() T {
	h := *a
	first, n := h[0].what, len(h)-1
	h[0], h[n] = h[n], appointed[T]{}
	h = h[:n]
	for i := 0; 2*i+1 < n; {
		down := 2*i + 1
		if down+1 < n && h[down+1].at.Before(h[down].at) {
			down++
		}
		if !h[down].at.Before(h[i].at) {
			break
		}
		h[i], h[down] = h[down], h[i]
		i = down
	}
	*a = h
	return first
}

// Backoff is the wait after a number of failures: first after one, twice as long
// after each further one, at most most.
func Backoff(first, most time.Duration, failures int) time.Duration {
	wait := first << min(failures-1, 20)
	if wait > most || wait < first {
		return most
	}
	return wait
}
