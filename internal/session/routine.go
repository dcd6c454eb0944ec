package session

import (
	"strconv"

	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/analyze"
	"github.com/spatestream/spate/sparkerr"
)

func itoa(n int) string { return strconv.Itoa(n) }

// createFunction runs CREATE FUNCTION ... RETURN expression.
func (s *Session) createFunction(st *plan.CreateFunction) error {
	if st.Body == nil || st.IsTable {
		return sparkerr.New("UNSUPPORTED_FEATURE", "only functions that RETURN an expression are supported by this version of Spate; register Go functions by the API").At(st.Where())
	}
	name := st.Name.Last()
	if s.funcs.own(name) {
		switch st.IfExists {
		case plan.KeepIfExists:
			return nil
		case plan.FailIfExists:
			return sparkerr.New("ROUTINE_ALREADY_EXISTS", "there is a function "+plan.Quote(name)+": use CREATE OR REPLACE",
				"routineName", plan.Quote(name), "newRoutineType", "routine", "existingRoutineType", "routine").At(st.Where())
		}
	}
	s.funcs.register(name, &analyze.SQLFunc{Name: name, Params: st.Params, Returns: st.Returns, Body: st.Body})
	return nil
}

// own reports whether the session has a function of its own of that name.
func (f *functions) own(name string) bool {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.temp[lower(name)] != nil
}
