package topology

// Join says what becomes of events that have no partner.
type Join uint8

// An InnerJoin leaves out what has no partner; a LeftJoin gives what the left
// stream has, a RightJoin the right one, a FullJoin both.
const (
	InnerJoin Join = iota
	LeftJoin
	RightJoin
	FullJoin
)

// String returns the name.
func (j Join) String() string {
	return [...]string{"inner join", "left join", "right join", "full join"}[j]
}

func (j Join) keepsLeft() bool  { return j == LeftJoin || j == FullJoin }
func (j Join) keepsRight() bool { return j == RightJoin || j == FullJoin }

// Joined is an event of the left stream and its partner of the right one. One of
// them may be missing, unless the join is inner; its field is zero then.
type Joined[L, R any] struct {
	Left              L
	Right             R
	HasLeft, HasRight bool
}

// has reports whether the join gives x.
func (j Join) has(left, right bool) bool {
	return left && right || left && j.keepsLeft() || right && j.keepsRight()
}

// checkKeys notes a join whose streams are not both by Fields.
func checkKeys[L, R any](left Stream[L], right Stream[R], name string) {
	if !left.keyed() || !right.keyed() {
		left.job.mistake("%q joins by key, and a stream of it has none; group both by Fields", name)
	}
}

// deleted reports whether v says that its row of a table is gone.
func deleted(v any) bool {
	d, ok := v.(interface{ Deleted() bool })
	return ok && d.Deleted()
}
