package spate

import "github.com/spatestream/spate/internal/plan"

// Catalog is what the session knows by name: tables, views, databases and
// functions. SQL (CREATE, DROP, SHOW, DESCRIBE) does the rest.
type Catalog struct{ s *Session }

// Catalog returns what the session knows by name.
func (s *Session) Catalog() *Catalog { return &Catalog{s} }

// CatalogTable is a table or view as ListTables lists it.
type CatalogTable struct {
	Database  string
	Name      string
	Temporary bool
}

// ListTables lists the tables and views of the current database, and the
// temporary views.
func (c *Catalog) ListTables() ([]CatalogTable, error) {
	rows, err := c.s.SQL("SHOW TABLES").Collect(c.s.root)
	var out []CatalogTable
	for _, r := range rows {
		out = append(out, CatalogTable{r.Get(0).(string), r.Get(1).(string), r.Get(2).(bool)})
	}
	return out, err
}

// TableExists reports whether there is a table or view of that name.
func (c *Catalog) TableExists(name string) bool {
	b := c.s.build()
	n := b.name(name)
	return b.err == nil && c.s.in.TableExists(n)
}

// DropTempView removes a temporary view and reports whether there was one.
func (c *Catalog) DropTempView(name string) bool { return c.s.in.DropTempView(name) }

// CurrentDatabase returns the database in which names are looked up.
func (c *Catalog) CurrentDatabase() (string, error) {
	row, ok, err := c.s.SQL("SHOW CURRENT NAMESPACE").First(c.s.root)
	if err != nil || !ok {
		return "", err
	}
	return row.Get(1).(string), nil
}

// SetCurrentDatabase changes the current database.
func (c *Catalog) SetCurrentDatabase(name string) error {
	return c.s.SQL("USE " + plan.Quote(name)).Err()
}

// RuntimeConfig is the configuration of a session.
type RuntimeConfig struct{ s *Session }

// Conf returns the configuration.
func (s *Session) Conf() RuntimeConfig { return RuntimeConfig{s} }

// Set changes a key for what starts from now on. A static key, an unknown
// spate.* key and a value of the wrong form are refused.
func (c RuntimeConfig) Set(key, value string) error {
	return locate(c.s.in.Conf().Set(key, value), callSite())
}

// Get returns the value of a key, its default if it is not set.
func (c RuntimeConfig) Get(key string) string { return c.s.in.Conf().Get(key) }

// Unset puts a key back to its default.
func (c RuntimeConfig) Unset(key string) { c.s.in.Conf().Unset(key) }
