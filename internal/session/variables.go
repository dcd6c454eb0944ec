package session

import (
	"context"
	"strings"
	"sync"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/analyze"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/internal/sql/parser"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// variables are the session's own, by lower-case name. Safe for concurrent use.
type variables struct {
	mu  sync.RWMutex
	all map[string]*variable // guarded by mu
}

// variable is a named value; to change it is to replace it.
type variable struct {
	name     string
	value    *expr.Literal
	fallback plan.Expr // DEFAULT
}

// Variable implements analyze.Variables.
func (v *variables) Variable(name []string) (*expr.Literal, string) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	x := v.all[variableKey(name)]
	if x == nil {
		return nil, ""
	}
	return x.value, "system.session." + x.name
}

// variableKey is the key of v, session.v and system.session.v, "" for others.
func variableKey(name []string) string {
	path := lower(strings.Join(name[:len(name)-1], "."))
	if path != "" && path != "session" && path != "system.session" {
		return ""
	}
	return lower(name[len(name)-1])
}

func (v *variables) get(name []string) *variable {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.all[variableKey(name)]
}

func (v *variables) set(name []string, x *variable) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.all == nil {
		v.all = map[string]*variable{}
	}
	v.all[variableKey(name)] = x
}

func (v *variables) drop(name []string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	k := variableKey(name)
	_, ok := v.all[k]
	delete(v.all, k)
	return ok
}

func noVariable(n plan.Name, at plan.Statement) error {
	return sparkerr.New("UNRESOLVED_VARIABLE", "there is no variable "+n.Quoted()+" in this session: DECLARE it", "variableName", n.Quoted(), "searchPath", "`system`.`session`").At(at.Where())
}

// declare runs DECLARE VARIABLE.
func (s *Session) declare(ctx context.Context, st *plan.DeclareVariable) error {
	def := st.Default
	if def == nil {
		def = &plan.Literal{Node: plan.At(st.Where()), Type: sqltype.Null}
	}
	value, err := s.evaluate(ctx, def, st.Type)
	if err != nil {
		return err
	}
	for _, n := range st.Names {
		if variableKey(n.Parts) == "" {
			return sparkerr.New("INVALID_VARIABLE_DECLARATION.QUALIFIED_LOCAL_VARIABLE", "a variable lives in system.session, not in "+n.Quoted(), "varName", n.Quoted()).At(st.Where())
		}
		if s.vars.get(n.Parts) != nil && !st.Replace {
			return sparkerr.New("VARIABLE_ALREADY_EXISTS", "there is a variable "+n.Quoted()+": use DECLARE OR REPLACE", "variableName", "`system`.`session`."+plan.Quote(n.Last())).At(st.Where())
		}
		s.vars.set(n.Parts, &variable{name: n.Last(), value: value, fallback: def})
	}
	return nil
}

// evaluate computes one value, as type t unless that is nil.
func (s *Session) evaluate(ctx context.Context, e plan.Expr, t sqltype.Type) (*expr.Literal, error) {
	if t != nil {
		e = &plan.Cast{Node: plan.At(e.Where()), Child: e, Type: t}
	}
	n, err := s.Analyze(ctx, &plan.Project{Node: plan.At(e.Where()), Exprs: []plan.Expr{e}, Child: &plan.OneRow{Node: plan.At(e.Where())}})
	if err != nil {
		return nil, err
	}
	row, err := s.oneRow(ctx, n)
	if err != nil {
		return nil, err
	}
	return row[0], nil
}

// oneRow runs a query of at most one row and returns its values; of no row
// nulls.
func (s *Session) oneRow(ctx context.Context, n logical.Node) ([]*expr.Literal, error) {
	out := make([]*expr.Literal, len(n.Output()))
	for i, a := range n.Output() {
		out[i] = expr.NullOf(a.T)
	}
	count := 0
	err := s.run(ctx, n, func(b *columnar.Batch) error {
		count += b.Rows()
		if count > 1 {
			return sparkerr.New("ROW_SUBQUERY_TOO_MANY_ROWS", "the query makes more than the one row that variables take: add LIMIT 1")
		}
		for i, c := range b.Cols {
			out[i] = expr.Lit(c.Value(b.RowAt(0)), n.Output()[i].T)
		}
		return nil
	})
	return out, err
}

// setVariables runs SET VAR.
func (s *Session) setVariables(ctx context.Context, st *plan.SetVariable) error {
	for _, n := range st.Names {
		if s.vars.get(n.Parts) == nil {
			return noVariable(n, st)
		}
	}
	var values []*expr.Literal
	if st.Query != nil {
		n, err := s.Analyze(ctx, st.Query)
		if err != nil {
			return err
		}
		return s.assignQuery(ctx, n, st.Names, st)
	}
	for i, e := range st.Values {
		v := s.vars.get(st.Names[i].Parts)
		if _, ok := e.(*plan.DefaultValue); ok {
			e = v.fallback
		}
		x, err := s.evaluate(ctx, e, v.value.T)
		if err != nil {
			return err
		}
		values = append(values, x)
	}
	s.assignVariables(st.Names, values)
	return nil
}

// assignQuery gives variables the columns of a query's one row.
func (s *Session) assignQuery(ctx context.Context, n logical.Node, names []plan.Name, st plan.Statement) error {
	if len(n.Output()) != len(names) {
		return sparkerr.New("ASSIGNMENT_ARITY_MISMATCH", "the number of variables is not that of the query's columns", "numTarget", itoa(len(names)), "numExpr", itoa(len(n.Output()))).At(st.Where())
	}
	for _, name := range names {
		if s.vars.get(name.Parts) == nil {
			return noVariable(name, st)
		}
	}
	list := make([]expr.Node, len(names))
	for i, a := range n.Output() {
		v := s.vars.get(names[i].Parts)
		list[i] = logical.NewAlias(s.ids, expr.CastTo(a, v.value.T, s.exprSession()), a.Name)
	}
	row, err := s.oneRow(ctx, &logical.Project{List: list, Child: n})
	if err == nil {
		s.assignVariables(names, row)
	}
	return err
}

func (s *Session) assignVariables(names []plan.Name, values []*expr.Literal) {
	for i, n := range names {
		old := s.vars.get(n.Parts)
		s.vars.set(n.Parts, &variable{name: old.name, value: values[i], fallback: old.fallback})
	}
}

// executeImmediate runs EXECUTE IMMEDIATE: a query at once, since its arguments
// live no longer.
func (s *Session) executeImmediate(ctx context.Context, st *plan.ExecuteImmediate) (plan.Relation, error) {
	text, err := s.evaluate(ctx, st.Text, nil)
	if err != nil {
		return nil, err
	}
	sql, ok := text.Value.(string)
	if !ok {
		return nil, sparkerr.New("INVALID_EXPR_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE", "EXECUTE IMMEDIATE takes a text that is not null", "exprType", expr.SQLName(text.T)).At(st.Where())
	}
	inner, err := parser.Statement(sql, s.ParserOptions())
	if err != nil {
		return nil, err
	}
	q, ok := inner.(*plan.Query)
	if !ok {
		if len(st.Into) > 0 {
			return nil, sparkerr.New("INVALID_STATEMENT_FOR_EXECUTE_INTO", "INTO takes the row of a query, and the text is none", "sqlString", sql).At(st.Where())
		}
		return s.Statement(ctx, inner)
	}
	a := s.analyzer(ctx)
	if err := s.bindArguments(ctx, a, st.Using); err != nil {
		return nil, err
	}
	n, err := a.Relation(q.Relation)
	if err != nil {
		return nil, err
	}
	if len(st.Into) > 0 {
		return nothing, s.assignQuery(ctx, n, st.Into, st)
	}
	out := &plan.Local{Schema: logical.Schema(n.Output())}
	err = s.run(ctx, n, func(b *columnar.Batch) error {
		kept := columnar.NewBatch(out.Schema)
		kept.AppendBatch(b)
		out.Batches = append(out.Batches, kept)
		return nil
	})
	return out, err
}

// bindArguments evaluates USING: arguments by name or by position.
func (s *Session) bindArguments(ctx context.Context, a *analyze.Analyzer, using []plan.Expr) error {
	for _, e := range using {
		name := ""
		if al, ok := e.(*plan.Alias); ok {
			e, name = al.Child, al.Names[0]
		} else if at, ok := e.(*plan.Attribute); ok {
			name = at.Parts[len(at.Parts)-1]
		}
		if name != "" {
			if a.Named == nil {
				a.Named = map[string]plan.Expr{}
			}
			a.Named[name] = e
		}
		a.Positional = append(a.Positional, e)
	}
	return nil
}
