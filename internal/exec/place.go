package exec

import (
	"runtime"
	"slices"
	"strings"

	"github.com/spatestream/spate/sparkerr"
)

const module = "github.com/spatestream/spate"

// Place is the callers of a call, which cost little to note and are only looked
// into when somebody asks. Calls of the same stack are the same place.
type Place [16]uintptr

// Here is the place of the caller's caller.
func Here() (p Place) {
	runtime.Callers(3, p[:])
	return p
}

// Site returns the user's call of the engine that led to the place: the first
// frame outside it, unknown if there is none.
func (p *Place) Site() sparkerr.Origin {
	n := 0
	for n < len(p) && p[n] != 0 {
		n++
	}
	return site(p[:n])
}

// CallSite returns the user's call of the engine that led here, as Place.Site.
func CallSite() sparkerr.Origin {
	var at [64]uintptr
	return site(at[:runtime.Callers(2, at[:])])
}

func site(stack []uintptr) sparkerr.Origin {
	f := find(stack, func(f runtime.Frame) bool { return !engine(f) && !carries(f) })
	return sparkerr.Origin{File: f.File, Line: f.Line}
}

// CalledBy returns the nearest caller among functions, named as the runtime does
// from the module's path on ("internal/exec.Work"), "" if there is none.
func CalledBy(functions ...string) string {
	inner := func(f runtime.Frame) string { return strings.TrimPrefix(f.Function, module+"/") }
	return inner(find(stack(), func(f runtime.Frame) bool { return slices.Contains(functions, inner(f)) }))
}

// find returns the first frame of a stack that is wanted; the zero frame if none is.
func find(stack []uintptr, wanted func(runtime.Frame) bool) runtime.Frame {
	for frames := runtime.CallersFrames(stack); ; {
		f, more := frames.Next()
		if f.Function != "" && wanted(f) {
			return f
		}
		if !more {
			return runtime.Frame{}
		}
	}
}

// stack is all callers of this goroutine.
func stack() []uintptr {
	for size := 128; ; size *= 2 {
		all := make([]uintptr, size)
		if n := runtime.Callers(2, all); n < size {
			return all[:n]
		}
	}
}

// root is where the files of the module lie: their paths in this build begin so.
var root = func() string {
	_, file, _, _ := runtime.Caller(0)
	return strings.TrimSuffix(file, "/internal/exec/place.go")
}()

// engine reports whether a frame is ours; tests, examples and the other programs
// of the module count as users. The file goes before the function: a closure of ours
// that is inlined has the name of the function it is inlined into. What the compiler
// made, or the standard library had inlined into ours, has no file of ours.
func engine(f runtime.Frame) bool {
	inner, ok := strings.CutPrefix(f.File, root)
	if !ok {
		inner, ok = strings.CutPrefix(f.Function, module)
	}
	if !ok || inner == "" || inner[0] != '/' && inner[0] != '.' || strings.HasSuffix(f.File, "_test.go") {
		return false
	}
	for _, programs := range []string{"/examples/", "/bench/", "/conformance/", "/internal/faulttest/"} {
		if strings.HasPrefix(inner, programs) {
			return false
		}
	}
	return true
}

// carries reports whether a frame is of the runtime, or of the standard library
// where it calls functions of the engine.
func carries(f runtime.Frame) bool {
	pkg, _, _ := strings.Cut(f.Function, ".")
	return pkg == "runtime" || pkg == "sync" || pkg == "context" || pkg == "iter" || pkg == "slices"
}
