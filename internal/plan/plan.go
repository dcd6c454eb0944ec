// Package plan is the unresolved tree: what SQL text, the Go API and Spark
// Connect produce, one to one, before any name is looked up.
//
// There are three sorts of node, each sealed by an interface: Relation (rows),
// Expr (a value of a row) and Statement (something to execute). Nodes are
// pointers, built once and never changed afterwards; sharing them between
// trees and goroutines is fine. Where an operator is simply a function in
// Spark (a + b, NOT a, a LIKE b, a IN (1, 2)) it is a Call, so that there is
// one path for all functions.
//
// Every node knows its Origin, which errors show. Dump prints a tree.
package plan

import (
	"strings"

	"github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/sparkerr"
)

// Node is the part all nodes share; At makes one.
type Node struct{ Origin sparkerr.Origin }

// At returns the shared part of a node that the user wrote at o.
func At(o sparkerr.Origin) Node { return Node{Origin: o} }

// Where returns where the user wrote the node.
func (n *Node) Where() sparkerr.Origin { return n.Origin }

// Relation is a node that yields rows.
type Relation interface {
	Where() sparkerr.Origin
	relation()
}

// Expr is a node that yields a value of a row, or several columns (Star).
type Expr interface {
	Where() sparkerr.Origin
	expr()
}

// Statement is what a session executes.
type Statement interface {
	Where() sparkerr.Origin
	statement()
}

// Name is the name of a table, view, function, database or variable as the
// user wrote it: its parts, or an expression that yields the text of them.
type Name struct {
	Parts []string
	Expr  Expr // of IDENTIFIER(expr); Parts are then what follows it, mostly nil
}

// Named returns the name of the parts.
func Named(parts ...string) Name { return Name{Parts: parts} }

// IsZero reports whether no name was given.
func (n Name) IsZero() bool { return n.Parts == nil && n.Expr == nil }

// Last returns the last part, "" if there is none.
func (n Name) Last() string {
	if len(n.Parts) == 0 {
		return ""
	}
	return n.Parts[len(n.Parts)-1]
}

// String joins the parts with dots and quotes those that need it, as Spark
// prints a name in a message or a column header.
func (n Name) String() string {
	quoted := make([]string, 0, len(n.Parts)+1)
	if n.Expr != nil {
		quoted = append(quoted, "IDENTIFIER("+ExprString(n.Expr)+")")
	}
	for _, p := range n.Parts {
		quoted = append(quoted, QuoteIfNeeded(p))
	}
	return strings.Join(quoted, ".")
}

// Quoted joins the parts with dots, each in back-quotes: a name as Spark's
// message parameters have it.
func (n Name) Quoted() string {
	quoted := make([]string, len(n.Parts))
	for i, p := range n.Parts {
		quoted[i] = Quote(p)
	}
	return strings.Join(quoted, ".")
}

// Quote returns the identifier in back-quotes.
func Quote(id string) string { return "`" + strings.ReplaceAll(id, "`", "``") + "`" }

// QuoteIfNeeded returns the identifier as it is when it is letters, digits and
// underscores and does not begin with a digit, else in back-quotes.
func QuoteIfNeeded(id string) string {
	for i, c := range []byte(id) {
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return Quote(id)
		}
	}
	if id == "" {
		return Quote(id)
	}
	return id
}

// Property is a key with its value, as in OPTIONS and TBLPROPERTIES, in the
// order written. Keys keep their case.
type Property struct{ Key, Value string }

// Interval is a calendar interval: months, days and microseconds apart.
type Interval = datetime.Interval
