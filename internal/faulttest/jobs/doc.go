// Package jobs kills processes that run jobs of package topology, at every named
// point of their checkpoints and at any time, and compares what they show in the
// end with an undisturbed run: at most once may lose, at least once never loses,
// exactly once is equal.
package jobs
