package logical

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sparkerr"
)

// Check verifies the laws of analysed trees (see the package comment) and
// returns an internal error that names the node which breaks one.
func Check(n Node) error { return check(n) }

func check(n Node) error {
	in := inputs(n)
	for _, e := range n.Exprs() {
		if err := checkExpr(n, e, in); err != nil {
			return err
		}
	}
	seen := Set{}
	for _, a := range n.Output() {
		if seen[a.ID] && !repeats(n) {
			return sparkerr.Internalf("%s puts out %s twice", n, a.Ref())
		}
		seen[a.ID] = true
	}
	for _, c := range n.Children() {
		if err := check(c); err != nil {
			return err
		}
	}
	return nil
}

// repeats reports whether a node may name one column twice: SELECT a, a.
func repeats(n Node) bool {
	switch n.(type) {
	case *Join, *Union, *Expand, *Aggregate:
		return false
	}
	return true
}

// inputs returns the attributes a node's expressions may read.
func inputs(n Node) Set {
	all := Set{}
	if s, ok := n.(*Scan); ok {
		return SetOf(s.Cols)
	}
	for _, c := range n.Children() {
		for _, a := range c.Output() {
			all[a.ID] = true
		}
	}
	return all
}

func checkExpr(n Node, e expr.Node, in Set) error {
	var err error
	expr.Walk(e, func(x expr.Node) bool {
		if err != nil {
			return false
		}
		switch x := x.(type) {
		case *Attr:
			if !in[x.ID] {
				err = sparkerr.Internalf("%s reads %s, which its inputs do not put out", n, x.Ref())
			}
		case *Subquery:
			err = check(x.Plan)
		}
		return err == nil
	})
	return err
}
