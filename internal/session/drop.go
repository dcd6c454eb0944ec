package session

import (
	"context"
	"errors"
	"maps"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
)

// drop runs the DROP statements.
func (s *Session) drop(st *plan.Drop) error {
	switch st.Kind {
	case plan.TableObject:
		return s.dropTable(st)
	case plan.ViewObject:
		ok, err := s.catalog.dropView(st.Name.Parts)
		if err == nil && !ok && !st.IfExists {
			return notFound(st.Name).At(st.Where())
		}
		return err
	case plan.DatabaseObject:
		tables, err := s.catalog.dropDatabase(st)
		for _, t := range tables {
			err = errors.Join(err, s.removeFiles(t))
		}
		return err
	case plan.VariableObject:
		if !s.vars.drop(st.Name.Parts) && !st.IfExists {
			return sparkerr.New("VARIABLE_NOT_FOUND", "there is no variable "+st.Name.Quoted()+" in this session", "variableName", st.Name.Quoted()).At(st.Where())
		}
		return nil
	case plan.FunctionObject:
		if !s.funcs.drop(st.Name.Last()) && !st.IfExists {
			return sparkerr.New("ROUTINE_NOT_FOUND", "there is no function "+st.Name.Quoted()+" of this session; built-in ones stay", "routineName", st.Name.Quoted()).At(st.Where())
		}
		return nil
	}
	return sparkerr.New("UNSUPPORTED_FEATURE", "this DROP is not supported by this version of Spate").At(st.Where())
}

func (s *Session) dropTable(st *plan.Drop) error {
	found, err := s.catalog.find(st.Name.Parts)
	if err != nil {
		return err
	}
	if v, ok := found.(*view); ok {
		if v.temp { // as Spark: DROP TABLE removes a temporary view
			_, err := s.catalog.dropView(st.Name.Parts)
			return err
		}
		return sparkerr.New("WRONG_COMMAND_FOR_OBJECT_TYPE", st.Name.Quoted()+" is a view: use DROP VIEW", "operation", "DROP TABLE", "requiredType", "EXTERNAL or MANAGED",
			"objectName", plan.Named(v.name.parts()...).String(), "foundType", "VIEW", "alternative", "DROP VIEW").At(st.Where())
	}
	t, err := s.catalog.dropTable(st.Name.Parts)
	if err != nil {
		return err
	}
	if t == nil {
		if st.IfExists {
			return nil
		}
		return notFound(st.Name).At(st.Where())
	}
	return s.removeFiles(t)
}

// removeFiles removes the folder of a managed table.
func (s *Session) removeFiles(t *table) error {
	if !t.managed {
		return nil
	}
	err := vfs.RemoveAll(s.cfg.Env.FS, t.location)
	if errors.Is(err, vfs.ErrNotExist) {
		return nil
	}
	return err
}

// truncate removes a table's rows.
func (s *Session) truncate(ctx context.Context, st *plan.Truncate) error {
	t, err := s.findTable(st.Table)
	if err != nil {
		return err
	}
	fixed, err := s.partitionValues(ctx, st.Partition, t, st.Where())
	if err != nil {
		return err
	}
	row, err := oneRowOf(fixed)
	if err != nil {
		return err
	}
	empty := &logical.Local{}
	for _, f := range t.schema.Fields {
		empty.Out = append(empty.Out, logical.NewAttr(s.ids, f.Name, f.Type, f.Nullable))
	}
	options, err := s.merge(t, nil)
	if err != nil {
		return err
	}
	options = maps.Clone(options)
	options["partitionOverwriteMode"] = "static" // no partition is written
	return s.writeTo(ctx, empty, destination{t.provider, options, t.partitioned, row, connector.SaveOverwrite})
}

// alter runs the forms of ALTER TABLE and ALTER VIEW that change only the
// catalog.
func (s *Session) alter(ctx context.Context, st *plan.Alter) error {
	if st.Object == plan.ViewObject {
		return s.alterView(ctx, st)
	}
	t, err := s.findTable(st.Name)
	if err != nil {
		return err
	}
	s.catalog.mu.Lock()
	defer s.catalog.mu.Unlock()
	switch st.Kind {
	case plan.AlterSetProperties:
		for _, p := range st.Properties {
			t.properties[p.Key] = p.Value
		}
		return nil
	case plan.AlterUnsetProperties:
		for _, p := range st.Properties {
			delete(t.properties, p.Key)
		}
		return nil
	case plan.AlterRename:
		return s.catalog.renameLocked(t, st.NewName.Last())
	case plan.AlterAddColumns:
		return t.addColumns(st)
	case plan.AlterSetLocation:
		t.location, t.managed = st.Location, false
		return nil
	}
	return sparkerr.New("UNSUPPORTED_FEATURE", "this ALTER TABLE is not supported by this version of Spate").At(st.Where())
}

// renameLocked gives a table another name in its database; its files stay.
func (c *catalog) renameLocked(t *table, name string) error {
	d, err := c.databaseLocked(t.name.database)
	if err != nil {
		return err
	}
	if d.tables[lower(name)] != nil || d.views[lower(name)] != nil {
		return alreadyExists(qualified{t.name.database, name})
	}
	delete(d.tables, lower(t.name.name))
	t.name.name = name
	d.tables[lower(name)] = t
	return nil
}

// comment runs COMMENT ON.
func (s *Session) comment(st *plan.Comment) error {
	text := ""
	if st.Text != nil {
		text = *st.Text
	}
	s.catalog.mu.Lock()
	defer s.catalog.mu.Unlock()
	if st.Kind == plan.DatabaseObject {
		d, err := s.catalog.databaseLocked(st.Name.Last())
		if err == nil {
			d.comment = text
		}
		return err
	}
	for _, d := range s.catalog.databases {
		if t := d.tables[lower(st.Name.Last())]; t != nil {
			t.comment = text
			return nil
		}
	}
	return notFound(st.Name).At(st.Where())
}

// cache runs CACHE TABLE: the rows are read once more to fail early, and the
// view is made; Spate reads files fast enough to keep no copy.
func (s *Session) cache(ctx context.Context, st *plan.Cache) error {
	if st.Query == nil {
		_, err := s.Schema(ctx, &plan.Table{Node: plan.At(st.Where()), Name: st.Name})
		return err
	}
	return s.createView(ctx, &plan.CreateView{Node: plan.At(st.Where()), Name: st.Name, Scope: plan.TempView, Query: st.Query, Text: st.Text})
}
