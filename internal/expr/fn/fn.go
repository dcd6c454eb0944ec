// Package fn is the registry of built-in functions: the sum of the families
// below it. How a family is written says package expr/def.
package fn

import (
	"sort"
	"strings"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/fn/aggregate"
	"github.com/spatestream/spate/internal/expr/fn/arith"
	"github.com/spatestream/spate/internal/expr/fn/cast"
	"github.com/spatestream/spate/internal/expr/fn/collection"
	"github.com/spatestream/spate/internal/expr/fn/compare"
	"github.com/spatestream/spate/internal/expr/fn/datetime"
	"github.com/spatestream/spate/internal/expr/fn/math"
	"github.com/spatestream/spate/internal/expr/fn/misc"
	"github.com/spatestream/spate/internal/expr/fn/record"
	"github.com/spatestream/spate/internal/expr/fn/table"
	"github.com/spatestream/spate/internal/expr/fn/text"
)

// scalars and the two lists below are the families; a new one is a line here.
var scalars = [][]*expr.Func{
	compare.All(),
	arith.All(),
	math.All(),
	misc.All(),
	cast.All(),
	datetime.All(),
	text.All(),
	collection.All(),
	record.All(),
}

var aggregates = [][]*expr.AggregateFunc{
	aggregate.All(),
}

var tables = [][]*expr.TableFunc{
	table.All(),
	record.Tables(),
}

// Function is one of the three kinds.
type Function struct {
	Scalar    *expr.Func
	Aggregate *expr.AggregateFunc
	Table     *expr.TableFunc
}

var byName = index()

func index() map[string]Function {
	m := map[string]Function{}
	for _, list := range scalars {
		for _, f := range list {
			for _, name := range append([]string{f.Name}, f.Alias...) {
				put(m, name, Function{Scalar: f})
			}
		}
	}
	for _, name := range []string{"to_char", "to_varchar"} { // of times here, of numbers in fn/text
		m[name] = Function{Scalar: datetime.ToChar(name, m[name].Scalar)}
	}
	for _, list := range aggregates {
		for _, f := range list {
			for _, name := range append([]string{f.Name}, f.Alias...) {
				put(m, name, Function{Aggregate: f})
			}
		}
	}
	for _, list := range tables {
		for _, f := range list {
			put(m, f.Name, Function{Table: f})
		}
	}
	return m
}

func put(m map[string]Function, name string, f Function) {
	if _, dup := m[name]; dup {
		panic("fn: two functions are called " + name)
	}
	m[name] = f
}

// Lookup returns the function of that name or alias, in any case.
func Lookup(name string) (Function, bool) {
	f, ok := byName[strings.ToLower(name)]
	return f, ok
}

// Names returns all names and aliases in order.
func Names() []string {
	names := make([]string, 0, len(byName))
	for n := range byName {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// All returns every function once, in the order of names.
func All() []Function {
	var all []Function
	for _, name := range Names() {
		if f := byName[name]; f.Name() == name {
			all = append(all, f)
		}
	}
	return all
}

// Name returns the function's first name.
func (f Function) Name() string {
	switch {
	case f.Scalar != nil:
		return f.Scalar.Name
	case f.Aggregate != nil:
		return f.Aggregate.Name
	case f.Table != nil:
		return f.Table.Name
	}
	return ""
}
