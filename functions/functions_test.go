package functions

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/spatestream/spate/internal/expr/fn"
)

// forms are what analysis resolves without the registry.
var forms = map[string]bool{"window": true, "session_window": true, "window_time": true, "grouping": true, "grouping_id": true}

// operators are functions of the registry that are methods of Column, casts,
// or have no name that Go could use.
var operators = strings.Fields(`! % & * + - / < <= <=> = == > >= >> >>> << ^ | ~ and or not in between case
	percentile_cont percentile_disc bigint binary boolean date decimal double float int smallint string timestamp tinyint element mod div cast when if`)

// wrapped returns the SQL name of every function that the package calls, with
// the Go functions that do.
func wrapped(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok {
				collect(t, fd, out)
			}
		}
	}
	return out
}

func collect(t *testing.T, fd *ast.FuncDecl, out map[string][]string) {
	if fd.Name.IsExported() && !strings.HasPrefix(fd.Doc.Text(), fd.Name.Name+" ") {
		t.Errorf("%s has no doc comment that begins with its name", fd.Name.Name)
	}
	ast.Inspect(fd, func(n ast.Node) bool {
		c, ok := n.(*ast.CallExpr)
		if !ok || len(c.Args) == 0 {
			return true
		}
		name, isName := c.Args[0].(*ast.BasicLit)
		if id, ok := c.Fun.(*ast.Ident); ok && (id.Name == "call" || id.Name == "fold") && isName {
			sql, _ := strconv.Unquote(name.Value)
			out[sql] = append(out[sql], fd.Name.Name)
		}
		return true
	})
}

func TestEveryWrapperResolves(t *testing.T) {
	var missing []string
	for sql := range wrapped(t) {
		if _, ok := fn.Lookup(sql); !ok && !forms[sql] {
			missing = append(missing, sql)
		}
	}
	sort.Strings(missing)
	if len(missing) > 0 {
		t.Errorf("wrappers of functions the registry does not have: %s", strings.Join(missing, " "))
	}
}

func TestEveryFunctionHasAWrapper(t *testing.T) {
	have := wrapped(t)
	for _, o := range operators {
		have[o] = nil
	}
	for _, own := range []string{"count", "sum"} {
		have[own] = nil
	}
	var missing []string
	for _, name := range fn.Names() {
		if _, ok := have[name]; !ok {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		t.Logf("functions of the registry without a wrapper: %s", strings.Join(missing, " "))
	}
}

func TestNestedLambdas(t *testing.T) {
	c := Exists("xs", func(x Column) Column {
		return Exists("ys", func(y Column) Column { return y.Eq(x) })
	})
	if got, want := c.String(), "exists(xs, (x_1) -> exists(ys, (x) -> =(x, x_1)))"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
