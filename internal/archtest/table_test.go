package archtest

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Every name of layers.go is that of a package that there is.
func TestLayersNamePackages(t *testing.T) {
	pkgs := load(t)
	for _, l := range layers {
		for _, pattern := range l.packages {
			found := false
			for p := range pkgs {
				found = found || match(pattern, p) >= 0
			}
			if !found {
				t.Errorf("layer %d names %q, which is no package", l.layer, pattern)
			}
		}
	}
}

// The table of layers in ARCHITECTURE.md has every package, where it stands; those
// that only tests import may be left out.
func TestTheTableOfLayersIsTrue(t *testing.T) {
	text, err := os.ReadFile("../../ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string][]int{}
	row := regexp.MustCompile(`(?m)^\| (\d+) \| ([^|]*) \|`)
	for _, m := range row.FindAllStringSubmatch(string(text), -1) {
		layer, _ := strconv.Atoi(m[1])
		for _, p := range named(m[2]) {
			shown[p] = append(shown[p], layer)
		}
	}
	pkgs := load(t)
	for p := range pkgs {
		layer, _ := layerOf(p)
		if in := where(shown, p); !slices.Contains(in, layer) && !strings.HasSuffix(p, "test") {
			t.Errorf("package %q is in layer %d; the table has it in %v", p, layer, in)
		}
	}
	for name := range shown {
		found := false
		for p := range pkgs {
			found = found || covers(name, p)
		}
		if !found {
			t.Errorf("the table names %q, which is no package", name)
		}
	}
}

// where returns the layers that a package is shown in: those of the longest name
// that it has or lies below.
func where(shown map[string][]int, p string) (in []int) {
	best := -1
	for name, layers := range shown {
		if covers(name, p) && len(name) > best {
			best, in = len(name), layers
		}
	}
	return in
}

func covers(name, p string) bool {
	above := strings.TrimSuffix(name, "/*")
	return name == p || above != "" && strings.HasPrefix(p, above+"/")
}

// named returns the packages of a cell: `a/{b,c}` is two, and what follows in
// parentheses lies below.
func named(cell string) (all []string) {
	quoted := regexp.MustCompile("`([^`]*)`")
	for _, group := range regexp.MustCompile("`[^`]*`( \\([^)]*\\))?").FindAllString(cell, -1) {
		names := quoted.FindAllStringSubmatch(group, -1)
		first := expanded(names[0][1])
		all = append(all, first...)
		for _, below := range names[1:] {
			all = append(all, first[0]+"/"+below[1])
		}
	}
	for i, p := range all {
		if p == "spate" {
			all[i] = "" // the root
		}
	}
	return all
}

func expanded(name string) (all []string) {
	before, rest, ok := strings.Cut(name, "{")
	if !ok {
		return []string{name}
	}
	inner, after, _ := strings.Cut(rest, "}")
	for _, x := range strings.Split(inner, ",") {
		all = append(all, before+x+after)
	}
	return all
}
