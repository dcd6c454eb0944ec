package session

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/files"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// createView checks that the query resolves and keeps its plan.
func (s *Session) createView(ctx context.Context, st *plan.CreateView) error {
	n, err := s.Analyze(ctx, st.Query)
	if err != nil {
		return err
	}
	if len(st.Columns) > 0 && len(st.Columns) != len(n.Output()) {
		return sparkerr.New("CREATE_VIEW_COLUMN_ARITY_MISMATCH."+fewer(len(st.Columns) > len(n.Output())),
			fmt.Sprintf("the view names %d columns, its query has %d", len(st.Columns), len(n.Output())),
			"viewName", st.Name.Quoted()).At(st.Where())
	}
	names := logical.Schema(n.Output()).Names()
	for i, c := range st.Columns {
		names[i] = c.Name
	}
	if err := s.distinctNames(names); err != nil {
		return err.At(st.Where())
	}
	v := &view{plan: st.Query, text: st.Text, comment: st.Comment, temp: st.Scope != plan.PersistentView, current: s.catalog.currentDatabase(), properties: properties(st.Properties)}
	for _, c := range st.Columns {
		v.columns = append(v.columns, c.Name)
	}
	switch st.Scope {
	case plan.TempView:
		v.name = qualified{"", st.Name.Last()}
		return s.catalog.addTemp(v, st.IfExists)
	case plan.GlobalTempView:
		v.name = qualified{globalTemp, st.Name.Last()}
		return s.catalog.addTemp(v, st.IfExists)
	}
	if v.name, err = s.catalog.resolve(st.Name.Parts); err != nil {
		return err
	}
	return s.catalog.addView(v, st.IfExists)
}

// distinctNames refuses a name that two columns have.
func (s *Session) distinctNames(names []string) *sparkerr.Error {
	seen := map[string]bool{}
	for _, name := range names {
		k := name
		if !s.conf.Bool("spark.sql.caseSensitive") {
			k = lower(name)
		}
		if seen[k] {
			return sparkerr.New("COLUMN_ALREADY_EXISTS", "Two columns have the name "+plan.Quote(k)+". Give each its own.", "columnName", plan.Quote(k))
		}
		seen[k] = true
	}
	return nil
}

func fewer(less bool) string {
	if less {
		return "NOT_ENOUGH_DATA_COLUMNS"
	}
	return "TOO_MANY_DATA_COLUMNS"
}

// CreateTempView registers a relation under a name, as the DataFrame API does.
func (s *Session) CreateTempView(name string, r plan.Relation, ifExists plan.IfExists) error {
	return s.catalog.addTemp(&view{name: qualified{"", name}, temp: true, plan: r}, ifExists)
}

// DropTempView removes a temporary view and reports whether there was one.
func (s *Session) DropTempView(name string) bool {
	ok, _ := s.catalog.dropView([]string{name})
	return ok
}

// createTempViewUsing makes a temporary view over a connector.
func (s *Session) createTempViewUsing(ctx context.Context, st *plan.CreateTempViewUsing) error {
	read := &plan.Read{Node: plan.At(st.Where()), Format: st.Provider, Options: st.Options, Schema: schemaOf(st.Columns)}
	if _, err := s.Analyze(ctx, read); err != nil {
		return err
	}
	v := &view{name: qualified{"", st.Name.Last()}, temp: true, plan: read}
	if st.Scope == plan.GlobalTempView {
		v.name.database = globalTemp
	}
	return s.catalog.addTemp(v, st.IfExists)
}

func schemaOf(defs []plan.ColumnDef) *sqltype.Struct {
	if len(defs) == 0 {
		return nil
	}
	out := &sqltype.Struct{}
	for _, d := range defs {
		f := sqltype.Field{Name: d.Name, Type: d.Type, Nullable: !d.NotNull}
		if d.HasComment {
			f.Metadata = map[string]any{"comment": d.Comment}
		}
		out.Fields = append(out.Fields, f)
	}
	return out
}

func properties(list []plan.Property) map[string]string {
	m := make(map[string]string, len(list))
	for _, p := range list {
		m[p.Key] = p.Value
	}
	return m
}

// newTable makes a table of a CREATE TABLE's clauses; it is in no database yet.
func (s *Session) newTable(name plan.Name, spec *plan.TableSpec) (*table, error) {
	q, err := s.catalog.resolve(name.Parts)
	if err != nil {
		return nil, err
	}
	t := &table{name: q, provider: lower(spec.Provider), options: connector.Options{}, comment: spec.Comment,
		properties: properties(spec.Properties), schema: schemaOf(spec.Columns), columns: spec.Columns, location: spec.Location}
	if t.provider == "" {
		t.provider = s.conf.Get("spark.sql.sources.default")
	}
	for _, p := range spec.Options {
		t.options[p.Key] = p.Value
	}
	if p, ok := t.options.Get("path"); ok && t.location == "" {
		t.location = p
	}
	if t.partitioned, err = partitionColumns(spec); err != nil {
		return nil, err
	}
	t.schema = partitionsLast(t.schema, t.partitioned)
	if isFiles(s.connectors[t.provider]) && t.location == "" {
		t.location, t.managed = s.catalog.place(q), true
	}
	return t, nil
}

func partitionColumns(spec *plan.TableSpec) ([]string, error) {
	var out []string
	for _, e := range spec.Partitioned {
		a, ok := e.(*plan.Attribute)
		if !ok {
			return nil, sparkerr.New("UNSUPPORTED_FEATURE.PARTITION_TRANSFORM_EXPRESSION", "files are partitioned by columns, not by expressions such as "+plan.ExprString(e)).At(e.Where())
		}
		out = append(out, a.Parts[len(a.Parts)-1])
	}
	return out, nil
}

// partitionsLast moves the partition columns behind the others, as they are
// read from files.
func partitionsLast(s *sqltype.Struct, partitioned []string) *sqltype.Struct {
	if s == nil || len(partitioned) == 0 {
		return s
	}
	out := &sqltype.Struct{}
	isPartition := func(name string) bool {
		for _, p := range partitioned {
			if strings.EqualFold(p, name) {
				return true
			}
		}
		return false
	}
	for _, f := range s.Fields {
		if !isPartition(f.Name) {
			out.Fields = append(out.Fields, f)
		}
	}
	for _, p := range partitioned {
		if i := s.IndexFold(p); i >= 0 {
			out.Fields = append(out.Fields, s.Fields[i])
		}
	}
	return out
}

// createTable makes a table, and fills it if it has a query. A managed table's
// folder is made; an empty one without columns is an error of its first use.
func (s *Session) createTable(ctx context.Context, st *plan.CreateTable) error {
	t, err := s.newTable(st.Name, &st.Spec)
	if err != nil {
		return err
	}
	if found, err := s.catalog.find(t.name.parts()); err != nil {
		return err
	} else if found != nil && st.IfExists == plan.KeepIfExists {
		return nil
	} else if found != nil && st.IfExists == plan.FailIfExists {
		return alreadyExists(t.name)
	}
	if st.Query != nil {
		return s.createTableAs(ctx, st, t)
	}
	if t.schema != nil {
		if err := s.distinctNames(t.schema.Names()); err != nil {
			return err.At(st.Where())
		}
	}
	if err := s.inferTable(ctx, t); err != nil {
		return err
	}
	if t.managed {
		if err := s.cfg.Env.FS.MkdirAll(t.location); err != nil {
			return err
		}
	}
	_, err = s.catalog.addTable(t, st.IfExists)
	return err
}

// inferTable learns the columns of a table that names none, once, now.
func (s *Session) inferTable(ctx context.Context, t *table) error {
	c, err := s.source(t.provider)
	if err != nil {
		return err
	}
	if !isFiles(c) && t.schema != nil {
		return sparkerr.New("CANNOT_CREATE_DATA_SOURCE_TABLE.EXTERNAL_METADATA_UNSUPPORTED",
			"a table over "+t.provider+" takes no columns: the source has its own; leave the list out", "tableName", strings.Join(t.name.parts(), "."), "provider", t.provider)
	}
	if t.schema != nil || t.managed {
		return nil
	}
	options, err := s.merge(t, nil)
	if err != nil {
		return err
	}
	rel, err := newRelation(ctx, t.name.name, c, s.request(options, nil, false), false)
	if err != nil { // a source that only streams
		stream, serr := newRelation(ctx, t.name.name, c, s.request(options, nil, true), true)
		if serr != nil && sparkerr.ClassOf(err) == "UNSUPPORTED_FEATURE.TABLE_OPERATION" {
			return serr
		}
		if serr != nil {
			return err
		}
		rel = stream
	}
	t.schema = rel.schema
	return nil
}

// createTableAs writes the rows of the query, then shows the table.
func (s *Session) createTableAs(ctx context.Context, st *plan.CreateTable, t *table) error {
	n, err := s.Analyze(ctx, st.Query)
	if err != nil {
		return err
	}
	t.schema = &sqltype.Struct{}
	for _, a := range n.Output() {
		t.schema.Fields = append(t.schema.Fields, sqltype.Field{Name: a.Name, Type: a.T, Nullable: true})
	}
	if err := s.distinctNames(t.schema.Names()); err != nil {
		return err.At(st.Where())
	}
	t.schema = partitionsLast(t.schema, t.partitioned)
	if st.IfExists != plan.ReplaceIfExists {
		if err := s.vacant(t); err != nil {
			return err.At(st.Where())
		}
	}
	if err := s.write(ctx, n, t, nil, connector.SaveOverwrite); err != nil {
		return err
	}
	_, err = s.catalog.addTable(t, st.IfExists)
	return err
}

// vacant refuses a folder that holds something, which the statement names or
// which is the place of a table of that name, as one that another session made:
// filling the table would remove it.
func (s *Session) vacant(t *table) *sparkerr.Error {
	if t.location == "" || !t.managed && s.conf.Bool(nonEmptyLocation) {
		return nil
	}
	entries, err := s.cfg.Env.FS.List(t.location)
	entries = slices.DeleteFunc(entries, func(e files.Entry) bool { return e.Name == "_temporary" }) // of a run that was killed
	if err != nil || len(entries) == 0 {
		return nil // there is no folder yet, or writing says what is wrong with it
	}
	if t.managed {
		return sparkerr.New("LOCATION_ALREADY_EXISTS", fmt.Sprintf(
			"the folder of the table, %s, is not empty (it holds %s): a session before this one made it, and CREATE TABLE ... AS would remove what is in it; give the table another name, remove the folder, or say CREATE OR REPLACE TABLE",
			t.location, entries[0].Name), "location", t.location, "identifier", plan.Quote(t.name.name))
	}
	return sparkerr.New("_LEGACY_ERROR_TEMP_1241", fmt.Sprintf(
		"the folder %s is not empty (it holds %s): CREATE TABLE ... AS would remove what is in it; name an empty folder, or make a table over it and INSERT INTO that, or say CREATE OR REPLACE TABLE",
		t.location, entries[0].Name), "tablePath", t.location, "config", nonEmptyLocation)
}

const nonEmptyLocation = "spark.sql.legacy.allowNonEmptyLocationInCTAS"

// createTableLike copies the definition of another table or view.
func (s *Session) createTableLike(st *plan.CreateTableLike) error {
	found, err := s.catalog.find(st.Source.Parts)
	if err != nil {
		return err
	}
	src, ok := found.(*table)
	if !ok {
		return notFound(st.Source).At(st.Where())
	}
	t, err := s.newTable(st.Name, &st.Spec)
	if err != nil {
		return err
	}
	t.schema, t.columns, t.partitioned = src.schema, src.columns, src.partitioned
	if st.Spec.Provider == "" {
		t.provider = src.provider
	}
	if t.location == "" {
		t.location, t.managed = s.catalog.place(t.name), true
	}
	t.options = maps.Clone(src.options)
	delete(t.options, "path")
	ifExists := plan.FailIfExists
	if st.IfNotExists {
		ifExists = plan.KeepIfExists
	}
	if err := s.cfg.Env.FS.MkdirAll(t.location); err != nil {
		return err
	}
	_, err = s.catalog.addTable(t, ifExists)
	return err
}

// notFound is the error of a table or view that is not there.
func notFound(name plan.Name) *sparkerr.Error {
	return sparkerr.New("TABLE_OR_VIEW_NOT_FOUND",
		"there is no table or view "+name.Quoted()+"; check the spelling and the database, or use IF EXISTS", "relationName", name.Quoted())
}
