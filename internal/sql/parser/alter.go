package parser

import "github.com/spatestream/spate/internal/plan"

// alter takes ALTER TABLE, VIEW and DATABASE.
func (p *parser) alter(start int) plan.Statement {
	p.i++
	a := &plan.Alter{Object: p.objectKind("TABLE", "VIEW", "DATABASE"), Name: p.name()}
	if p.is("PARTITION", "(") {
		a.Partitions = [][]plan.PartitionValue{p.partition()}
	}
	switch {
	case p.accept("RENAME"):
		p.alterRename(a)
	case p.accept("SET"):
		p.alterSet(start, a)
	case p.accept("UNSET"):
		p.expect("TBLPROPERTIES")
		a.Kind, a.IfExists = plan.AlterUnsetProperties, p.accept("IF", "EXISTS")
		a.Properties = p.propertyKeys()
	case p.accept("ADD"):
		p.alterAdd(start, a)
	case p.accept("DROP"):
		p.alterDrop(start, a)
	case p.accept("REPLACE", "COLUMNS"):
		a.Kind = plan.AlterReplaceColumns
		p.expect("(")
		p.addedColumns(a)
		p.expect(")")
	case p.isOneOf("ALTER", "CHANGE"):
		p.alterColumns(a)
	case p.accept("RECOVER", "PARTITIONS"):
		a.Kind = plan.AlterRecoverPartitions
	case p.accept("CLUSTER", "BY"):
		a.Kind = plan.AlterClusterBy
		p.clustering()
	case p.is("DEFAULT", "COLLATION"), p.is("WITH", "SCHEMA"):
		p.alterOther(start, a)
	case a.Object == plan.ViewObject && (p.accept("AS") || p.beginsQuery(p.i)):
		at := p.i
		a.Kind, a.Query = plan.AlterViewAs, p.query()
		a.Text = p.between(at)
	case p.isOneOf("TOUCH", "ARCHIVE", "UNARCHIVE", "COMPACT", "CONCATENATE", "CLUSTERED", "NOT", "SKEWED", "EXCHANGE"):
		what := "ALTER TABLE " + p.cur().word
		p.rest()
		p.notAllowed(start, what)
	default:
		p.unexpected()
	}
	a.Node = p.at(start)
	return a
}

// alterOther takes the rest of what is parsed no further.
func (p *parser) alterOther(start int, a *plan.Alter) {
	p.rest()
	a.Kind, a.Text = plan.AlterOther, p.between(start)
}

func (p *parser) alterRename(a *plan.Alter) {
	switch {
	case p.accept("COLUMN"):
		a.Kind = plan.AlterRenameColumn
		c := plan.AlterColumnDef{Path: p.parts()}
		p.expect("TO")
		c.NewName = p.objectIdent()
		a.Columns = []plan.AlterColumnDef{c}
	case len(a.Partitions) == 1:
		p.expect("TO")
		a.Kind, a.Partitions = plan.AlterRenamePartition, append(a.Partitions, p.partition())
	default:
		p.expect("TO")
		a.Kind, a.NewName = plan.AlterRename, p.name()
	}
}

func (p *parser) alterSet(start int, a *plan.Alter) {
	switch {
	case p.acceptOneOf("TBLPROPERTIES", "DBPROPERTIES", "PROPERTIES") != "":
		a.Kind, a.Properties = plan.AlterSetProperties, p.properties()
	case p.accept("LOCATION"):
		a.Kind, a.Location = plan.AlterSetLocation, p.str()
	case p.isOneOf("SERDE", "SERDEPROPERTIES", "FILEFORMAT", "SKEWED", "OWNER"):
		p.rest()
		p.notAllowed(start, "ALTER TABLE SET "+p.toks[start].word)
	default:
		p.unexpected()
	}
}

// propertyKeys takes (key, ...).
func (p *parser) propertyKeys() []plan.Property {
	p.expect("(")
	var list []plan.Property
	for ok := true; ok; ok = p.accept(",") {
		list = append(list, plan.Property{Key: p.propertyKey()})
	}
	p.expect(")")
	return list
}

func (p *parser) alterAdd(start int, a *plan.Alter) {
	exists := p.keep()
	switch {
	case p.is("PARTITION"):
		a.Kind, a.IfExists = plan.AlterAddPartition, exists
		for p.is("PARTITION") {
			a.Partitions = append(a.Partitions, p.partition())
			if p.accept("LOCATION") {
				a.Location = p.str()
			}
		}
	case p.acceptOneOf("COLUMN", "COLUMNS") != "":
		a.Kind = plan.AlterAddColumns
		paren := p.accept("(")
		p.addedColumns(a)
		if paren {
			p.expect(")")
		}
	case p.isOneOf("CONSTRAINT", "PRIMARY", "FOREIGN", "CHECK", "UNIQUE"):
		p.constraint()
	default:
		p.unexpected()
	}
}

// addedColumns takes column definitions with their places.
func (p *parser) addedColumns(a *plan.Alter) {
	for ok := true; ok; ok = p.accept(",") {
		start := p.i
		c := plan.AlterColumnDef{IfExists: p.keep(), Path: p.parts()}
		c.Def = plan.ColumnDef{Name: c.Path[len(c.Path)-1], Type: p.dataType()}
		for p.columnClause(&c) {
		}
		c.Def.Node = p.at(start)
		a.Columns = append(a.Columns, c)
	}
}

// columnClause takes one clause behind the type of an added column.
func (p *parser) columnClause(c *plan.AlterColumnDef) bool {
	switch {
	case p.accept("NOT", "NULL"):
		c.Def.NotNull = true
	case p.accept("DEFAULT"):
		c.Def.Default = p.expr()
	case p.accept("COMMENT"):
		c.Def.Comment, c.Def.HasComment = p.str(), true
	case p.accept("FIRST"):
		c.First = true
	case p.accept("AFTER"):
		c.After = p.objectIdent()
	default:
		return false
	}
	return true
}

func (p *parser) alterDrop(start int, a *plan.Alter) {
	if p.isOneOf("CONSTRAINT") {
		p.constraint()
	}
	columns := p.is("COLUMN") || p.is("COLUMNS")
	if columns {
		p.i++
	}
	a.IfExists = p.accept("IF", "EXISTS")
	switch {
	case columns:
		a.Kind = plan.AlterDropColumns
		paren := p.accept("(")
		for ok := true; ok; ok = p.accept(",") {
			a.Columns = append(a.Columns, plan.AlterColumnDef{Path: p.parts()})
		}
		if paren {
			p.expect(")")
		}
	case p.is("PARTITION"):
		a.Kind = plan.AlterDropPartition
		for ok := true; ok; ok = p.accept(",") {
			a.Partitions = append(a.Partitions, p.partition())
		}
		p.accept("PURGE")
	default:
		p.unexpected()
	}
}

// alterColumns takes ALTER [COLUMN] path change and CHANGE [COLUMN] path name
// type.
func (p *parser) alterColumns(a *plan.Alter) {
	change := p.next().word == "CHANGE"
	if p.is("COLUMN") || p.is("COLUMNS") {
		p.i++
	}
	a.Kind = plan.AlterColumn
	for ok := true; ok; ok = p.accept(",") {
		start := p.i
		c := plan.AlterColumnDef{Path: p.parts()}
		c.Def.Name = c.Path[len(c.Path)-1]
		if change && p.isIdentifier(p.cur()) && p.isIdentifier(p.ahead(1)) && !p.isOneOf("SET", "DROP", "COMMENT", "TYPE", "AFTER") {
			c.NewName = p.objectIdent()
			c.Def.Type = p.dataType()
		}
		for p.columnChange(&c) {
		}
		if p.i == start+2*len(c.Path)-1 {
			p.unexpected()
		}
		c.Def.Node = p.at(start)
		a.Columns = append(a.Columns, c)
	}
}

// columnChange takes one change of a column.
func (p *parser) columnChange(c *plan.AlterColumnDef) bool {
	switch {
	case p.accept("TYPE"):
		c.Def.Type = p.dataType()
	case p.accept("SET", "NOT", "NULL"):
		c.SetNull = true
	case p.accept("DROP", "NOT", "NULL"):
		c.DropNull = true
	case p.accept("SET", "DEFAULT"):
		c.Def.Default = p.expr()
	case p.accept("DROP", "DEFAULT"):
		c.DropDef = true
	default:
		return p.columnClause(c)
	}
	return true
}
