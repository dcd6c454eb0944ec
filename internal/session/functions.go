package session

import (
	"sort"
	"strings"
	"sync"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/fn"
)

// functions are the functions a session can call: the built-in ones and those
// that were registered, which win. Safe for concurrent use.
type functions struct {
	mu   sync.RWMutex
	temp map[string]any // *expr.Func, *expr.AggregateFunc, *expr.TableFunc by lower-case name; guarded by mu
}

func newFunctions() *functions { return &functions{temp: map[string]any{}} }

// Lookup implements analyze.Functions.
func (f *functions) Lookup(qualifier []string, name string) any {
	f.mu.RLock()
	t, ok := f.temp[lower(name)]
	f.mu.RUnlock()
	if ok && len(qualifier) == 0 {
		return t
	}
	if len(qualifier) > 0 && !builtinPath(qualifier) {
		return nil
	}
	return builtin(name)
}

// builtin returns the built-in function of that name, nil if there is none.
func builtin(name string) any {
	f, ok := fn.Lookup(name)
	switch {
	case !ok:
		return nil
	case f.Scalar != nil:
		return f.Scalar
	case f.Aggregate != nil:
		return f.Aggregate
	}
	return f.Table
}

// builtinPath reports whether a path may stand before a built-in function.
func builtinPath(q []string) bool {
	p := strings.ToLower(strings.Join(q, "."))
	return p == "builtin" || p == "system.builtin"
}

// register adds or replaces a function of the session.
func (f *functions) register(name string, fun any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.temp[lower(name)] = fun
}

// drop removes a function of the session and reports whether there was one.
func (f *functions) drop(name string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, ok := f.temp[lower(name)]
	delete(f.temp, lower(name))
	return ok
}

// names returns the names of the session's own functions, sorted.
func (f *functions) names() []string {
	f.mu.RLock()
	defer f.mu.RUnlock()
	out := make([]string, 0, len(f.temp))
	for n := range f.temp {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

// Register adds a scalar, aggregate or table function to the session.
func (s *Session) Register(name string, f any) {
	switch f.(type) {
	case *expr.Func, *expr.AggregateFunc, *expr.TableFunc:
		s.funcs.register(name, f)
	default:
		panic("session: Register wants a function of package expr")
	}
}
