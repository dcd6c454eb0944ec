package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestEveryOperatorHasAnExample: what makes or takes an RDD or a DStream shows in
// its documentation how, in code that runs. Questions without parameters and
// with plain answers explain themselves.
func TestEveryOperatorHasAnExample(t *testing.T) {
	for dir, kind := range map[string]string{"rdd": "RDD", "dstream": "DStream"} {
		examples := map[string]bool{}
		for _, f := range functions(t, dir, true) {
			examples[f.Name.Name] = true
		}
		for _, f := range functions(t, dir, false) {
			if name := exampleOf(f); name != "" && isOperator(f, kind) && !examples[name] {
				t.Errorf("%s has no %s", dir, name)
			}
		}
	}
}

// functions returns the declared functions of a package, or of its tests.
func functions(t *testing.T, dir string, tests bool) (out []*ast.FuncDecl) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("../..", dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") != tests {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				out = append(out, fn)
			}
		}
	}
	return out
}

// exampleOf names the example of a function or method, "" of an unexported one.
func exampleOf(f *ast.FuncDecl) string {
	if !f.Name.IsExported() {
		return ""
	}
	if f.Recv == nil {
		return "Example" + f.Name.Name
	}
	of := names(f.Recv.List[0].Type)[0]
	if !ast.IsExported(of) {
		return ""
	}
	return "Example" + of + "_" + f.Name.Name
}

func isOperator(f *ast.FuncDecl, kind string) bool {
	if slices.Contains(names(f.Type), kind) {
		return true
	}
	return f.Recv != nil && names(f.Recv.List[0].Type)[0] == kind && f.Type.Params.NumFields() > 0
}

// names lists the identifiers in a type.
func names(n ast.Node) (out []string) {
	ast.Inspect(n, func(x ast.Node) bool {
		if id, ok := x.(*ast.Ident); ok {
			out = append(out, id.Name)
		}
		return true
	})
	return out
}
