// Package sparkerr is the one error type of Spate: what went wrong in the terms
// of Apache Spark's error conditions, where the user caused it, and what to do
// next.
//
// Five kinds decide policy and nothing else does (see Kind). An error is
// handled or returned, never both logged and returned.
package sparkerr

import (
	"errors"
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"
)

// Kind says what the engine does about an error.
type Kind uint8

const (
	// UserData is a value or record the program cannot digest: permissive
	// reads null it, others drop it or fail the query.
	UserData Kind = iota
	// UserCode is a mistake of the program (SQL text, plan, user function):
	// the query fails with the place in the text or the file and line.
	UserCode
	// Transient is trouble outside that may pass (network, broker): it is
	// retried with backoff.
	Transient
	// Corruption is durable data that does not check: the query stops and
	// the file is named.
	Corruption
	// Internal is our bug: the query fails, the process lives.
	Internal
)

// Origin is where in the user's program an error was caused. The zero Origin
// is "unknown".
type Origin struct {
	SQL         string // statement text the offsets point into, "" for none
	Start, Stop int    // byte range [Start, Stop) in SQL
	File        string // Go source of the call that built the node
	Line        int    // 1-based line in File
}

// Error is an error with Spark's condition. It is immutable once returned.
type Error struct {
	Class   string            // condition, "CLASS" or "CLASS.SUBCLASS"; "" for none
	Message string            // what happened and what to do next, in our words
	Params  map[string]string // message parameters under Spark's names
	Kind    Kind
	Origin  Origin
	Cause   error // wrapped error, may be nil
}

// New makes a UserCode error of the condition. kv are message parameters,
// name and value in turn.
func New(class, message string, kv ...string) *Error {
	return &Error{Class: class, Message: message, Params: pairs(kv), Kind: UserCode}
}

// Data makes a UserData error of the condition: a value that cannot be
// digested at run time.
func Data(class, message string, kv ...string) *Error {
	return &Error{Class: class, Message: message, Params: pairs(kv), Kind: UserData}
}

// Internalf reports a bug of ours.
func Internalf(format string, args ...any) *Error {
	return &Error{Class: "INTERNAL_ERROR", Message: fmt.Sprintf(format, args...), Kind: Internal}
}

// Corrupt reports durable data that does not check; path names the file.
func Corrupt(path, format string, args ...any) *Error {
	return &Error{Message: path + ": " + fmt.Sprintf(format, args...), Kind: Corruption, Params: map[string]string{"path": path}}
}

// At returns a copy of e that points at o, unless e already has a place.
func (e *Error) At(o Origin) *Error {
	if e.Origin != (Origin{}) {
		return e
	}
	c := *e
	c.Origin = o
	return &c
}

// Because returns a copy of e that wraps cause.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.Cause = cause
	return &c
}

// SQLState returns the five-character SQLSTATE of the condition, "" if it has
// none.
func (e *Error) SQLState() string { return StateOf(e.Class) }

// Error prints as Spark prints: [CLASS] message SQLSTATE: xxxxx, then the
// place in the program.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Class != "" {
		b.WriteString("[" + e.Class + "] ")
	}
	b.WriteString(e.Message)
	if s := e.SQLState(); s != "" {
		b.WriteString(" SQLSTATE: " + s)
	}
	switch w := e.Origin.String(); {
	case e.Origin.SQL != "":
		b.WriteString(" (" + w + ")")
		if e.Origin.File != "" { // SQL within a Go program
			fmt.Fprintf(&b, "; %s:%d", e.Origin.File, e.Origin.Line)
		}
	case w != "":
		b.WriteString("; " + w)
	}
	if e.Cause != nil {
		b.WriteString(": " + e.Cause.Error())
	}
	if e.Origin.SQL != "" {
		b.WriteString("\n\n" + e.Origin.Excerpt())
	}
	return b.String()
}

// Unwrap returns the wrapped error.
func (e *Error) Unwrap() error { return e.Cause }

// ParamNames returns the names of the message parameters in order.
func (e *Error) ParamNames() []string {
	names := make([]string, 0, len(e.Params))
	for n := range e.Params {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// ClassOf returns the condition of the first Error in err's chain, "" if there
// is none.
func ClassOf(err error) string {
	if e := As(err); e != nil {
		return e.Class
	}
	return ""
}

// As returns the first Error in err's chain, nil if there is none.
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// KindOf returns the policy for err: that of the first Error in its chain,
// Internal for foreign errors.
func KindOf(err error) Kind {
	if e := As(err); e != nil {
		return e.Kind
	}
	return Internal
}

// String says line and position in the SQL text, or file and line; "" if the
// origin is unknown.
func (o Origin) String() string {
	switch {
	case o.SQL != "":
		line, col := o.LineCol()
		return fmt.Sprintf("line %d, pos %d", line, col)
	case o.File != "":
		return fmt.Sprintf("%s:%d", o.File, o.Line)
	}
	return ""
}

// LineCol returns the 1-based line and 0-based column of Start in SQL, in
// characters, as Spark counts.
func (o Origin) LineCol() (line, col int) {
	head := o.SQL[:min(max(o.Start, 0), len(o.SQL))]
	line = 1 + strings.Count(head, "\n")
	return line, utf8.RuneCountInString(head[strings.LastIndexByte(head, '\n')+1:])
}

// excerptLines is how many lines an Excerpt shows before and after the place.
const excerptLines = 8

// Excerpt shows the SQL text around the origin under the header "== SQL ==",
// carets below the place, as Spark prints the text of a statement that does not
// parse.
func (o Origin) Excerpt() string {
	line, col := o.LineCol()
	lines := strings.Split(o.SQL, "\n")
	width := min(max(o.Stop-o.Start, 3), max(len(lines[line-1])-col, 3))
	var b strings.Builder
	b.WriteString("== SQL ==\n")
	for i := max(0, line-1-excerptLines); i < min(len(lines), line+excerptLines); i++ {
		b.WriteString(lines[i] + "\n")
		if i == line-1 {
			b.WriteString(strings.Repeat("-", col) + strings.Repeat("^", width) + "\n")
		}
	}
	return b.String()
}

// Fragment returns the SQL text the origin covers.
func (o Origin) Fragment() string {
	lo := min(max(o.Start, 0), len(o.SQL))
	return o.SQL[lo:max(lo, min(o.Stop, len(o.SQL)))]
}

func pairs(kv []string) map[string]string {
	if len(kv) == 0 {
		return nil
	}
	m := make(map[string]string, len(kv)/2)
	for i := 0; i+1 < len(kv); i += 2 {
		m[kv[i]] = kv[i+1]
	}
	return m
}
