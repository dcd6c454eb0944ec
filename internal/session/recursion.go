package session

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sparkerr"
)

// unroll runs the recursive queries of a plan and puts their rows in their
// place. Where only some rows of one are wanted it runs no further.
func (s *Session) unroll(ctx context.Context, n logical.Node) (logical.Node, error) {
	u := &unroller{s: s, ctx: ctx}
	n = u.node(n, -1)
	return n, u.err
}

type unroller struct {
	s   *Session
	ctx context.Context
	err error // the first
}

// node is n without recursions; the query around wants at most so many of its
// rows, all if negative.
func (u *unroller) node(n logical.Node, rows int64) logical.Node {
	if u.err != nil {
		return n
	}
	switch x := n.(type) {
	case *logical.Recursion:
		return u.run(x, rows)
	case *logical.Limit:
		rows = x.N
	case *logical.Offset:
		if rows >= 0 {
			rows += x.N
		}
	case *logical.Project, *logical.SubqueryAlias, *logical.Union:
	default:
		rows = -1
	}
	n = logical.WithChildren(n, func(c logical.Node) logical.Node { return u.node(c, rows) })
	return logical.MapExprs(n, u.expr)
}

// expr enters the subqueries of an expression.
func (u *unroller) expr(e expr.Node) expr.Node {
	return expr.Transform(e, func(x expr.Node) expr.Node {
		sub, ok := x.(*logical.Subquery)
		if !ok {
			return x
		}
		inner := u.node(sub.Plan, -1)
		if inner == sub.Plan {
			return x
		}
		d := *sub
		d.Plan = inner
		return &d
	})
}

// run collects the rows of every round.
func (u *unroller) run(r *logical.Recursion, rows int64) logical.Node {
	all := &logical.Local{At: r.At, Out: r.Out}
	most, _ := strconv.ParseInt(u.s.conf.Get("spark.sql.cteRecursionRowLimit"), 10, 64)
	var count int64
	last := u.collect(r.Anchor, r.Out)
	for round := int64(1); len(last) > 0 && u.err == nil; round++ {
		all.Batches = append(all.Batches, last...)
		for _, b := range last {
			count += int64(b.Len)
		}
		switch {
		case rows >= 0 && count >= rows:
			return all
		case rows < 0 && most >= 0 && count > most:
			u.err = sparkerr.New("RECURSION_ROW_LIMIT_EXCEEDED", fmt.Sprintf("The recursive query %s has more than %d rows. Put a LIMIT on what reads it, or raise spark.sql.cteRecursionRowLimit.", r.Name, most),
				"rowLimit", strconv.FormatInt(most, 10)).At(r.Origin)
		case r.Rounds >= 0 && round > r.Rounds:
			u.err = sparkerr.New("RECURSION_LEVEL_LIMIT_EXCEEDED", fmt.Sprintf("The recursive query %s has not ended after %d rounds. Does its step have a condition that ends it? If so, allow more: WITH RECURSIVE %s MAX RECURSION LEVEL n AS ...", r.Name, r.Rounds, r.Name),
				"levelLimit", strconv.FormatInt(r.Rounds, 10)).At(r.Origin)
		default:
			last = u.collect(u.over(r.Step, r.ID, last), r.Out)
		}
	}
	return all
}

// over is a step whose references read the batches.
func (u *unroller) over(n logical.Node, id logical.ID, batches []*columnar.Batch) logical.Node {
	var expressions func(e expr.Node) expr.Node
	replace := func(n logical.Node) logical.Node {
		if ref, ok := n.(*logical.RecursionRef); ok && ref.Of == id {
			return &logical.Local{At: ref.At, Out: ref.Out, Batches: batches}
		}
		return logical.MapExprs(n, expressions)
	}
	expressions = func(e expr.Node) expr.Node {
		return expr.Transform(e, func(x expr.Node) expr.Node {
			sub, ok := x.(*logical.Subquery)
			if !ok {
				return x
			}
			d := *sub
			d.Plan = logical.Transform(sub.Plan, replace)
			return &d
		})
	}
	return logical.Transform(n, replace)
}

// collect runs a query and keeps its rows.
func (u *unroller) collect(n logical.Node, out []*logical.Attr) []*columnar.Batch {
	if u.err == nil {
		u.err = u.ctx.Err()
	}
	if u.err != nil {
		return nil
	}
	var kept []*columnar.Batch
	schema := logical.Schema(out)
	u.err = u.s.run(u.ctx, n, func(b *columnar.Batch) error {
		if b.Rows() > 0 {
			k := columnar.NewBatch(schema)
			k.AppendBatch(b)
			kept = append(kept, k)
		}
		return nil
	})
	return kept
}
