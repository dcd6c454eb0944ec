package exec

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/spatestream/spate/sparkerr"
)

// Protect calls f and turns a panic into an error: the user's, with file and
// line, if user code is nearest to it.
func Protect(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicked(p)
		}
	}()
	return f()
}

// panicked makes an error of a panic caught on this goroutine. It is the
// user's if a frame of a package outside the engine, the standard library
// excepted, stands nearest to it.
//
// Where user code calls the engine in a way it refuses, and cannot be returned
// an error, the engine panics with a user's error, which stays as it is.
func panicked(p any) error {
	if e, ok := p.(*sparkerr.Error); ok && e.Kind == sparkerr.UserCode {
		return e
	}
	frames := make([]uintptr, 64)
	frames = frames[:runtime.Callers(3, frames)]
	origin, users := Blame(frames)
	cause, _ := p.(error)
	if key := unhashable(cause); key != "" && !users {
		return &sparkerr.Error{Kind: sparkerr.UserCode, Cause: cause,
			Message: "a key is a " + key + ", which == does not compare: what an interface holds as a key must be of a type that it does"}
	}
	if given(nearest(frames)) {
		origin, users = sparkerr.Origin{}, true // the operation's place is known above
	}
	e := sparkerr.Internalf("the engine panicked: %v; this is a bug, please report it", p)
	if users {
		e = &sparkerr.Error{Message: fmt.Sprintf("user code panicked: %v", p), Kind: sparkerr.UserCode}
	}
	e.Origin, e.Cause = origin, cause
	return e
}

// Blame returns the first frame of a stack that is neither the runtime's nor of
// the standard library, and whether it is outside the engine.
func Blame(stack []uintptr) (sparkerr.Origin, bool) {
	own, first := nearest(stack)
	if own.Function == "" {
		return sparkerr.Origin{File: first.File, Line: first.Line}, false
	}
	return sparkerr.Origin{File: own.File, Line: own.Line}, !engine(own)
}

// nearest returns the first frame of a stack that is neither the runtime's nor of
// the standard library, and before it the first of the standard library; either
// may be missing.
func nearest(stack []uintptr) (own, first runtime.Frame) {
	frames := runtime.CallersFrames(stack)
	root := "" // where the standard library lies; unknown in trimmed builds
	for {
		f, more := frames.Next()
		if i := strings.LastIndex(f.File, "/src/runtime/"); i >= 0 && strings.HasPrefix(f.Function, "runtime.") {
			root = f.File[:i+len("/src/")]
		}
		if root != "" && !strings.HasPrefix(f.File, root) || root == "" && !standard(f.Function) {
			return f, first
		}
		if first.Function == "" && !strings.HasPrefix(f.Function, "runtime.") {
			first = f
		}
		if !more {
			return own, first
		}
	}
}

// given reports whether a function of the standard library that panicked is taken
// to be one that the program gave to an operation: what calls those is generic and
// lies in the packages of typed programs.
func given(own, first runtime.Frame) bool {
	if first.Function == "" || !engine(own) || !strings.Contains(own.Function, "[...]") {
		return false
	}
	name := strings.TrimPrefix(own.Function, module+"/")
	return strings.HasPrefix(name, "rdd.") || strings.HasPrefix(name, "dstream.") || strings.HasPrefix(name, "topology.")
}

// standard guesses whether a function belongs to the standard library: the
// first element of its import path has no dot, and it is not package main.
func standard(function string) bool {
	function, _, _ = strings.Cut(function, "[") // type arguments are of other packages
	path, _, nested := strings.Cut(function, "/")
	if !nested {
		path, _, _ = strings.Cut(path, ".")
		return path != "main"
	}
	return !strings.Contains(path, ".")
}

// unhashable returns the type of the key for which a map or a hash of the engine
// has panicked, "" for another panic: the runtime and hash/maphash have no more
// than a text for it.
func unhashable(panicked error) string {
	if panicked == nil {
		return ""
	}
	for _, says := range []string{"hash of unhashable type", "comparing uncomparable type"} {
		if _, key, ok := strings.Cut(panicked.Error(), says); ok {
			return strings.TrimLeft(key, ": ")
		}
	}
	return ""
}
