package session

import (
	"maps"
	"path"
	"sort"
	"strings"
	"sync"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// table is a table over files or another connector.
type table struct {
	name        qualified
	schema      *sqltype.Struct // partition columns last; nil: the connector's own
	provider    string
	options     connector.Options
	location    string // "" for connectors without a path
	managed     bool   // DROP TABLE removes the location
	partitioned []string
	comment     string
	properties  map[string]string
	columns     []plan.ColumnDef // comments and defaults, as written
}

// view is a named query.
type view struct {
	name    qualified
	temp    bool
	columns []string
	plan    plan.Relation
	text    string
	comment string
	// current is the database its names are resolved in.
	current    string
	properties map[string]string
}

// qualified is a name within the catalog; temporary views have no database.
type qualified struct{ database, name string }

func (q qualified) parts() []string {
	if q.database == "" {
		return []string{q.name}
	}
	return []string{catalogName, q.database, q.name}
}

// database is a folder of tables and views.
type database struct {
	name, comment, location string
	properties              map[string]string
	tables                  map[string]*table // by lower-case name
	views                   map[string]*view
}

// catalog is the databases of a session and its temporary views. Safe for
// concurrent use. Names fold case.
type catalog struct {
	warehouse func() string

	mu        sync.RWMutex
	databases map[string]*database // guarded by mu, as all below
	temp      map[string]*view
	current   string
}

func newCatalog(warehouse func() string) *catalog {
	c := &catalog{warehouse: warehouse, databases: map[string]*database{}, temp: map[string]*view{}, current: defaultDatabase}
	c.databases[defaultDatabase] = newDatabase(defaultDatabase, "")
	c.databases[globalTemp] = newDatabase(globalTemp, "")
	return c
}

// clone returns a catalog with the same databases and a copy of the temporary
// views.
func (c *catalog) clone() *catalog {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return &catalog{warehouse: c.warehouse, databases: maps.Clone(c.databases), temp: maps.Clone(c.temp), current: c.current}
}

func newDatabase(name, location string) *database {
	return &database{name: name, location: location, tables: map[string]*table{}, views: map[string]*view{}, properties: map[string]string{}}
}

// resolve makes a name of one to three parts absolute.
func (c *catalog) resolve(parts []string) (qualified, error) {
	switch len(parts) {
	case 1:
		c.mu.RLock()
		defer c.mu.RUnlock()
		return qualified{c.current, parts[0]}, nil
	case 2:
		return qualified{lower(parts[0]), parts[1]}, nil
	case 3:
		if strings.EqualFold(parts[0], catalogName) {
			return qualified{lower(parts[1]), parts[2]}, nil
		}
		return qualified{}, sparkerr.New("CATALOG_NOT_FOUND", "there is no catalog "+plan.Quote(parts[0])+"; Spate has one, "+catalogName, "catalogName", plan.Quote(parts[0]))
	}
	return qualified{}, sparkerr.New("REQUIRES_SINGLE_PART_NAMESPACE", "a name has at most a catalog, a database and a table", "sessionCatalog", catalogName, "namespace", plan.Named(parts[:max(len(parts)-1, 0)]...).Quoted())
}

// find returns the *table or *view of a name, nil if there is none. A single
// name means a temporary view first.
func (c *catalog) find(parts []string) (any, error) {
	if len(parts) == 1 {
		c.mu.RLock()
		v, ok := c.temp[lower(parts[0])]
		c.mu.RUnlock()
		if ok {
			return v, nil
		}
	}
	q, err := c.resolve(parts)
	if err != nil {
		return nil, err
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	d := c.databases[q.database]
	if d == nil {
		return nil, nil
	}
	if v, ok := d.views[lower(q.name)]; ok {
		return v, nil
	}
	if t, ok := d.tables[lower(q.name)]; ok {
		return t, nil
	}
	return nil, nil
}

// TableExists reports whether there is a table or view of that name.
func (s *Session) TableExists(name plan.Name) bool {
	found, err := s.catalog.find(name.Parts)
	return err == nil && found != nil
}

// database returns the database of that name or SCHEMA_NOT_FOUND.
func (c *catalog) databaseLocked(name string) (*database, error) {
	d := c.databases[lower(name)]
	if d == nil {
		return nil, sparkerr.New("SCHEMA_NOT_FOUND", "there is no database "+plan.Quote(name)+"; CREATE DATABASE makes one, SHOW DATABASES lists them",
			"schemaName", plan.Quote(catalogName)+"."+plan.Quote(name))
	}
	return d, nil
}

// addTable puts a table into its database. ifExists says what a table or view
// of the same name means; added is false if it was kept.
func (c *catalog) addTable(t *table, ifExists plan.IfExists) (added bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d, err := c.databaseLocked(t.name.database)
	if err != nil {
		return false, err
	}
	key := lower(t.name.name)
	if d.tables[key] != nil || d.views[key] != nil {
		switch {
		case ifExists == plan.KeepIfExists:
			return false, nil
		case ifExists == plan.FailIfExists || d.views[key] != nil:
			return false, alreadyExists(t.name)
		}
	}
	d.tables[key] = t
	return true, nil
}

func alreadyExists(q qualified) error {
	return sparkerr.New("TABLE_OR_VIEW_ALREADY_EXISTS",
		"there is a table or view "+plan.Named(q.parts()...).Quoted()+" already; drop it, use IF NOT EXISTS, or choose another name",
		"relationName", plan.Named(q.parts()...).Quoted())
}

// addView puts a persistent view into its database.
func (c *catalog) addView(v *view, ifExists plan.IfExists) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	d, err := c.databaseLocked(v.name.database)
	if err != nil {
		return err
	}
	key := lower(v.name.name)
	if d.tables[key] != nil || d.views[key] != nil {
		switch {
		case ifExists == plan.KeepIfExists:
			return nil
		case ifExists == plan.FailIfExists || d.tables[key] != nil:
			return alreadyExists(v.name)
		}
	}
	d.views[key] = v
	return nil
}

// addTemp registers a temporary view.
func (c *catalog) addTemp(v *view, ifExists plan.IfExists) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	views := c.temp
	if v.name.database == globalTemp {
		views = c.databases[globalTemp].views
	}
	key := lower(v.name.name)
	if views[key] != nil && ifExists != plan.ReplaceIfExists {
		if ifExists == plan.KeepIfExists {
			return nil
		}
		return sparkerr.New("TEMP_TABLE_OR_VIEW_ALREADY_EXISTS",
			"there is a temporary view "+plan.Quote(v.name.name)+" already; drop it or use CREATE OR REPLACE",
			"relationName", plan.Named(nonEmpty(v.name.database, v.name.name)...).Quoted())
	}
	views[key] = v
	return nil
}

func nonEmpty(parts ...string) []string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return out
}

// dropView removes a temporary or persistent view and reports whether there
// was one.
func (c *catalog) dropView(parts []string) (bool, error) {
	q, err := c.resolve(parts)
	if err != nil {
		return false, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if key := lower(parts[0]); len(parts) == 1 && c.temp[key] != nil {
		delete(c.temp, key)
		return true, nil
	}
	d := c.databases[q.database]
	if d == nil || d.views[lower(q.name)] == nil {
		return false, nil
	}
	delete(d.views, lower(q.name))
	return true, nil
}

// dropTable removes a table and returns it, nil if there was none.
func (c *catalog) dropTable(parts []string) (*table, error) {
	q, err := c.resolve(parts)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	d := c.databases[q.database]
	if d == nil {
		return nil, nil
	}
	t := d.tables[lower(q.name)]
	delete(d.tables, lower(q.name))
	return t, nil
}

// use makes a database the current one.
func (c *catalog) use(name string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	d, err := c.databaseLocked(name)
	if err == nil {
		c.current = d.name
	}
	return err
}

// currentDatabase returns the current one's name.
func (c *catalog) currentDatabase() string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.current
}

// addDatabase makes a database.
func (c *catalog) addDatabase(s *plan.CreateDatabase) error {
	name := s.Name.Last()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.databases[lower(name)] != nil {
		if s.IfNotExists {
			return nil
		}
		return sparkerr.New("SCHEMA_ALREADY_EXISTS", "there is a database "+plan.Quote(name)+" already; use IF NOT EXISTS or choose another name", "schemaName", plan.Quote(name))
	}
	d := newDatabase(lower(name), s.Location)
	d.comment = s.Comment
	for _, p := range s.Properties {
		d.properties[p.Key] = p.Value
	}
	c.databases[lower(name)] = d
	return nil
}

// dropDatabase removes a database; with cascade also one that is not empty. It
// returns the tables that went with it.
func (c *catalog) dropDatabase(s *plan.Drop) ([]*table, error) {
	name := lower(s.Name.Last())
	c.mu.Lock()
	defer c.mu.Unlock()
	d, err := c.databaseLocked(name)
	switch {
	case err != nil && s.IfExists:
		return nil, nil
	case err != nil:
		return nil, err
	case name == defaultDatabase || name == globalTemp:
		return nil, sparkerr.New("UNSUPPORTED_FEATURE.DROP_DATABASE", "the database "+plan.Quote(name)+" cannot be dropped", "database", plan.Quote(catalogName)+"."+plan.Quote(name))
	case len(d.tables)+len(d.views) > 0 && !s.Cascade:
		return nil, sparkerr.New("SCHEMA_NOT_EMPTY", "the database "+plan.Quote(name)+" still has tables or views; drop them or use CASCADE", "schemaName", plan.Quote(name))
	}
	delete(c.databases, name)
	if c.current == name {
		c.current = defaultDatabase
	}
	var tables []*table
	for _, t := range d.tables {
		tables = append(tables, t)
	}
	return tables, nil
}

// place returns where a managed table of that name keeps its files.
func (c *catalog) place(q qualified) string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if d := c.databases[q.database]; d != nil && d.location != "" {
		return path.Join(d.location, lower(q.name))
	}
	if q.database == defaultDatabase {
		return path.Join(c.warehouse(), lower(q.name))
	}
	return path.Join(c.warehouse(), q.database+".db", lower(q.name))
}

// listed is one line of SHOW TABLES.
type listed struct {
	database, name string
	temp, view     bool
}

// list returns tables and views of a database and the temporary views, sorted
// by name.
func (c *catalog) list(name string) ([]listed, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	d, err := c.databaseLocked(name)
	if err != nil {
		return nil, err
	}
	var out []listed
	for _, t := range d.tables {
		out = append(out, listed{database: d.name, name: t.name.name})
	}
	for _, v := range d.views {
		out = append(out, listed{database: d.name, name: v.name.name, view: true, temp: v.temp})
	}
	for _, v := range c.temp {
		out = append(out, listed{name: v.name.name, temp: true, view: true})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].name < out[j].name })
	return out, nil
}

// databaseNames returns the databases, sorted; not that of global views.
func (c *catalog) databaseNames() []string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	var out []string
	for n := range c.databases {
		if n != globalTemp {
			out = append(out, n)
		}
	}
	sort.Strings(out)
	return out
}
