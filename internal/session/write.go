package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/query"
	"github.com/spatestream/spate/internal/sql/analyze"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/internal/sql/physical"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// write runs an analysed query and puts its rows, whose columns are those of
// the table in order, into the table. Nothing shows before all is written; with
// fixed partition values only what has them is overwritten.
func (s *Session) write(ctx context.Context, n logical.Node, t *table, fixed *columnar.Batch, save connector.Save) error {
	n, err := s.matchColumns(n, t)
	if err != nil {
		return err
	}
	options, err := s.merge(t, nil)
	if err != nil {
		return err
	}
	return s.writeTo(ctx, n, destination{t.provider, options, t.partitioned, fixed, save})
}

// destination is where a query's rows go and what is there already.
type destination struct {
	format    string
	options   connector.Options
	partition []string
	fixed     *columnar.Batch // see connector.Request
	save      connector.Save
}

// writeTo runs an analysed query into the target of a connector.
func (s *Session) writeTo(ctx context.Context, n logical.Node, d destination) (err error) {
	if err := analyze.CheckBatch(n); err != nil {
		return err
	}
	c, err := s.target(d.format)
	if err != nil {
		return err
	}
	s.advise(c, d.options)
	req := s.request(d.options, logical.Schema(n.Output()), false)
	req.Save, req.Partition, req.Fixed = d.save, d.partition, d.fixed
	sink, err := c.Sink(ctx, req)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sink.Close()) }()
	return s.pour(ctx, n, sink)
}

// pour runs an analysed batch query into a sink.
func (s *Session) pour(ctx context.Context, n logical.Node, sink connector.Sink) (err error) {
	p, err := s.lower(ctx, n, physical.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	out := query.NewSinkOutlets(sink)
	bound, err := s.runner().Bind(p.Graph, s.parallelism(), s.keyGroups(), out.Outlet)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bound.Close()) }()
	if err := out.Begin(ctx, 0); err != nil {
		return err
	}
	if _, err := bound.RunEpoch(ctx, s.batchEpoch()); err != nil {
		return errors.Join(err, out.Abort())
	}
	receipts, err := out.Prepare(ctx)
	if err != nil {
		return err
	}
	if err := sink.Commit(ctx, 0, receipts); err != nil {
		return err
	}
	return heard(p)
}

// matchColumns casts the query's columns, by position, to those of the table.
func (s *Session) matchColumns(n logical.Node, t *table) (logical.Node, error) {
	out := n.Output()
	if t.schema == nil {
		return n, nil
	}
	if len(out) != len(t.schema.Fields) {
		which := "NOT_ENOUGH_DATA_COLUMNS"
		if len(out) > len(t.schema.Fields) {
			which = "TOO_MANY_DATA_COLUMNS"
		}
		return nil, sparkerr.New("INSERT_COLUMN_ARITY_MISMATCH."+which,
			fmt.Sprintf("the table has the %d columns %s, the query %d", len(t.schema.Fields), strings.Join(t.schema.Names(), ", "), len(out)),
			"tableName", plan.Named(t.name.parts()...).Quoted(), "tableColumns", quoteAll(t.schema.Names()), "dataColumns", quoteAll(logical.Schema(out).Names()))
	}
	exprs := make([]expr.Node, len(out))
	for i, a := range out {
		e, err := s.assign(a, t, t.schema.Fields[i])
		if err != nil {
			return nil, err
		}
		exprs[i] = logical.NewAlias(s.ids, e, t.schema.Fields[i].Name)
	}
	return &logical.Project{List: exprs, Child: n}, nil
}

func quoteAll(names []string) string {
	q := make([]string, len(names))
	for i, n := range names {
		q[i] = plan.Quote(n)
	}
	return strings.Join(q, ", ")
}

// assign casts a column to a table's, as spark.sql.storeAssignmentPolicy
// allows.
func (s *Session) assign(a *logical.Attr, t *table, f sqltype.Field) (expr.Node, error) {
	if sqltype.SameShape(a.T, f.Type) {
		return a, nil
	}
	if strings.EqualFold(s.conf.Get("spark.sql.storeAssignmentPolicy"), "ANSI") && !expr.CanStore(a.T, f.Type) {
		return nil, sparkerr.New("INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST",
			"the column "+f.Name+" is "+f.Type.String()+" and does not take "+a.T.String()+"; add an explicit CAST",
			"tableName", plan.Named(t.name.parts()...).Quoted(), "colName", plan.Quote(f.Name),
			"srcType", `"`+strings.ToUpper(a.T.String())+`"`, "targetType", `"`+strings.ToUpper(f.Type.String())+`"`)
	}
	return &expr.Cast{Arg: a, T: f.Type, Mode: expr.CastANSI, Zone: s.zone()}, nil
}

// insert runs INSERT INTO and INSERT OVERWRITE of a batch query.
func (s *Session) insert(ctx context.Context, st *plan.Insert) error {
	found, err := s.catalog.find(st.Table.Parts)
	if err != nil {
		return err
	}
	t, ok := found.(*table)
	if !ok {
		if found != nil {
			return sparkerr.New("EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE", st.Table.Quoted()+" is a view: rows go into tables", "viewName", st.Table.Quoted(), "operation", "INSERT").At(st.Where())
		}
		return notFound(st.Table).At(st.Where())
	}
	if st.ReplaceOn != nil {
		return sparkerr.New("UNSUPPORTED_FEATURE", "INSERT with REPLACE WHERE is not supported by this version of Spate: overwrite partitions or the whole table, or append").At(st.Where())
	}
	n, err := s.Analyze(ctx, st.Query)
	if err != nil {
		return err
	}
	if st.IfNotExists && slices.ContainsFunc(st.Partition, func(p plan.PartitionValue) bool { return p.Value == nil }) {
		return sparkerr.New("_LEGACY_ERROR_TEMP_0035", "IF NOT EXISTS needs a value for each partition column.", "message", "IF NOT EXISTS with dynamic partitions").At(st.Where())
	}
	fixed, err := s.partitionValues(ctx, st.Partition, t, st.Where())
	if err != nil {
		return err
	}
	if st.IfNotExists {
		if there, err := s.hasPartition(ctx, st); err != nil || there {
			return err
		}
	}
	if len(fixed) > 0 {
		n = s.fill(n, t, fixed)
	}
	if n, err = s.arrange(n, st, t); err != nil {
		return err
	}
	if !st.Overwrite {
		return s.write(ctx, n, t, nil, connector.SaveAppend)
	}
	row, err := oneRowOf(fixed)
	if err != nil {
		return err
	}
	return s.write(ctx, n, t, row, connector.SaveOverwrite)
}

// arrange puts the query's columns into the table's order: by name, or by the
// column list; missing ones are null.
func (s *Session) arrange(n logical.Node, st *plan.Insert, t *table) (logical.Node, error) {
	names := st.Columns
	if st.ByName {
		names = logical.Schema(n.Output()).Names()
	}
	if names == nil {
		return n, nil
	}
	out := n.Output()
	if len(names) != len(out) {
		return nil, sparkerr.New("INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS", fmt.Sprintf("the list names %d columns, the query has %d", len(names), len(out)), "tableName", st.Table.Quoted()).At(st.Where())
	}
	at := map[string]*logical.Attr{}
	for i, name := range names {
		if t.schema.IndexFold(name) < 0 {
			return nil, sparkerr.New("UNRESOLVED_COLUMN.WITH_SUGGESTION", "the table "+st.Table.String()+" has no column "+name+"; it has "+strings.Join(t.schema.Names(), ", "),
				"objectName", plan.Quote(name), "proposal", quoteAll(t.schema.Names())).At(st.Where())
		}
		at[lower(name)] = out[i]
	}
	exprs := make([]expr.Node, len(t.schema.Fields))
	for i, f := range t.schema.Fields {
		var e expr.Node = &expr.Literal{T: f.Type}
		if a := at[lower(f.Name)]; a != nil {
			e = a
		}
		exprs[i] = logical.NewAlias(s.ids, e, f.Name)
	}
	return &logical.Project{List: exprs, Child: n}, nil
}

// insertDirectory runs INSERT OVERWRITE DIRECTORY.
func (s *Session) insertDirectory(ctx context.Context, st *plan.InsertDirectory) error {
	n, err := s.Analyze(ctx, st.Query)
	if err != nil {
		return err
	}
	o := connector.Options(properties(st.Options))
	if st.Path != "" {
		o["path"] = st.Path
	}
	format := st.Provider
	if format == "" {
		format = "text"
	}
	return s.writeTo(ctx, n, destination{format: format, options: o, save: connector.SaveOverwrite})
}

// Write runs a batch query into a format's target, as DataFrameWriter.save.
func (s *Session) Write(ctx context.Context, r plan.Relation, format string, o connector.Options, partition []string, save connector.Save) error {
	n, err := s.Analyze(ctx, r)
	if err != nil {
		return err
	}
	if format == "" {
		format = s.conf.Get("spark.sql.sources.default")
	}
	return s.writeTo(ctx, n, destination{format: format, options: o, partition: partition, save: save})
}

// Into runs a batch query and hands its rows to a sink of the caller's.
func (s *Session) Into(ctx context.Context, r plan.Relation, sink connector.Sink) (err error) {
	defer guard(&err)
	n, err := s.Analyze(ctx, r)
	if err == nil {
		err = analyze.CheckBatch(n)
	}
	if err != nil {
		return err
	}
	return s.pour(ctx, n, sink)
}
