package session

import (
	"context"

	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// addColumns puts columns behind those of the data; in rows that are there they
// are null.
func (t *table) addColumns(st *plan.Alter) error {
	n := len(t.schema.Fields) - len(t.partitioned)
	schema := &sqltype.Struct{Fields: append([]sqltype.Field(nil), t.schema.Fields[:n]...)}
	for _, c := range st.Columns {
		switch {
		case schema.IndexFold(c.Def.Name) >= 0 || t.schema.IndexFold(c.Def.Name) >= 0:
			if c.IfExists {
				continue
			}
			return sparkerr.New("FIELD_ALREADY_EXISTS", "the table has a column "+plan.Quote(c.Def.Name), "op", "add", "fieldNames", plan.Quote(c.Def.Name), "struct", t.schema.String()).At(st.Where())
		case c.First || c.After != "" || len(c.Path) > 1:
			return sparkerr.New("UNSUPPORTED_FEATURE", "columns are added behind the others only").At(st.Where())
		}
		schema.Fields = append(schema.Fields, sqltype.Field{Name: c.Def.Name, Type: c.Def.Type, Nullable: true})
		t.columns = append(t.columns, c.Def)
	}
	schema.Fields = append(schema.Fields, t.schema.Fields[n:]...)
	t.schema = schema
	return nil
}

// alterView gives a view another query, name or properties.
func (s *Session) alterView(ctx context.Context, st *plan.Alter) error {
	found, err := s.catalog.find(st.Name.Parts)
	if err != nil {
		return err
	}
	v, ok := found.(*view)
	if !ok {
		return notFound(st.Name).At(st.Where())
	}
	if st.Query != nil {
		if _, err := s.Analyze(ctx, st.Query); err != nil {
			return err
		}
	}
	s.catalog.mu.Lock()
	defer s.catalog.mu.Unlock()
	switch {
	case st.Query != nil:
		v.plan, v.text, v.columns, v.current = st.Query, st.Text, nil, s.catalog.current
		return nil
	case st.Kind == plan.AlterRename:
		return s.catalog.renameViewLocked(v, st.NewName.Last())
	case st.Kind == plan.AlterSetProperties || st.Kind == plan.AlterUnsetProperties:
		v.setProperties(st)
		return nil
	}
	return sparkerr.New("UNSUPPORTED_FEATURE", "this ALTER VIEW is not supported by this version of Spate").At(st.Where())
}

func (v *view) setProperties(st *plan.Alter) {
	if v.properties == nil {
		v.properties = map[string]string{}
	}
	for _, p := range st.Properties {
		if st.Kind == plan.AlterUnsetProperties {
			delete(v.properties, p.Key)
		} else {
			v.properties[p.Key] = p.Value
		}
	}
}

// renameViewLocked gives a view another name where it lives.
func (c *catalog) renameViewLocked(v *view, name string) error {
	views := c.temp
	if !v.temp {
		d, err := c.databaseLocked(v.name.database)
		if err != nil {
			return err
		}
		if views = d.views; d.tables[lower(name)] != nil {
			return alreadyExists(qualified{v.name.database, name})
		}
	}
	if views[lower(name)] != nil {
		return alreadyExists(qualified{v.name.database, name})
	}
	delete(views, lower(v.name.name))
	v.name.name = name
	views[lower(name)] = v
	return nil
}
