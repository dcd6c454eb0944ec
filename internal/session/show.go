package session

import (
	"context"
	"fmt"
	"regexp"
	"sort"
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr/fn"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// show runs the SHOW statements.
func (s *Session) show(ctx context.Context, st *plan.Show) (plan.Relation, error) {
	like, err := pattern(st.Pattern)
	if err != nil {
		return nil, err
	}
	switch st.Kind {
	case plan.ShowTables:
		return s.showTables(st, like, false)
	case plan.ShowViews:
		return s.showTables(st, like, true)
	case plan.ShowDatabases:
		return showNames("namespace", s.catalog.databaseNames(), like), nil
	case plan.ShowCatalogs:
		return showNames("catalog", []string{catalogName}, like), nil
	case plan.ShowCurrent:
		return rows(columns("catalog", "namespace"), [][]any{{catalogName, s.catalog.currentDatabase()}}), nil
	case plan.ShowColumns:
		return s.showColumns(ctx, st)
	case plan.ShowFunctions:
		return s.showFunctions(st, like), nil
	case plan.ShowCreateTable:
		return s.showCreateTable(st)
	case plan.ShowTableProperties:
		return s.showProperties(st)
	case plan.ShowPartitions:
		return s.showPartitions(ctx, st)
	}
	return nil, sparkerr.New("UNSUPPORTED_FEATURE", "this form of SHOW is not supported by this version of Spate").At(st.Where())
}

// showPartitions lists the partitions that have rows.
func (s *Session) showPartitions(ctx context.Context, st *plan.Show) (plan.Relation, error) {
	t, err := s.findTable(st.Name)
	if err != nil {
		return nil, err
	}
	if len(t.partitioned) == 0 {
		return nil, sparkerr.New("INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY", "the table is not partitioned", "name", plan.Named(t.name.parts()...).Quoted()).At(st.Where())
	}
	at := plan.At(st.Where())
	p := &plan.Project{Node: at, Child: &plan.Table{Node: at, Name: st.Name}}
	for _, k := range t.partitioned {
		p.Exprs = append(p.Exprs, &plan.Cast{Node: at, Child: &plan.Attribute{Node: at, Parts: []string{k}}, Type: sqltype.String})
	}
	n, err := s.Analyze(ctx, &plan.Distinct{Node: at, Child: p})
	if err != nil {
		return nil, err
	}
	var found []string
	err = s.run(ctx, n, func(b *columnar.Batch) error {
		for k := range b.Rows() {
			var parts []string
			for i, c := range b.Cols {
				v, ok := c.Value(b.RowAt(k)).(string)
				if !ok {
					v = "__HIVE_DEFAULT_PARTITION__"
				}
				parts = append(parts, t.partitioned[i]+"="+v)
			}
			found = append(found, strings.Join(parts, "/"))
		}
		return nil
	})
	sort.Strings(found)
	return showNames("partition", found, regexp.MustCompile("")), err
}

// pattern compiles the pattern of SHOW: * is anything, | separates
// alternatives, case does not count. "" matches everything.
func pattern(p string) (*regexp.Regexp, error) {
	if p == "" {
		return regexp.MustCompile(""), nil
	}
	var alternatives []string
	for _, a := range strings.Split(p, "|") {
		alternatives = append(alternatives, strings.ReplaceAll(strings.TrimSpace(a), "*", ".*"))
	}
	re, err := regexp.Compile("(?i)^(?:" + strings.Join(alternatives, "|") + ")$")
	if err != nil {
		return nil, sparkerr.New("INVALID_PATTERN", "the pattern '"+p+"' cannot be used: "+err.Error()+"; * stands for anything and | separates alternatives")
	}
	return re, nil
}

func showNames(column string, names []string, like *regexp.Regexp) plan.Relation {
	var out [][]any
	for _, n := range names {
		if like.MatchString(n) {
			out = append(out, []any{n})
		}
	}
	return rows(columns(column), out)
}

func (s *Session) showTables(st *plan.Show, like *regexp.Regexp, views bool) (plan.Relation, error) {
	db := st.In.Last()
	if db == "" {
		db = s.catalog.currentDatabase()
	}
	all, err := s.catalog.list(db)
	if err != nil {
		return nil, err
	}
	var out [][]any
	for _, l := range all {
		if like.MatchString(l.name) && (!views || l.view) {
			out = append(out, []any{l.database, l.name, l.temp})
		}
	}
	if views {
		return rows(columns("namespace", "viewName", "isTemporary?"), out), nil
	}
	return rows(columns("namespace", "tableName", "isTemporary?"), out), nil
}

// relationName puts the database of SHOW ... FROM t IN db before the table.
func relationName(st *plan.Show) plan.Name {
	if st.In.IsZero() || len(st.Name.Parts) > 1 {
		return st.Name
	}
	return plan.Name{Parts: append(append([]string(nil), st.In.Parts...), st.Name.Parts...)}
}

func (s *Session) showColumns(ctx context.Context, st *plan.Show) (plan.Relation, error) {
	schema, err := s.Schema(ctx, &plan.Table{Node: plan.At(st.Where()), Name: relationName(st)})
	if err != nil {
		return nil, err
	}
	var out [][]any
	for _, n := range schema.Names() {
		out = append(out, []any{n})
	}
	return rows(columns("col_name"), out), nil
}

func (s *Session) showFunctions(st *plan.Show, like *regexp.Regexp) plan.Relation {
	var names []string
	if !strings.EqualFold(st.Scope, "user") {
		names = fn.Names()
	}
	if !strings.EqualFold(st.Scope, "system") {
		names = append(names, s.funcs.names()...)
	}
	sort.Strings(names)
	return showNames("function", names, like)
}

// find returns the table of a name for a command that wants one.
func (s *Session) findTable(name plan.Name) (*table, error) {
	found, err := s.catalog.find(name.Parts)
	if err != nil {
		return nil, err
	}
	switch x := found.(type) {
	case *table:
		return x, nil
	case *view:
		return nil, sparkerr.New("EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE", name.Quoted()+" is a view, and this statement wants a table", "viewName", name.Quoted())
	}
	return nil, notFound(name)
}

func (s *Session) showProperties(st *plan.Show) (plan.Relation, error) {
	t, err := s.findTable(st.Name)
	if err != nil {
		return nil, err
	}
	var out [][]any
	for k, v := range t.properties {
		if st.Key == "" || st.Key == k {
			out = append(out, []any{k, v})
		}
	}
	if st.Key != "" && len(out) == 0 {
		out = append(out, []any{st.Key, "Table " + strings.Join(t.name.parts(), ".") + " does not have property: " + st.Key})
	}
	sort.Slice(out, func(i, j int) bool { return out[i][0].(string) < out[j][0].(string) })
	return rows(columns("key", "value"), out), nil
}

// showCreateTable prints the statement that makes a table or view anew.
func (s *Session) showCreateTable(st *plan.Show) (plan.Relation, error) {
	found, err := s.catalog.find(st.Name.Parts)
	if err != nil {
		return nil, err
	}
	var text string
	switch x := found.(type) {
	case *table:
		text = createText(x)
	case *view:
		text = "CREATE VIEW " + strings.Join(x.name.parts()[1:], ".") + " AS " + x.text + "\n"
	default:
		return nil, notFound(st.Name).At(st.Where())
	}
	return rows(columns("createtab_stmt"), [][]any{{text}}), nil
}

func createText(t *table) string {
	var b strings.Builder
	b.WriteString("CREATE TABLE " + strings.Join(t.name.parts(), "."))
	if t.schema != nil {
		var cols []string
		for _, f := range t.schema.Fields {
			cols = append(cols, "  "+plan.QuoteIfNeeded(f.Name)+" "+sqltype.SQL(f.Type)+notNull(f))
		}
		b.WriteString(" (\n" + strings.Join(cols, ",\n") + ")")
	}
	b.WriteString("\nUSING " + t.provider + "\n")
	if len(t.options) > 0 {
		var opts []string
		for k, v := range t.options {
			if !strings.EqualFold(k, "path") {
				opts = append(opts, fmt.Sprintf("  '%s' = '%s'", k, v))
			}
		}
		sort.Strings(opts)
		if len(opts) > 0 {
			b.WriteString("OPTIONS (\n" + strings.Join(opts, ",\n") + ")\n")
		}
	}
	if len(t.partitioned) > 0 {
		b.WriteString("PARTITIONED BY (" + strings.Join(t.partitioned, ", ") + ")\n")
	}
	if t.comment != "" {
		b.WriteString("COMMENT '" + t.comment + "'\n")
	}
	if !t.managed && t.location != "" {
		b.WriteString("LOCATION '" + t.location + "'\n")
	}
	return b.String()
}

func notNull(f sqltype.Field) string {
	if f.Nullable {
		return ""
	}
	return " NOT NULL"
}
