package spate

import (
	"runtime"
	"strings"

	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/sparkerr"
)

// callSite returns where the user wrote the operation.
func callSite() sparkerr.Origin { return exec.CallSite() }

// locate gives an error that has no place yet that of a call.
func locate(err error, at sparkerr.Origin) error {
	if e, ok := err.(*sparkerr.Error); ok {
		return e.At(at)
	}
	return err
}

// written gives an error in an SQL text the place of the call the text was
// given to.
func written(err error, at sparkerr.Origin) error {
	e, ok := err.(*sparkerr.Error)
	if !ok || e.Origin.SQL == "" {
		return locate(err, at)
	}
	c := *e
	c.Origin.File, c.Origin.Line = at.File, at.Line
	return &c
}

// panicSite returns where the user's code panicked. It is called by the
// deferred function that recovers.
func panicSite() sparkerr.Origin {
	var pcs [64]uintptr
	n := runtime.Callers(2, pcs[:])
	frames := runtime.CallersFrames(pcs[:n])
	for panicked := false; ; {
		f, more := frames.Next()
		switch {
		case f.Function == "runtime.gopanic" || f.Function == "runtime.sigpanic":
			panicked = true
		case panicked && !strings.HasPrefix(f.Function, "runtime."):
			return sparkerr.Origin{File: f.File, Line: f.Line}
		}
		if !more {
			return sparkerr.Origin{}
		}
	}
}
