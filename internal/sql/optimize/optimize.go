// Package optimize rewrites analysed plans into ones that mean the same and
// cost less, and replaces forms that lowering does not know: subqueries,
// distinct aggregates, INTERSECT and EXCEPT, aliases.
//
// Each rule stands in a file of its own: a function from a tree to a tree that
// returns the same pointer if it changed nothing. Output attributes keep their
// identities, order and types.
package optimize

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Functions finds built-in functions by name.
type Functions interface {
	Lookup(qualifier []string, name string) any
}

// Optimizer rewrites plans. It is immutable and may serve several queries.
type Optimizer struct {
	Session   *expr.Session
	IDs       *logical.IDs
	Functions Functions
	// BroadcastBytes is up to which size a join side is kept in memory whole
	// (spark.sql.autoBroadcastJoinThreshold); -1 for never.
	BroadcastBytes int64
	// Trace, if not nil, sees the tree after each rule that changed it.
	Trace func(rule string, n logical.Node)

	calls expr.Calls // constants that stay calls
}

// rule is one rewrite.
type rule struct {
	name  string
	apply func(*Optimizer, logical.Node) (logical.Node, error)
}

// The rules by phase. required make the plan one that lowering knows, simplify
// runs until nothing changes, finish runs once.
var (
	required = []rule{
		{"dropAliases", dropAliases},
		{"unnest", unnest},
		{"setOperations", setOperations},
		{"distinctRelations", distinctRelations},
	}
	simplify = []rule{
		{"fold", fold},
		{"factorOrs", factorOrs},
		{"pushFilters", pushFilters},
		{"outerJoins", outerJoins},
		{"mergeProjects", mergeProjects},
		{"pushLimits", pushLimits},
	}
	// arrange runs once, and what it moved is simplified again.
	arrange = []rule{
		{"orderJoins", orderJoins},
		{"reduceGroups", reduceGroups},
		{"lowerSemiJoins", lowerSemiJoins},
	}
	finish = []rule{
		{"distinctAggregates", distinctAggregates},
		{"oneZero", oneZero},
		{"pruneColumns", pruneColumns},
		{"mergeProjects", mergeProjects},
		{"scanFilters", scanFilters},
		{"buildSides", buildSides},
	}
)

// maxRounds bounds the fix-point: rules that chase each other are a bug, and a
// plan that is not yet best is still right.
const maxRounds = 50

// Optimize returns the plan to lower.
func (o *Optimizer) Optimize(n logical.Node) (logical.Node, error) {
	n, err := o.run(required, n)
	if err != nil {
		return nil, err
	}
	if n, err = o.simplified(n); err != nil {
		return nil, err
	}
	m, err := o.run(arrange, n)
	if err != nil {
		return nil, err
	}
	if m != n {
		if m, err = o.simplified(m); err != nil {
			return nil, err
		}
	}
	return o.run(finish, m)
}

// simplified runs the rules of simplify until nothing changes.
func (o *Optimizer) simplified(n logical.Node) (logical.Node, error) {
	for range maxRounds {
		m, err := o.run(simplify, n)
		if err != nil || m == n {
			return m, err
		}
		n = m
	}
	return n, nil
}

func (o *Optimizer) run(rules []rule, n logical.Node) (logical.Node, error) {
	for _, r := range rules {
		m, err := r.apply(o, n)
		if err != nil {
			return nil, err
		}
		if m != n && o.Trace != nil {
			o.Trace(r.name, m)
		}
		n = m
	}
	return n, nil
}

// call applies a built-in function.
func (o *Optimizer) call(name string, args ...expr.Node) (expr.Node, error) {
	fn, ok := o.Functions.Lookup(nil, name).(*expr.Func)
	if !ok {
		return nil, sparkerr.Internalf("the function %s is missing", name)
	}
	return expr.NewCall(o.Session, fn, args, sparkerr.Origin{})
}

// aggregate applies a built-in aggregate function.
func (o *Optimizer) aggregate(name string, args ...expr.Node) (*logical.AggregateCall, error) {
	fn, ok := o.Functions.Lookup(nil, name).(*expr.AggregateFunc)
	if !ok {
		return nil, sparkerr.Internalf("the aggregate function %s is missing", name)
	}
	sig, err := fn.Resolve(o.Session, expr.ArgsOf(args))
	if err != nil {
		return nil, err
	}
	c := &logical.AggregateCall{Fn: fn, Sig: sig}
	for i, a := range args {
		c.Args = append(c.Args, expr.CastTo(a, sig.Args[i], o.Session))
	}
	return c, nil
}

func (o *Optimizer) context() *expr.Context {
	return &expr.Context{ANSI: o.Session.ANSI, Zone: o.Session.Zone}
}

// literal returns the value of a boolean literal: known false for others.
func literal(e expr.Node) (value, null, known bool) {
	l, ok := e.(*expr.Literal)
	if !ok || l.T.Kind() != sqltype.KindBoolean && l.T.Kind() != sqltype.KindNull {
		return false, false, false
	}
	b, _ := l.Value.(bool)
	return b, l.Value == nil, true
}

// empty is a relation of no rows.
func empty(n logical.Node) logical.Node { return &logical.Values{Out: n.Output()} }
