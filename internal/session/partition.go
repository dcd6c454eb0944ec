package session

import (
	"context"
	"slices"
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// partitionValues evaluates PARTITION (k = value, ..., k): the constants, in the
// table's order of partition columns, of which they are the first.
func (s *Session) partitionValues(ctx context.Context, spec []plan.PartitionValue, t *table, at sparkerr.Origin) ([]*expr.Literal, error) {
	if len(spec) == 0 {
		return nil, nil
	}
	name := plan.Named(t.name.parts()...).Quoted()
	given := map[string]plan.Expr{}
	for _, p := range spec {
		if !slices.ContainsFunc(t.partitioned, func(k string) bool { return strings.EqualFold(k, p.Column) }) {
			return nil, sparkerr.New("PARTITIONS_NOT_FOUND", "The table "+name+" is not partitioned by "+p.Column+", but by: "+strings.Join(t.partitioned, ", ")+".",
				"partitionList", plan.Quote(p.Column), "tableName", name).At(at)
		}
		if _, twice := given[lower(p.Column)]; twice {
			return nil, sparkerr.New("DUPLICATE_KEY", "PARTITION names "+p.Column+" twice.", "keyColumn", plan.Quote(p.Column)).At(at)
		}
		given[lower(p.Column)] = p.Value
	}
	if len(given) != len(t.partitioned) {
		return nil, sparkerr.New("_LEGACY_ERROR_TEMP_1169", "PARTITION must name all partition columns of "+name+": "+strings.Join(t.partitioned, ", ")+". Those whose values come from the query stand without a value.",
			"tableName", name, "partColNames", strings.Join(t.partitioned, ",")).At(at)
	}
	var values []*expr.Literal
	for i, k := range t.partitioned {
		e := given[lower(k)]
		if e == nil { // the query's own
			continue
		}
		if i > len(values) {
			return nil, sparkerr.New("_LEGACY_ERROR_TEMP_1147", "In PARTITION the columns with a value must be the first of "+strings.Join(t.partitioned, ", ")+".",
				"partColumns", "["+strings.Join(t.partitioned, ",")+"]").At(at)
		}
		v, err := s.evaluate(ctx, e, t.schema.Fields[t.schema.IndexFold(k)].Type)
		if err != nil {
			return nil, err
		}
		values = append(values, v)
	}
	return values, nil
}

// fill puts the values of the first partition columns beside the query's
// columns, all in the table's order.
func (s *Session) fill(n logical.Node, t *table, values []*expr.Literal) logical.Node {
	fixed := map[string]*expr.Literal{}
	for i, v := range values {
		fixed[lower(t.partitioned[i])] = v
	}
	rest := logical.Nodes(n.Output())
	var list []expr.Node
	for _, f := range t.schema.Fields {
		switch v := fixed[lower(f.Name)]; {
		case v != nil:
			list = append(list, logical.NewAlias(s.ids, v, f.Name))
		case len(rest) > 0:
			list, rest = append(list, rest[0]), rest[1:]
		}
	}
	return &logical.Project{List: append(list, rest...), Child: n}
}

// hasPartition reports whether the table has rows of the partition.
func (s *Session) hasPartition(ctx context.Context, st *plan.Insert) (bool, error) {
	at := plan.At(st.Where())
	var rows plan.Relation = &plan.Table{Node: at, Name: st.Table}
	for _, p := range st.Partition {
		column := &plan.Attribute{Node: at, Parts: []string{p.Column}}
		rows = &plan.Filter{Node: at, Child: rows, Cond: &plan.Call{Node: at, Name: "<=>", Args: []plan.Expr{column, p.Value}}}
	}
	n, err := s.Analyze(ctx, rows)
	if err != nil {
		return false, err
	}
	there := false
	err = s.run(ctx, n, func(b *columnar.Batch) error {
		there = there || b.Rows() > 0
		return nil
	})
	return there, err
}

// oneRowOf is a batch of the values in one row, nil of none.
func oneRowOf(values []*expr.Literal) (*columnar.Batch, error) {
	if len(values) == 0 {
		return nil, nil
	}
	b := &columnar.Batch{Schema: &sqltype.Struct{}, Len: 1}
	for _, v := range values {
		e, err := expr.Compile(v, &expr.Context{})
		if err != nil {
			return nil, err
		}
		col, err := e.Eval(&columnar.Batch{Schema: &sqltype.Struct{}, Len: 1}, nil)
		if err != nil {
			return nil, err
		}
		b.Cols = append(b.Cols, col)
	}
	return b, nil
}
