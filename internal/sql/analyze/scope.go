package analyze

import (
	"strings"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// scope is columns that a name may mean.
type scope struct {
	attrs []*logical.Attr
	// yields: where the name is ambiguous here the next scope decides.
	yields bool
	// grouped: the scope around is that of a HAVING or ORDER BY, which may
	// compute aggregates for a subquery.
	grouped bool
}

// resolve finds the column or struct field a dotted name means: nil if there
// is none, an error if there are several.
func (a *Analyzer) resolve(s *scope, parts []string, at sparkerr.Origin) (expr.Node, error) {
	found, rest := a.candidates(s, parts)
	switch len(found) {
	case 0:
		return nil, nil
	case 1:
		t := found[0]
		if len(rest) == 0 && t.Name != parts[len(parts)-1] { // as the user writes it
			t = t.Renamed(parts[len(parts)-1])
		}
		return a.fields(t, rest, at)
	}
	names := make([]string, len(found))
	for i, f := range found {
		names[i] = quotePath(append(append([]string(nil), f.Qualifier...), f.Name))
	}
	return nil, fail(at, "AMBIGUOUS_REFERENCE",
		"The name "+quotePath(parts)+" means several columns: "+strings.Join(names, ", ")+". Qualify it.",
		"name", quotePath(parts), "referenceNames", "["+strings.Join(names, ", ")+"]")
}

// candidates returns the distinct attributes that the longest qualified
// reading of parts means, and the parts that are fields below them.
func (a *Analyzer) candidates(s *scope, parts []string) (found []*logical.Attr, rest []string) {
	for q := min(3, len(parts)-1); q >= 0; q-- {
		seen := logical.Set{}
		for _, t := range s.attrs {
			if a.same(t.Name, parts[q]) && a.qualified(t.Qualifier, parts[:q]) && !seen[t.ID] && (q > 0 || !t.Hidden || t.Meta) {
				seen[t.ID] = true
				found = append(found, t)
			}
		}
		if len(found) > 0 {
			return found, parts[q+1:]
		}
	}
	return nil, nil
}

// qualified reports whether path ends in parts.
func (a *Analyzer) qualified(path, parts []string) bool {
	if len(parts) > len(path) {
		return false
	}
	tail := path[len(path)-len(parts):]
	for i, p := range parts {
		if !a.same(tail[i], p) {
			return false
		}
	}
	return true
}

// fields takes members of structs, one after the other.
func (a *Analyzer) fields(e expr.Node, names []string, at sparkerr.Origin) (expr.Node, error) {
	for _, name := range names {
		var err error
		if e, err = a.field(e, name, at); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// field takes a member of a struct, of an array's structs, or a map's value.
func (a *Analyzer) field(e expr.Node, name string, at sparkerr.Origin) (expr.Node, error) {
	t := e.Type()
	if arr, ok := t.(*sqltype.Array); ok {
		if _, is := arr.Elem.(*sqltype.Struct); is {
			t = arr.Elem
		}
	}
	st, ok := t.(*sqltype.Struct)
	if !ok {
		if t.Kind() == sqltype.KindMap {
			return a.item(e, textLiteral(name), at)
		}
		return nil, fail(at, "INVALID_EXTRACT_BASE_FIELD_TYPE",
			"Cannot take "+plan.Quote(name)+" from "+quoteExpr(e)+": it has the type "+quoteType(e.Type())+", and only structs, arrays and maps have parts.",
			"base", quoteExpr(e), "other", quoteType(e.Type()))
	}
	k, n := -1, 0
	for i, f := range st.Fields {
		if a.same(f.Name, name) {
			k, n = i, n+1
		}
	}
	switch {
	case n == 0:
		fields := make([]string, len(st.Fields))
		for i, f := range st.Fields {
			fields[i] = plan.Quote(f.Name)
		}
		return nil, fail(at, "FIELD_NOT_FOUND", "There is no field "+plan.Quote(name)+" in "+strings.Join(fields, ", ")+".",
			"fieldName", plan.Quote(name), "fields", strings.Join(fields, ", "))
	case n > 1:
		return nil, fail(at, "AMBIGUOUS_REFERENCE_TO_FIELDS", "The struct has "+plan.Quote(name)+" several times; rename its fields.",
			"field", plan.Quote(name), "count", itoa(n))
	}
	return &expr.Field{Arg: e, Ordinal: k, Name: st.Fields[k].Name}, nil
}

// notFound is the error of a name that means no column, with the columns most
// like it.
func (a *Analyzer) notFound(parts []string, attrs []*logical.Attr, at sparkerr.Origin) error {
	name := quotePath(parts)
	if len(attrs) == 0 {
		return fail(at, "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION",
			"There is no column, variable or parameter named "+name+" here, and the query has no input with columns.", "objectName", name)
	}
	list := strings.Join(suggest(parts, attrs), ", ")
	return fail(at, "UNRESOLVED_COLUMN.WITH_SUGGESTION",
		"There is no column, variable or parameter named "+name+" here. Did you mean one of: ["+list+"]?",
		"objectName", name, "proposal", list)
}

func quotePath(parts []string) string { return plan.Name{Parts: parts}.Quoted() }

func quoteExpr(e expr.Node) string { return `"` + e.String() + `"` }

func quoteType(t sqltype.Type) string { return expr.SQLName(t) }
