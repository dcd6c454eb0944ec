package spate

import (
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sparkerr"
)

// When begins CASE WHEN: value where condition is true. Chain further cases
// with Column.When and end with Otherwise; without it the rest is null.
func When(condition Column, value ColumnOrValue) Column {
	at := callSite()
	return Column{e: &plan.Case{Node: plan.At(at)}}.when(condition, value, at)
}

// When adds a case to a column that spate.When began: the first case whose
// condition is true gives the value.
func (c Column) When(condition Column, value ColumnOrValue) Column {
	return c.when(condition, value, callSite())
}

// Otherwise gives the value where no case of spate.When applies.
func (c Column) Otherwise(value ColumnOrValue) Column {
	at := callSite()
	old, ok := c.openCase(at)
	if !ok {
		return old
	}
	x := valueOf(value, at)
	c.note(x.err)
	k := *c.e.(*plan.Case)
	k.Else = x.e
	return c.wrap(&k)
}

func (c Column) when(condition Column, value ColumnOrValue, at sparkerr.Origin) Column {
	c, ok := c.openCase(at)
	if !ok {
		return c
	}
	cond, x := condition.valid(at), valueOf(value, at)
	c.note(cond.err)
	c.note(x.err)
	k := *c.e.(*plan.Case)
	k.Whens = append(k.Whens[:len(k.Whens):len(k.Whens)], cond.e)
	k.Thens = append(k.Thens[:len(k.Thens):len(k.Thens)], x.e)
	return c.wrap(&k)
}

// openCase reports whether c is a CASE that still takes cases.
func (c Column) openCase(at sparkerr.Origin) (Column, bool) {
	k, ok := c.e.(*plan.Case)
	if ok && k.Else == nil {
		return c, true
	}
	c.note(sparkerr.New("", "When and Otherwise follow spate.When, and nothing follows Otherwise").At(at))
	return c, false
}
