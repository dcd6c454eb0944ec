package file

import (
	"path"
	"path/filepath"
	"strings"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/sparkerr"
)

// pathsOf returns the absolute paths of the options "path" or "paths".
func pathsOf(o connector.Options) ([]string, error) {
	var texts []string
	if p, ok := o.Get("paths"); ok && p != "" {
		texts = strings.Split(p, "\x00")
	} else if p, ok := o.Get("path"); ok && p != "" {
		texts = []string{p}
	}
	var out []string
	for _, t := range texts {
		p, err := absolute(t)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// absolute turns a path or a file: URI, as a user writes it, into an absolute
// slash-separated path.
func absolute(text string) (string, error) {
	p := text
	if rest, ok := strings.CutPrefix(p, "file:"); ok {
		p = "/" + strings.TrimLeft(rest, "/")
	} else if scheme, _, ok := strings.Cut(p, "://"); ok {
		return "", sparkerr.New("_LEGACY_ERROR_TEMP_2047",
			"the path "+text+" is on a file system "+scheme+" that this session has no connector for; use a local path or file:///...", "path", text)
	}
	if !path.IsAbs(p) {
		abs, err := filepath.Abs(filepath.FromSlash(p))
		if err != nil {
			return "", err
		}
		p = filepath.ToSlash(abs)
	}
	return path.Clean(p), nil
}

// uri is the form of a path in logs: file:///a%20b.
func uri(p string) string {
	var b strings.Builder
	b.WriteString("file://")
	for i := 0; i < len(p); i++ {
		if c := p[i]; plainInURI(c) {
			b.WriteByte(c)
		} else {
			b.WriteString("%" + string(upperHex[c>>4]) + string(upperHex[c&15]))
		}
	}
	return b.String()
}

const upperHex = "0123456789ABCDEF"

// plainInURI reports whether java.net.URI leaves c alone in a path.
func plainInURI(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		strings.IndexByte("/-_.!~*'()=&+$,:@;", c) >= 0 || c >= 0x80
}

// pathOfURI is the inverse of uri; it takes file:/a and file:///a.
func pathOfURI(u string) string {
	p, ok := strings.CutPrefix(u, "file:")
	if !ok {
		return u
	}
	return unescape("/" + strings.TrimLeft(p, "/"))
}

// show is the form of a path in messages and progress reports: file:/a.
func show(p string) string { return "file:" + p }

// unescape replaces %XX; what is no escape stays.
func unescape(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && hexDigit(s[i+1]) >= 0 && hexDigit(s[i+2]) >= 0 {
			b.WriteByte(byte(hexDigit(s[i+1])<<4 | hexDigit(s[i+2])))
			i += 2
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// hidden reports whether listings skip a name, by Hadoop's and Spark's rules.
func hidden(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, "._COPYING_") ||
		strings.HasPrefix(name, "_") && !strings.Contains(name, "=")
}

// isGlob reports whether a path is a pattern.
func isGlob(p string) bool { return strings.ContainsAny(p, "*?[{") }

// braces expands {a,b} into all its alternatives, as Hadoop's globs have it.
func braces(p string) []string {
	open := strings.IndexByte(p, '{')
	if open < 0 {
		return []string{p}
	}
	depth, start := 0, open+1
	var parts []string
	for i := open; i < len(p); i++ {
		switch {
		case p[i] == '{':
			depth++
		case p[i] == '}' && depth == 1:
			parts = append(parts, p[start:i])
			var out []string
			for _, part := range parts {
				out = append(out, braces(p[:open]+part+p[i+1:])...)
			}
			return out
		case p[i] == '}':
			depth--
		case p[i] == ',' && depth == 1:
			parts = append(parts, p[start:i])
			start = i + 1
		}
	}
	return []string{p}
}

// matchAny reports whether a name matches a glob.
func matchAny(pattern, name string) bool {
	for _, p := range braces(pattern) {
		if ok, err := path.Match(strings.ReplaceAll(p, "[!", "[^"), name); err == nil && ok {
			return true
		}
	}
	return false
}
