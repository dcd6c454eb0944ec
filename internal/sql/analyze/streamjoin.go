package analyze

import (
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/sql/logical"
)

// join refuses joins whose rows an epoch cannot tell.
func (c *streamCheck) join(j *logical.Join) error {
	left, right := logical.Streaming(j.Left), logical.Streaming(j.Right)
	switch {
	case left && right:
		return c.streams(j)
	case j.Type == logical.FullOuter && left:
		return unsupported(j, "A full outer join of a stream, on the left, with a table would have to give the table's unmatched rows, and more of the stream may still come. Use LEFT OUTER")
	case j.Type == logical.FullOuter:
		return unsupported(j, "A full outer join of a table with a stream, on the right, would have to give the table's unmatched rows, and more of the stream may still come. Use RIGHT OUTER")
	case j.Type == logical.RightOuter && left:
		return unsupported(j, "A right outer join of a stream with a table would have to give the table's unmatched rows, and more of the stream may still come. Use LEFT OUTER, or put the stream on the right")
	case leftOnly[j.Type] && right:
		return unsupported(j, j.Type.String()+": the rows of a table, on the left, are told apart only when the stream on the right has ended. Put the stream on the left")
	}
	return nil
}

// leftOnly are the joins that must see the whole right side for each left row.
var leftOnly = map[logical.JoinType]bool{logical.LeftOuter: true, logical.LeftSemi: true, logical.LeftAnti: true, logical.Single: true, logical.Mark: true}

// streams checks a join of two streams.
func (c *streamCheck) streams(j *logical.Join) error {
	inner := j.Type == logical.Inner || j.Type == logical.Cross
	if c.mode == connector.Complete || c.mode == connector.Update && !inner {
		mode := "Update"
		if c.mode == connector.Complete {
			mode = "Complete"
		}
		return unsupported(j, "Two streams cannot be joined in the output mode "+mode+". Use Append")
	}
	if j.Type == logical.LeftAnti || j.Type == logical.Single || j.Type == logical.Mark {
		return unsupported(j, j.Type.String()+": two streams cannot be joined so, since what has no partner now may have one later")
	}
	keys, _ := j.EquiKeys()
	if !c.bounded(j, keys) {
		return unsupported(j, j.Type.String()+" of two streams never knows that a row stays without a partner. Give the join keys a watermark, or the side whose columns may be null one and a condition that bounds its time")
	}
	if len(keys) == 0 {
		return fail(j.Where(), "_LEGACY_ERROR_TEMP_1181", "Stream-stream join without equality predicate is not supported. Join on at least one pair of equal columns.", "plan", j.String())
	}
	return nil
}

// bounded reports whether it is known of each row that an outer or semi join
// must finish when that may happen.
func (c *streamCheck) bounded(j *logical.Join, keys []logical.KeyPair) bool {
	if j.Type == logical.Inner || j.Type == logical.Cross {
		return true
	}
	for _, k := range keys {
		if logical.TagsOf(k.Left).EventTime || logical.TagsOf(k.Right).EventTime {
			return true
		}
	}
	left, right := j.Left.Output(), j.Right.Output()
	_, _, ofLeft := logical.StateBound(j.Cond, left, right)
	_, _, ofRight := logical.StateBound(j.Cond, right, left)
	switch j.Type {
	case logical.LeftOuter, logical.LeftSemi:
		return ofLeft
	case logical.RightOuter:
		return ofRight
	}
	return ofLeft || ofRight
}
