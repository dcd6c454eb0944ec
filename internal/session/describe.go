package session

import (
	"context"
	"sort"
	"strings"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/internal/sql/physical"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// describe runs the DESCRIBE statements.
func (s *Session) describe(ctx context.Context, st *plan.Describe) (plan.Relation, error) {
	switch st.Kind {
	case plan.QueryObject:
		q, ok := st.Query.(*plan.Query)
		if !ok {
			return nil, sparkerr.New("UNSUPPORTED_FEATURE", "DESCRIBE QUERY wants a query").At(st.Where())
		}
		schema, err := s.Schema(ctx, q.Relation)
		if err != nil {
			return nil, err
		}
		return rows(columns("col_name", "data_type", "comment"), fieldRows(schema)), nil
	case plan.FunctionObject:
		return s.describeFunction(st)
	case plan.DatabaseObject:
		return s.describeDatabase(st)
	}
	return s.describeTable(ctx, st)
}

func fieldRows(schema *sqltype.Struct) [][]any {
	var out [][]any
	for _, f := range schema.Fields {
		var comment any
		if c, ok := f.Metadata["comment"].(string); ok {
			comment = c
		}
		out = append(out, []any{f.Name, f.Type.String(), comment})
	}
	return out
}

func (s *Session) describeTable(ctx context.Context, st *plan.Describe) (plan.Relation, error) {
	schema, err := s.Schema(ctx, &plan.Table{Node: plan.At(st.Where()), Name: st.Name})
	if err != nil {
		return nil, err
	}
	if len(st.Column) > 0 {
		return describeColumn(st, schema)
	}
	out := fieldRows(schema)
	found, err := s.catalog.find(st.Name.Parts)
	if err != nil {
		return nil, err
	}
	if t, ok := found.(*table); ok {
		out = append(out, partitionRows(t)...)
		if st.Extended {
			out = append(out, detailRows(t)...)
		}
	}
	return rows(columns("col_name", "data_type", "comment"), out), nil
}

func describeColumn(st *plan.Describe, schema *sqltype.Struct) (plan.Relation, error) {
	i := schema.IndexFold(st.Column[len(st.Column)-1])
	if i < 0 {
		return nil, sparkerr.New("UNRESOLVED_COLUMN.WITH_SUGGESTION", "there is no column "+strings.Join(st.Column, ".")+"; there are "+strings.Join(schema.Names(), ", "),
			"objectName", plan.Named(st.Column...).Quoted(), "proposal", quoteAll(schema.Names())).At(st.Where())
	}
	f := schema.Fields[i]
	comment := "NULL"
	if c, ok := f.Metadata["comment"].(string); ok {
		comment = c
	}
	return rows(columns("info_name", "info_value"), [][]any{{"col_name", f.Name}, {"data_type", f.Type.String()}, {"comment", comment}}), nil
}

func partitionRows(t *table) [][]any {
	if len(t.partitioned) == 0 || t.schema == nil {
		return nil
	}
	out := [][]any{{"# Partition Information", "", ""}, {"# col_name", "data_type", "comment"}}
	for _, p := range t.partitioned {
		if i := t.schema.IndexFold(p); i >= 0 {
			out = append(out, fieldRows(sqltype.NewStruct(t.schema.Fields[i]))...)
		}
	}
	return out
}

func detailRows(t *table) [][]any {
	kind := "EXTERNAL"
	if t.managed {
		kind = "MANAGED"
	}
	out := [][]any{{"", "", ""}, {"# Detailed Table Information", "", ""},
		{"Catalog", catalogName, ""}, {"Database", t.name.database, ""}, {"Table", t.name.name, ""}, {"Type", kind, ""}, {"Provider", t.provider, ""}}
	if t.comment != "" {
		out = append(out, []any{"Comment", t.comment, ""})
	}
	return append(out, []any{"Location", t.location, ""})
}

func (s *Session) describeFunction(st *plan.Describe) (plan.Relation, error) {
	name := st.Name.Last()
	var title, group, usage, example string
	switch f := s.funcs.Lookup(nil, lower(name)).(type) {
	case *expr.Func:
		title, group, usage, example = f.Name, f.Group, f.Usage, f.Example
	case *expr.AggregateFunc:
		title, group, usage, example = f.Name, f.Group, f.Usage, f.Example
	case *expr.TableFunc:
		title, group, usage, example = f.Name, f.Group, f.Usage, f.Example
	default:
		return nil, sparkerr.New("UNRESOLVED_ROUTINE", "there is no function "+plan.Quote(name)+"; SHOW FUNCTIONS lists them",
			"routineName", plan.Quote(name), "searchPath", "[`system`.`builtin`, `system`.`session`, `"+catalogName+"`.`"+s.catalog.currentDatabase()+"`]").At(st.Where())
	}
	out := [][]any{{"Function: " + title}, {"Usage: " + usage}}
	if st.Extended {
		out = append(out, []any{"Group: " + group}, []any{"Example: " + example})
	}
	return rows(columns("function_desc"), out), nil
}

func (s *Session) describeDatabase(st *plan.Describe) (plan.Relation, error) {
	s.catalog.mu.RLock()
	defer s.catalog.mu.RUnlock()
	d, err := s.catalog.databaseLocked(st.Name.Last())
	if err != nil {
		return nil, err
	}
	location := d.location
	if location == "" {
		location = s.catalog.warehouse()
	}
	out := [][]any{{"Catalog Name", catalogName}, {"Namespace Name", d.name}, {"Comment", d.comment}, {"Location", location}}
	if st.Extended {
		var props []string
		for k, v := range d.properties {
			props = append(props, "("+k+","+v+")")
		}
		sort.Strings(props)
		text := ""
		if len(props) > 0 {
			text = "(" + strings.Join(props, ", ") + ")"
		}
		out = append(out, []any{"Properties", text})
	}
	return rows(columns("info_name", "info_value"), out), nil
}

// explain prints the plans of a query.
func (s *Session) explain(ctx context.Context, st *plan.Explain) (plan.Relation, error) {
	q, ok := st.Statement.(*plan.Query)
	if !ok {
		return rows(columns("plan"), [][]any{{"== Physical Plan ==\nExecute " + plan.Dump(st.Statement)}}), nil
	}
	text, err := s.Explain(ctx, q.Relation, st.Mode)
	if err != nil {
		text = "== Physical Plan ==\n" + err.Error() + "\n"
	}
	return rows(columns("plan"), [][]any{{text}}), nil
}

// Explain returns the plans of a query as text: simple shows the physical one
// only.
func (s *Session) Explain(ctx context.Context, r plan.Relation, mode plan.ExplainMode) (string, error) {
	n, err := s.Analyze(ctx, r)
	if err != nil {
		return "", err
	}
	best, text, err := s.explainPhysical(ctx, n)
	if err != nil {
		return "", err
	}
	if mode == plan.ExplainSimple {
		return "== Physical Plan ==\n" + text, nil
	}
	return "== Parsed Logical Plan ==\n" + plan.Dump(r) + "\n== Analyzed Logical Plan ==\n" + logical.Explain(n) +
		"\n== Optimized Logical Plan ==\n" + logical.Explain(best) + "\n== Physical Plan ==\n" + text, nil
}

func (s *Session) explainPhysical(ctx context.Context, n logical.Node) (logical.Node, string, error) {
	n, err := s.unroll(ctx, n)
	if err != nil {
		return nil, "", err
	}
	best, err := s.optimize(n)
	if err != nil {
		return nil, "", err
	}
	p, err := s.lower(ctx, n, physical.Options{})
	if err != nil {
		return nil, "", err
	}
	return best, p.String(), p.Close()
}
