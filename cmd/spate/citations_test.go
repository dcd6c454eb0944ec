package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	citedCase = regexp.MustCompile("`streaming/([a-z0-9_]+)`")
	citedTest = regexp.MustCompile("`(Test[A-Za-z0-9]+)`")
	declared  = regexp.MustCompile(`(?m)^func (Test[A-Za-z0-9]+)\(`)
	link      = regexp.MustCompile(`\]\(([^):#]+)[)#]`)
	// verbatim is code in a page, where brackets mean something else.
	verbatim = regexp.MustCompile("(?s)```.*?```|`[^`]*`")
)

// TestCitations: the tests, conformance cases and pages that the documents name
// are there, and the cases do not fail.
func TestCitations(t *testing.T) {
	root := filepath.Join("..", "..")
	tests := map[string]bool{}
	var pages []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case strings.HasSuffix(path, "_test.go"):
			b, err := os.ReadFile(path)
			for _, m := range declared.FindAllSubmatch(b, -1) {
				tests[string(m[1])] = true
			}
			return err
		case strings.HasSuffix(path, ".md"):
			pages = append(pages, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	failing, _ := os.ReadFile(filepath.Join(root, "conformance", "known_failures.txt"))
	for _, page := range pages {
		b, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		text := string(b)
		for _, m := range citedCase.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(root, "conformance", "streaming", "cases", m[1]+".txt")); err != nil {
				t.Errorf("%s names the case %s: %v", page, m[1], err)
			}
			if strings.Contains(string(failing), "streaming/"+m[1]+"\n") {
				t.Errorf("%s names the case %s, which fails", page, m[1])
			}
		}
		for _, m := range citedTest.FindAllStringSubmatch(text, -1) {
			if !tests[m[1]] {
				t.Errorf("%s names %s, which is no test", page, m[1])
			}
		}
		for _, m := range link.FindAllStringSubmatch(verbatim.ReplaceAllString(text, ""), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), m[1])); err != nil {
				t.Errorf("%s links %s: %v", page, m[1], err)
			}
		}
	}
}
