package parser

import (
	"strings"
	"testing"
)

func TestSplitStatements(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{" ; ;\n", ""},
		{"SELECT 1", "SELECT 1"},
		{"SELECT 1 ;\n SELECT ';', `;`, \";\" ;", "SELECT 1|SELECT ';', `;`, \";\""},
		{"-- a; b\nSELECT 1; /* ; /* ; */ */ SELECT 2", "-- a; b\nSELECT 1|/* ; /* ; */ */ SELECT 2"},
		{"-- only a comment", ""},
		{"SELECT 'it''s; \\'; '; x", "SELECT 'it''s; \\'; '|x"},
		{"SELECT r'\\'; x", "SELECT r'\\'|x"},
		{"BEGIN SELECT 1; SELECT CASE WHEN a THEN 1 END; END; SELECT 2", "BEGIN SELECT 1; SELECT CASE WHEN a THEN 1 END; END|SELECT 2"},
		{"l: BEGIN IF a THEN x; END IF; WHILE b DO y; END WHILE; END l; z", "l: BEGIN IF a THEN x; END IF; WHILE b DO y; END WHILE; END l|z"},
		{"SELECT CASE a WHEN 1 THEN 2 END; x", "SELECT CASE a WHEN 1 THEN 2 END|x"},
		{"SELECT 1 /* open; x", "SELECT 1 /* open; x"},
		{"SELECT 'open; x", "SELECT 'open|x"},
	} {
		var got []string
		for _, s := range SplitStatements(c.text) {
			got = append(got, c.text[s.Start:s.Stop])
		}
		if strings.Join(got, "|") != c.want {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}
