package analyze

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sqltype"
)

// daysOfMonth is what a month counts in a watermark's delay.
const daysOfMonth = 31

// watermark analyses withWatermark and WATERMARK col DELAY OF interval. On a
// batch it does nothing, without looking.
func (a *Analyzer) watermark(x *plan.WithWatermark, in logical.Node, e *env) (logical.Node, error) {
	if !logical.Streaming(in) {
		return in, nil
	}
	r := a.over(e, in)
	n, err := r.value(x.Column)
	if err != nil {
		return nil, err
	}
	t, child, err := a.watermarkColumn(x, n, in)
	if err != nil {
		return nil, err
	}
	d := x.Delay
	ms := (int64(d.Months)*daysOfMonth+int64(d.Days))*24*3600*1000 + d.Micros/1000
	if ms < 0 {
		return nil, fail(x.Origin, "", "requirement failed: delay threshold ("+itoa(int(ms))+" ms) should not be negative. Give a watermark a delay of 0 or more.")
	}
	if !isTime(t.T) {
		return nil, fail(x.Column.Where(), "EVENT_TIME_IS_NOT_ON_TIMESTAMP_TYPE", "The event time "+plan.Quote(t.Name)+" has the type "+quoteType(t.T)+", but a watermark needs a TIMESTAMP. Cast it: WATERMARK to_timestamp(...) AS t.",
			"eventName", plan.Quote(t.Name), "eventType", quoteType(t.T))
	}
	return &logical.Watermark{At: logical.At{Origin: x.Origin}, Time: t, DelayMs: ms, Child: child}, nil
}

func isTime(t sqltype.Type) bool {
	if s, ok := t.(*sqltype.Struct); ok && isWindow(s) {
		t = s.Fields[1].Type
	}
	return t.Kind() == sqltype.KindTimestamp
}

// watermarkColumn returns the column of the event time. A named expression
// becomes the first column.
func (a *Analyzer) watermarkColumn(x *plan.WithWatermark, n expr.Node, in logical.Node) (*logical.Attr, logical.Node, error) {
	if t, ok := n.(*logical.Attr); ok {
		if _, named := x.Column.(*plan.Alias); !named {
			return t, in, nil
		}
	}
	al, ok := x.Column.(*plan.Alias)
	if !ok {
		c, isCast := n.(*expr.Cast)
		if !isCast || !isAttr(c.Arg) {
			if _, isField := n.(*expr.Field); isField {
				return nil, nil, fail(x.Column.Where(), "EVENT_TIME_MUST_BE_TOP_LEVEL_COLUMN", "The event time "+quoteExpr(n)+" is inside another column. Select it as a column first.", "eventExpr", quoteExpr(n))
			}
			return nil, nil, fail(x.Column.Where(), "REQUIRES_EXPLICIT_NAME_IN_WATERMARK_CLAUSE", "The event time "+quoteExpr(n)+" is an expression and needs a name: add AS name.", "sqlExpr", quoteExpr(n))
		}
		al = &plan.Alias{Names: []string{c.Arg.(*logical.Attr).Name}}
	}
	col := logical.NewAlias(a.IDs, n, al.Names[0])
	list := append([]expr.Node{col}, logical.Nodes(in.Output())...)
	return col.Attr(), &logical.Project{At: logical.At{Origin: x.Origin}, List: list, Child: in}, nil
}

func isAttr(e expr.Node) bool { _, ok := e.(*logical.Attr); return ok }
