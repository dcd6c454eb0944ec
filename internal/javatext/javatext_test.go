package javatext

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

// The right side is what textFile of Spark 4.3.0 (Java 17) gives for a line of the
// bytes on the left, x standing for U+FFFD.
func TestAsSpark(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                                "plain",
		"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80": "é€😀",
		"\xef\xbf\xbd":                         "x", // is one already
		// lone continuation bytes
		"\x80":         "x",
		"A\x80\xbfA":   "AxxA",
		"\x80\x80\x80": "xxx",
		// sequences that are cut off
		"\xc2":             "x",
		"\xc2A":            "xA",
		"\xc2\xc2":         "xx",
		"\xe2\x82":         "x",
		"\xe2\x82A":        "xA",
		"\xe2\x82\xe2\x82": "xx",
		"\xe1A":            "xA",
		"\xf0\x90":         "x",
		"\xf0\x90\x80":     "x",
		"\xf0\x90\x80A":    "xA",
		"\xf1\x80A":        "xA",
		"\xf0A":            "xA",
		// forms that are longer than they need be
		"\xc0\x80":         "xx",
		"\xc1\xbf":         "xx",
		"\xe0\x80\x80":     "xxx",
		"\xe0\x8f\x80":     "xxx",
		"\xf0\x80\x80\x80": "xxxx",
		"\xf0\x8f\x80\x80": "xxxx",
		// surrogates
		"\xed\xa0\x80":             "x",
		"\xed\xbf\xbf":             "x",
		"\xed\xa0":                 "x",
		"\xed\xa0A":                "xA",
		"\xed\xa0\x80\xed\xa0\x80": "xx",
		// beyond the last character, and bytes that begin none
		"\xf4\x90\x80\x80":           "xxxx",
		"\xf5\x80\x80\x80":           "xxxx",
		"\xf8\x80\x80\x80\x80":       "xxxxx",
		"\xfc\x80\x80\x80\x80":       "xxxxx",
		"\xfe\xff":                   "xx",
		"\xff\xff\xff":               "xxx",
		"ok\xffok\xe2\x82\xacok\xe2": "okxok€okx",
	} {
		got := string(Append(nil, []byte(in)))
		if plain := strings.ReplaceAll(got, "\ufffd", "x"); plain != want {
			t.Errorf("%q is %q, want %q", in, plain, want)
		}
	}
}

func FuzzAppend(f *testing.F) {
	f.Add([]byte("a\xe2\x82b\xed\xa0\x80"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got := Append(nil, b)
		if !utf8.Valid(got) || utf8.Valid(b) && !bytes.Equal(got, b) {
			t.Errorf("%q became %q", b, got)
		}
	})
}
