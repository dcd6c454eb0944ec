package archtest

import (
	"bufio"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// pkg is what the laws need to know of one directory of Go files.
type pkg struct {
	path    string              // relative to the module root, "" for the root
	imports map[string][]string // imported package of this module: files that do
	lines   map[string]int      // production file: its length
	doc     bool                // some file carries a package comment
}

func TestImportsPointDownwards(t *testing.T) {
	for _, p := range load(t) {
		from, ok := layerOf(p.path)
		if !ok {
			t.Errorf("package %q stands in no layer: add it to layers.go", p.path)
			continue
		}
		for dep, files := range p.imports {
			to, _ := layerOf(dep)
			if to < from || to == from && allowedInside(p.path, dep) {
				continue
			}
			t.Errorf("%q (layer %d) imports %q (layer %d) in %s: imports point strictly downwards",
				p.path, from, dep, to, strings.Join(files, ", "))
		}
	}
}

func TestEveryPackageStatesItsPromise(t *testing.T) {
	for _, p := range load(t) {
		if !p.doc && len(p.lines) > 0 {
			t.Errorf("package %q has no package comment", p.path)
		}
	}
}

func TestSizes(t *testing.T) {
	for _, p := range load(t) {
		total := 0
		for file, n := range p.lines {
			total += n
			if n > maxFileLines {
				t.Errorf("%s has %d lines, more than %d: split it by idea", file, n, maxFileLines)
			}
		}
		if total > maxPackageLines {
			t.Errorf("package %q has %d lines, more than %d: it holds more than one promise", p.path, total, maxPackageLines)
		}
	}
}

func layerOf(p string) (int, bool) {
	best, layer := -1, 0
	for _, l := range layers {
		for _, pattern := range l.packages {
			if n := match(pattern, p); n > best {
				best, layer = n, l.layer
			}
		}
	}
	return layer, best >= 0
}

func allowedInside(from, to string) bool {
	for _, e := range sameLayer {
		if match(e.from, from) >= 0 && match(e.to, to) >= 0 {
			return true
		}
	}
	return false
}

// match returns how specific the match is, -1 for none. A package of tests
// helpers below a package (".../xtest") counts with its own path.
func match(pattern, p string) int {
	if base, ok := strings.CutSuffix(pattern, "/*"); ok {
		if strings.HasPrefix(p, base+"/") {
			return len(base)
		}
		return -1
	}
	if pattern == p {
		return len(p) + 1
	}
	return -1
}

func load(t *testing.T) map[string]*pkg {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	pkgs := map[string]*pkg{}
	err = filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && file != root) {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		return add(pkgs, root, file)
	})
	if err != nil {
		t.Fatal(err)
	}
	return pkgs
}

func add(pkgs map[string]*pkg, root, file string) error {
	rel, err := filepath.Rel(root, file)
	if err != nil {
		return err
	}
	dir := path.Dir(filepath.ToSlash(rel))
	if dir == "." {
		dir = ""
	}
	p := pkgs[dir]
	if p == nil {
		p = &pkg{path: dir, imports: map[string][]string{}, lines: map[string]int{}}
		pkgs[dir] = p
	}
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return err
	}
	p.doc = p.doc || f.Doc != nil
	for _, spec := range f.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		if dep, ok := strings.CutPrefix(name, Module); ok {
			dep = strings.TrimPrefix(dep, "/")
			p.imports[dep] = append(p.imports[dep], rel)
		}
	}
	p.lines[rel], err = countLines(file)
	return err
}

func countLines(file string) (int, error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	n := 0
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		n++
	}
	return n, s.Err()
}
