package rdd

import (
	"context"
	"slices"
)

// scope is what a context.Context says of the jobs that run under it.
type scope struct {
	pool, group, description string
	tags                     []string
	ids                      *jobIDs // nil: nobody asks
}

type scopeKey struct{}

func scopeOf(ctx context.Context) scope {
	s, ok := ctx.Value(scopeKey{}).(scope)
	if !ok {
		s.pool = "default"
	}
	return s
}

func (s scope) in(ctx context.Context) context.Context {
	return context.WithValue(ctx, scopeKey{}, s)
}

// WithPool makes the jobs of actions that get the returned context take their
// workers from the pool of that name ("" for "default"). It matters if
// spark.scheduler.mode is FAIR; a pool that spark.scheduler.allocation.file
// does not describe has weight 1, minimum share 0 and runs its jobs in order.
// Jobs that an RDD needs to know its partitions, such as SortByKey's sample,
// run in the default pool.
func WithPool(ctx context.Context, name string) context.Context {
	s := scopeOf(ctx)
	s.pool = name
	if name == "" {
		s.pool = "default"
	}
	return s.in(ctx)
}

// WithJobGroup makes the jobs of actions that get the returned context members
// of a group, in place of the one they had: CancelJobGroup ends them together.
// Listeners and Status show the description.
func WithJobGroup(ctx context.Context, id, description string) context.Context {
	s := scopeOf(ctx)
	s.group, s.description = id, description
	return s.in(ctx)
}

// WithJobTag gives a tag to the jobs of actions that get the returned context,
// beside those they have: CancelJobsWithTag ends those that have it.
func WithJobTag(ctx context.Context, tag string) context.Context {
	s := scopeOf(ctx)
	if !slices.Contains(s.tags, tag) {
		s.tags = append(slices.Clip(s.tags), tag)
	}
	return s.in(ctx)
}
