package topology

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/sparkerr"
)

// given notes a mistake unless all that somebody needs is there: functions,
// constructors, and what options hand over.
func (j *Job) given(who string, there ...bool) {
	if slices.Contains(there, false) {
		j.mistake("%s", exec.NotGiven(who).Message)
	}
}

// there returns the job. Of nil, which has no place for mistakes, it panics: of a
// Job that was not made, or the zero Stream.
func (j *Job) there() *Job {
	if j == nil {
		panic(sparkerr.New("", "a nil Job, or the zero Stream, is of no job: begin with NewJob, and take streams from AddSource and what reads them").At(exec.CallSite()))
	}
	return j
}

// given is that of a component.
func (c *component) given(there ...bool) {
	c.job.given(fmt.Sprintf("%s %q", c.role, c.name), there...)
}

// needs is that of a component, among its settings.
func needs(there ...bool) Setting { return func(c *component) { c.given(there...) } }

// with puts settings of the engine's before the user's.
func with(settings []Setting, own ...Setting) []Setting { return append(own, settings...) }

// given is that of a way to share out what a stream gives.
func (s Stream[T]) given(how string, there ...bool) {
	var from []string
	for _, r := range s.refs {
		from = append(from, fmt.Sprintf("%q", r.from.name))
	}
	s.job.given(how+" of what "+strings.Join(from, ", ")+" gives", there...)
}

// isNil reports whether v is nothing that could be called.
func isNil(v any) bool {
	switch x := reflect.ValueOf(v); x.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Pointer, reflect.Func:
		return x.IsNil()
	}
	return false
}
