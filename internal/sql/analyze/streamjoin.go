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
		return unsupported(j, "FullOuter joins with streaming DataFrames/Datasets on the left and a static DataFrame/Dataset on the right is not supported")
	case j.Type == logical.FullOuter:
		return unsupported(j, "FullOuter joins with streaming DataFrames/Datasets on the right and a static DataFrame/Dataset on the left is not supported")
	case j.Type == logical.RightOuter && left:
		return unsupported(j, "RightOuter join with a streaming DataFrame/Dataset on the left and a static DataFrame/DataSet on the right not supported")
	case leftOnly[j.Type] && right:
		return unsupported(j, j.Type.String()+" join with a streaming DataFrame/Dataset on the right and a static DataFrame/Dataset on the left is not supported")
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
		return unsupported(j, "Join between two streaming DataFrames/Datasets is not supported in "+mode+" output mode, only in Append output mode")
	}
	if j.Type == logical.LeftAnti || j.Type == logical.Single || j.Type == logical.Mark {
		return unsupported(j, j.Type.String()+" join between two streaming DataFrames/Datasets is not supported, since what has no partner now may have one later")
	}
	keys, _ := j.EquiKeys()
	if !c.bounded(j, keys) {
		return unsupported(j, "Stream-stream "+j.Type.String()+" join between two streaming DataFrame/Datasets is not supported without a watermark in the join keys, or a watermark on the nullable side and an appropriate range condition")
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
