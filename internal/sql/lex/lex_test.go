package lex

import (
	"fmt"
	"strings"
	"testing"
)

func words(text string) string {
	var out []string
	for pos := 0; ; {
		t := Next(text, pos)
		if t.Kind == EOF {
			return strings.Join(out, " ")
		}
		out = append(out, fmt.Sprintf("%d:%s", t.Kind, t.Text(text)))
		pos = t.End
	}
}

func TestNext(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a.b", "1:a 14:. 1:b"},
		{"1a 1L 2S 3Y 1.5BD 1e3 1D 1F 1. .5 1.e2", "1:1a 8:1L 9:2S 10:3Y 13:1.5BD 7:1e3 11:1D 12:1F 6:1. 6:.5 7:1.e2"},
		{"t.1b 1e 1e3x 1.5x", "1:t 14:. 1:1b 1:1e 1:1e3x 5:1 14:. 1:5x"},
		{`'it''s' "a""b" r'\n' 'a\'b'`, `3:'it''s' 4:"a""b" 3:r'\n' 3:'a\'b'`},
		{"`a``b` --c\n/* /* x */ */ y/*+ z", "2:`a``b` 1:y 15:/*+ 1:z"},
		{"a<=>b>>c<>d::e|>f||g", "1:a 14:<=> 1:b 14:> 14:> 1:c 14:<> 1:d 14::: 1:e 14:|> 1:f 14:|| 1:g"},
		{"größe é", "1:größe 1:é"},
		{"'open", "16:' 1:open"},
		{"a /* b", "1:a 17:/* b"},
		{"$$a'b$$ $x$y$x$", "3:$$a'b$$ 3:$x$y$x$"},
		{"s3://b/c.d x", "1:s3 14:: 14:/ 14:/ 1:b 14:/ 1:c 14:. 1:d 1:x"},
		{"file://b/c.d x", "1:file://b/c.d 1:x"},
	} {
		if got := words(c.text); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

func TestUnquote(t *testing.T) {
	for _, c := range []struct{ written, want string }{
		{`'a'`, "a"}, {`'it''s'`, "it's"}, {`'a\nb\t\0\Z'`, "a\nb\t\x00\x1a"},
		{`'\u0041\U0001F600\101'`, "A😀A"}, {`'\%\_\q\\'`, `\%\_q\`}, {`r'\n'`, `\n`},
		{`"a""b"`, `a"b`}, {`$$a\b$$`, `a\b`}, {`$t$x$t$`, "x"}, {`'\é'`, "é"}, {`'\u00'`, "u00"},
	} {
		if got := Unquote(c.written); got != c.want {
			t.Errorf("%s: got %q, want %q", c.written, got, c.want)
		}
	}
}

func FuzzNext(f *testing.F) {
	for _, s := range []string{"a /* b", "1.5x'", "$a$", "\xff`", "r'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for pos := 0; ; {
			tok := Next(text, pos)
			if tok.Kind == EOF {
				return
			}
			if tok.Start < pos || tok.End <= tok.Start || tok.End > len(text) {
				t.Fatalf("token %+v at %d of %q", tok, pos, text)
			}
			switch tok.Kind {
			case String, DoubleQuoted:
				Unquote(tok.Text(text))
			case Ident, Quoted:
				_ = Identifier(tok.Text(text))
			}
			pos = tok.End
		}
	})
}
