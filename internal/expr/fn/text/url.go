package text

import (
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

func urls() []def.Spec {
	return []def.Spec{
		{Name: "url_encode", Usage: "the text in application/x-www-form-urlencoded form", Example: "url_encode('a b')", Args: def.Args(def.String), Result: sqltype.String,
			Kernel: def.Text(appendURL)},
		urlDecode("url_decode", false), urlDecode("try_url_decode", true),
		parseURL("parse_url", false), parseURL("try_parse_url", true),
	}
}

func appendURL(dst, s []byte) []byte {
	for _, c := range s {
		switch {
		case c == ' ':
			dst = append(dst, '+')
		case c-'0' < 10 || c|0x20-'a' < 26 && c < 0x80 || strings.IndexByte("-_.*", c) >= 0:
			dst = append(dst, c)
		default:
			dst = append(dst, '%', "0123456789ABCDEF"[c>>4], "0123456789ABCDEF"[c&15])
		}
	}
	return dst
}

func urlDecode(name string, try bool) def.Spec {
	s := def.Spec{Name: name, Usage: "the text of its application/x-www-form-urlencoded form", Example: name + "('a+b')", Args: def.Args(def.String), Result: sqltype.String,
		Kernel: def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
			text, err := url.QueryUnescape(args[0].Str(i))
			switch {
			case err == nil:
				out.SetText(i, []byte(strings.ToValidUTF8(text, string(utf8.RuneError))))
			case try:
				out.SetNull(i)
			default:
				return sparkerr.Data("CANNOT_DECODE_URL", "The text "+string(args[0].Text(i))+" is not URL encoded. Use try_url_decode to get NULL instead.", "url", string(args[0].Text(i)))
			}
			return nil
		})}
	if try {
		s.Nulls = def.Always
	}
	return s
}

// uri cuts a URI into scheme, authority, path, query, fragment (RFC 3986,
// appendix B).
var uri = regexp.MustCompile(`^(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$`)

func parseURL(name string, try bool) def.Spec {
	return def.Spec{Name: name, Usage: "a part of a URL: HOST, PATH, QUERY, REF, PROTOCOL, FILE, AUTHORITY, USERINFO; of QUERY also the value of a key", Example: name + "('http://spark.apache.org/path?query=1', 'HOST')",
		Args: def.Args(def.String, def.String, def.String), Optional: 1, Result: sqltype.String, Nulls: def.Always,
		KernelOf: func(c *expr.Session, _ []sqltype.Type) func() expr.Kernel {
			return def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
				s := string(args[0].Text(i))
				if strings.ContainsAny(s, " <>\"{}|\\^`") {
					if try || !c.ANSI {
						out.SetNull(i)
						return nil
					}
					return sparkerr.Data("INVALID_URL", "The text "+s+" is no valid URL. Use try_parse_url to get NULL instead.", "url", s)
				}
				key := ""
				if len(args) > 2 {
					key = string(args[2].Text(i))
				}
				part, ok := urlPart(s, string(args[1].Text(i)), key, len(args) > 2)
				if !ok {
					out.SetNull(i)
					return nil
				}
				out.SetText(i, []byte(part))
				return nil
			})
		}}
}

// urlPart returns a part of a URL, false if it has none.
func urlPart(s, part, key string, byKey bool) (string, bool) {
	at := uri.FindStringSubmatchIndex(s)
	piece := func(k int) (string, bool) {
		if at[2*k] < 0 {
			return "", false
		}
		return s[at[2*k]:at[2*k+1]], true
	}
	authority, hasAuthority := piece(2)
	user, host, hasUser := strings.Cut(authority, "@")
	if !hasUser {
		user, host = "", authority
	}
	if k := strings.LastIndexByte(host, ':'); k >= 0 && !strings.HasSuffix(host, "]") {
		host = host[:k]
	}
	query, hasQuery := piece(4)
	if byKey && part != "QUERY" {
		return "", false
	}
	switch part {
	case "HOST":
		return host, hasAuthority && host != ""
	case "PATH":
		return piece(3)
	case "QUERY":
		if byKey {
			return queryValue(query, key)
		}
		return query, hasQuery
	case "REF":
		return piece(5)
	case "PROTOCOL":
		return piece(1)
	case "FILE":
		path, _ := piece(3)
		if hasQuery {
			path += "?" + query
		}
		return path, true
	case "AUTHORITY":
		return authority, hasAuthority && authority != ""
	case "USERINFO":
		return user, hasUser
	}
	return "", false
}

func queryValue(query, key string) (string, bool) {
	for _, pair := range strings.Split(query, "&") {
		if k, v, ok := strings.Cut(pair, "="); ok && k == key {
			return v, true
		}
	}
	return "", false
}
