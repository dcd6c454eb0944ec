package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// programs are folders of commands and judges: nobody imports them.
var programs = []string{"cmd/*", "examples/*", "bench", "bench/*", "conformance", "conformance/*"}

// renamed are the public names of types whose package is internal, each with
// its reason: nothing else may be an alias of one.
var renamed = map[string]string{
	"columnar/decimal.go": "a decimal's arithmetic is the engine's own; its parts are exported",
}

// What a stranger can import names nothing that a stranger cannot.
func TestPublicSignaturesNameNoInternalType(t *testing.T) {
	for dir, p := range load(t) {
		if isInternal(dir) || isProgram(dir) {
			continue
		}
		for file := range p.lines {
			if renamed[file] != "" {
				continue
			}
			for _, where := range internalNames(t, filepath.Join("../..", filepath.FromSlash(file))) {
				t.Errorf("%s: an exported declaration names %s", file, where)
			}
		}
	}
}

// Examples are what strangers copy: they use what strangers can.
func TestExamplesImportNothingInternal(t *testing.T) {
	for dir, p := range load(t) {
		for dep, files := range p.imports {
			if strings.HasPrefix(dir, "examples/") && isInternal(dep) {
				t.Errorf("%s imports %s", strings.Join(files, ", "), dep)
			}
		}
	}
}

func isInternal(dir string) bool { return dir == "internal" || strings.HasPrefix(dir, "internal/") }

func isProgram(dir string) bool {
	for _, p := range programs {
		if match(p, dir) >= 0 {
			return true
		}
	}
	return false
}

// internalNames returns the types of internal packages that the exported
// declarations of a file name.
func internalNames(t *testing.T, file string) []string {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	s := &signatures{fset: fset, internal: map[string]bool{}}
	for _, spec := range f.Imports {
		p, _ := strconv.Unquote(spec.Path.Value)
		rel, ours := strings.CutPrefix(p, Module+"/")
		name := path.Base(p)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		s.internal[name] = ours && isInternal(rel)
	}
	for _, d := range f.Decls {
		s.decl(d)
	}
	return s.found
}

// signatures gathers what exported declarations say of internal types.
type signatures struct {
	fset     *token.FileSet
	internal map[string]bool // by the name an import has in the file
	found    []string
}

func (s *signatures) decl(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && (d.Recv == nil || exportedReceiver(d.Recv)) {
			s.expr(d.Type)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			s.spec(spec)
		}
	}
}

func exportedReceiver(r *ast.FieldList) bool {
	t := r.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.IsExported()
		default:
			return false
		}
	}
}

func (s *signatures) spec(spec ast.Spec) {
	switch x := spec.(type) {
	case *ast.TypeSpec:
		if x.Name.IsExported() {
			s.fields(x.TypeParams)
			s.expr(x.Type)
		}
	case *ast.ValueSpec:
		for _, n := range x.Names {
			if n.IsExported() && x.Type != nil {
				s.expr(x.Type)
			}
		}
	}
}

// expr looks at a type; unexported fields and methods are nobody's business.
func (s *signatures) expr(e ast.Expr) {
	ast.Inspect(e, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.StructType:
			s.fields(x.Fields)
			return false
		case *ast.InterfaceType:
			s.fields(x.Methods)
			return false
		case *ast.SelectorExpr:
			if p, ok := x.X.(*ast.Ident); ok && s.internal[p.Name] {
				s.found = append(s.found, p.Name+"."+x.Sel.Name+" in line "+strconv.Itoa(s.fset.Position(x.Pos()).Line))
			}
		}
		return true
	})
}

func (s *signatures) fields(l *ast.FieldList) {
	if l == nil {
		return
	}
	for _, f := range l.List {
		shown := len(f.Names) == 0
		for _, n := range f.Names {
			shown = shown || n.IsExported()
		}
		if shown {
			s.expr(f.Type)
		}
	}
}
