package session

import (
	"context"
	"fmt"
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/parser"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// SQL parses and runs one statement. A query is not run: it is returned as a
// relation; a command is, and its rows are a *plan.Local.
func (s *Session) SQL(ctx context.Context, text string) (plan.Relation, error) {
	st, err := parser.Statement(text, s.ParserOptions())
	if err != nil {
		return nil, err
	}
	return s.Statement(ctx, st)
}

// Statement is SQL of a parsed statement.
func (s *Session) Statement(ctx context.Context, st plan.Statement) (_ plan.Relation, err error) {
	defer guard(&err)
	if err := s.ended(); err != nil {
		return nil, err
	}
	switch st := st.(type) {
	case *plan.Query:
		return st.Relation, nil
	case *plan.CreateView:
		return nothing, s.createView(ctx, st)
	case *plan.CreateTempViewUsing:
		return nothing, s.createTempViewUsing(ctx, st)
	case *plan.CreateTable:
		return nothing, s.createTable(ctx, st)
	case *plan.CreateTableLike:
		return nothing, s.createTableLike(st)
	case *plan.Insert:
		return nothing, s.insert(ctx, st)
	case *plan.MultiInsert:
		for _, in := range st.Inserts {
			if err := s.insert(ctx, in); err != nil {
				return nil, err
			}
		}
		return nothing, nil
	case *plan.InsertDirectory:
		return nothing, s.insertDirectory(ctx, st)
	case *plan.Drop:
		return nothing, s.drop(st)
	case *plan.Truncate:
		return nothing, s.truncate(ctx, st)
	case *plan.CreateDatabase:
		return nothing, s.catalog.addDatabase(st)
	case *plan.Alter:
		return nothing, s.alter(ctx, st)
	case *plan.Comment:
		return nothing, s.comment(st)
	case *plan.Use:
		return nothing, s.use(st)
	case *plan.CreateFunction:
		return nothing, s.createFunction(st)
	case *plan.DeclareVariable:
		return nothing, s.declare(ctx, st)
	case *plan.SetVariable:
		return nothing, s.setVariables(ctx, st)
	case *plan.ExecuteImmediate:
		return s.executeImmediate(ctx, st)
	}
	return s.auxiliary(ctx, st)
}

// auxiliary runs the statements that look at the session or change its
// settings.
func (s *Session) auxiliary(ctx context.Context, st plan.Statement) (plan.Relation, error) {
	switch st := st.(type) {
	case *plan.Set:
		return s.set(st)
	case *plan.SetTimeZone:
		return s.setTimeZone(st)
	case *plan.Reset:
		if st.Key == "" {
			s.conf.Reset()
		} else {
			s.conf.Unset(st.Key)
		}
		return nothing, nil
	case *plan.Show:
		return s.show(ctx, st)
	case *plan.Describe:
		return s.describe(ctx, st)
	case *plan.Explain:
		return s.explain(ctx, st)
	case *plan.Cache:
		return nothing, s.cache(ctx, st)
	case *plan.Uncache, *plan.Refresh, *plan.Analyze:
		return nothing, nil // nothing is cached, listed or counted between statements
	case *plan.CreateStreamingTable, *plan.CreateMaterializedView:
		return nil, sparkerr.New("UNSUPPORTED_FEATURE.CREATE_PIPELINE_DATASET_QUERY_EXECUTION",
			"this statement starts a stream: put it into a script for 'spate run'").At(st.Where())
	case *plan.Merge, *plan.Update, *plan.Delete:
		what := map[bool]string{true: "MERGE INTO TABLE", false: "UPDATE TABLE"}[strings.HasSuffix(fmt.Sprintf("%T", st), "Merge")]
		if _, ok := st.(*plan.Delete); ok {
			what = "DELETE"
		}
		return nil, sparkerr.New("UNSUPPORTED_FEATURE.TABLE_OPERATION", "Tables of files do not support "+what+": write the rows that stay with INSERT OVERWRITE.",
			"operation", what, "tableName", "`unknown`").At(st.Where())
	case *plan.CreateFlow:
		return nil, sparkerr.New("UNSUPPORTED_FEATURE.CREATE_FLOW_QUERY_EXECUTION",
			"this statement starts a stream: put it into a script for 'spate run'").At(st.Where())
	}
	return nil, sparkerr.New("UNSUPPORTED_FEATURE", strings.TrimPrefix(fmt.Sprintf("%T", st), "*plan.")+" statements are not supported by this version of Spate").At(st.Where())
}

// nothing is the result of a command without rows.
var nothing plan.Relation = &plan.Local{Schema: sqltype.NewStruct()}

// rows makes the result of a command.
func rows(schema *sqltype.Struct, values [][]any) plan.Relation {
	l := &plan.Local{Schema: schema}
	for len(values) > 0 {
		n := min(len(values), columnar.MaxRows)
		b := columnar.NewBatch(schema)
		for _, r := range values[:n] {
			for i, v := range r {
				b.Cols[i].AppendValue(v)
			}
		}
		b.Len = n
		l.Batches = append(l.Batches, b)
		values = values[n:]
	}
	return l
}

// columns makes a schema of strings; a name that ends in ? is a boolean.
func columns(names ...string) *sqltype.Struct {
	out := &sqltype.Struct{}
	for _, n := range names {
		f := sqltype.Field{Name: n, Type: sqltype.String}
		if n[len(n)-1] == '?' {
			f = sqltype.Field{Name: n[:len(n)-1], Type: sqltype.Boolean}
		}
		out.Fields = append(out.Fields, f)
	}
	return out
}

// ParserOptions are what parsing depends on, as configured.
func (s *Session) ParserOptions() parser.Options {
	return parser.Options{
		Reserved:                s.conf.Bool("spark.sql.ansi.enforceReservedKeywords"),
		DoubleQuotedIdentifiers: s.conf.Bool("spark.sql.ansi.doubleQuotedIdentifiers"),
		NTZ:                     s.exprSession().NTZDefault,
		LegacyInterval:          s.conf.Bool("spark.sql.legacy.interval.enabled"),
		RegexColumns:            s.conf.Bool("spark.sql.parser.quotedRegexColumnNames"),
	}
}
