package parser

import "github.com/spatestream/spate/internal/plan"

func (p *parser) insertStatement(start int) plan.Statement {
	s := p.insertInto(start)
	switch x := s.(type) {
	case *plan.Insert:
		x.Query = p.query()
		x.Node = p.at(start)
	case *plan.InsertDirectory:
		x.Query = p.query()
		x.Node = p.at(start)
	}
	return s
}

// insertInto takes INSERT up to its query.
func (p *parser) insertInto(start int) plan.Statement {
	p.expect("INSERT")
	p.accept("WITH", "SCHEMA", "EVOLUTION")
	i := &plan.Insert{}
	switch {
	case p.accept("OVERWRITE"):
		i.Overwrite = true
		if p.is("DIRECTORY") || p.is("LOCAL", "DIRECTORY") {
			return p.insertDirectory()
		}
	default:
		p.expect("INTO")
	}
	if p.is("TABLE") && p.isIdentifier(p.ahead(1)) {
		p.i++
	}
	i.Table = p.name()
	i.Options = p.withOptions()
	if p.is("PARTITION", "(") {
		i.Partition = p.partition()
		i.IfNotExists = p.accept("IF", "NOT", "EXISTS")
	}
	if p.accept("REPLACE", "WHERE") {
		if i.Overwrite {
			p.i -= 2
			p.unexpected()
		}
		i.ReplaceOn = p.expr()
	}
	switch {
	case p.accept("BY", "NAME"):
		i.ByName = true
	case p.is("(") && !p.atQuery(p.i):
		i.Columns = p.identList()
	}
	i.Node = p.at(start)
	return i
}

func (p *parser) insertDirectory() *plan.InsertDirectory {
	d := &plan.InsertDirectory{Local: p.accept("LOCAL")}
	p.expect("DIRECTORY")
	if p.isString(p.cur()) {
		d.Path = p.str()
	}
	if p.accept("USING") {
		d.Provider = p.providerName()
	}
	if p.accept("OPTIONS") {
		d.Options = p.properties()
	}
	return d
}

// partition takes PARTITION (a = 1, b).
func (p *parser) partition() []plan.PartitionValue {
	p.expect("PARTITION", "(")
	var list []plan.PartitionValue
	for ok := true; ok; ok = p.accept(",") {
		v := plan.PartitionValue{Column: p.objectIdent()}
		if p.accept("=") {
			v.Value = p.value(1)
		}
		list = append(list, v)
	}
	p.expect(")")
	return list
}

// target takes the table of DELETE, UPDATE and MERGE with its alias.
func (p *parser) target() plan.Relation {
	start := p.i
	name := p.name()
	return p.aliased(start, &plan.Table{Name: name, Node: p.at(start)})
}

func (p *parser) deleteStatement(start int) plan.Statement {
	p.i++
	p.expect("FROM")
	d := &plan.Delete{Table: p.target()}
	if p.accept("WHERE") {
		d.Cond = p.expr()
	}
	d.Node = p.at(start)
	return d
}

func (p *parser) update(start int) plan.Statement {
	p.i++
	u := &plan.Update{Table: p.target()}
	p.expect("SET")
	u.Set = p.assignments()
	if p.accept("WHERE") {
		u.Cond = p.expr()
	}
	u.Node = p.at(start)
	return u
}

// assignments takes column = value, ...
func (p *parser) assignments() []plan.Assignment {
	var list []plan.Assignment
	for ok := true; ok; ok = p.accept(",") {
		a := plan.Assignment{Column: p.parts()}
		p.expect("=")
		a.Value = p.valuesItem()
		list = append(list, a)
	}
	return list
}

func (p *parser) merge(start int) plan.Statement {
	p.i++
	m := &plan.Merge{Evolve: p.accept("WITH", "SCHEMA", "EVOLUTION")}
	p.expect("INTO")
	m.Target = p.target()
	p.expect("USING")
	at := p.i
	if p.is("(") {
		m.Source = p.aliased(at, p.parenQuery())
	} else {
		m.Source = p.target()
	}
	p.expect("ON")
	m.On = p.expr()
	for p.is("WHEN") {
		m.Actions = append(m.Actions, p.mergeAction())
	}
	m.Node = p.at(start)
	if len(m.Actions) == 0 {
		p.failFrom(start, "MERGE_WITHOUT_WHEN", "MERGE needs at least one WHEN clause.")
	}
	return m
}

func (p *parser) mergeAction() plan.MergeAction {
	p.expect("WHEN")
	var a plan.MergeAction
	switch {
	case p.accept("MATCHED"):
	default:
		p.expect("NOT", "MATCHED")
		a.Match = plan.NotMatched
		if p.accept("BY", "SOURCE") {
			a.Match = plan.NotMatchedBySource
		} else {
			p.accept("BY", "TARGET")
		}
	}
	if p.accept("AND") {
		a.Cond = p.expr()
	}
	p.expect("THEN")
	switch {
	case p.accept("DELETE"):
		a.Do = plan.MergeDelete
	case p.accept("UPDATE"):
		p.expect("SET")
		if a.Star = p.accept("*"); !a.Star {
			a.Assign = p.assignments()
		}
	default:
		p.expect("INSERT")
		a.Do = plan.MergeInsert
		p.mergeInsert(&a)
	}
	return a
}

// mergeInsert takes INSERT * and INSERT (columns) VALUES (values).
func (p *parser) mergeInsert(a *plan.MergeAction) {
	if a.Star = p.accept("*"); a.Star {
		return
	}
	p.expect("(")
	for ok := true; ok; ok = p.accept(",") {
		a.Assign = append(a.Assign, plan.Assignment{Column: p.parts()})
	}
	p.expect(")", "VALUES", "(")
	for i := range a.Assign {
		if i > 0 {
			p.expect(",")
		}
		a.Assign[i].Value = p.valuesItem()
	}
	p.expect(")")
}
