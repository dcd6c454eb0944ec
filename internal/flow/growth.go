package flow

import "time"

// Growth is what a count was, at the looks of the last time.
type Growth []struct {
	at    time.Time
	count int64
}

// Since notes a count and returns how much it grew within a time, and by when.
func (g *Growth) Since(now time.Time, count int64, span time.Duration) (n int64, within time.Duration) {
	*g = append(*g, Growth{{now, count}}...)
	for now.Sub((*g)[0].at) > span {
		*g = (*g)[1:]
	}
	return count - (*g)[0].count, now.Sub((*g)[0].at)
}
