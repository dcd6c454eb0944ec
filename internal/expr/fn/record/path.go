package record

import (
	"bytes"
	"strconv"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

func paths() []def.Spec {
	return []def.Spec{
		{Name: "get_json_object", Usage: "the part of a JSON text at a path, null if there is none", Example: `get_json_object('{"a":1}', '$.a')`,
			Args: def.Args(def.String, def.String), Result: sqltype.String, Nulls: def.Always, Kernel: getObject},
		{Name: "json_array_length", Usage: "number of elements of a JSON array, null of anything else", Example: "json_array_length('[1,2]')",
			Args: def.Args(def.String), Result: sqltype.Int, Nulls: def.Always, Kernel: def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
				v, _, ok := scan(args[0].Text(i), 0)
				if !ok || v.kind != '[' {
					out.SetNull(i)
					return nil
				}
				n := int32(0)
				v.members(func([]byte, value) { n++ })
				columnar.Slice[int32](out)[i] = n
				return nil
			})},
		{Name: "json_object_keys", Usage: "the names of a JSON object, null of anything else", Example: `json_object_keys('{"a":1}')`,
			Args: def.Args(def.String), Result: &sqltype.Array{Elem: sqltype.String, ContainsNull: true}, Nulls: def.Always,
			Kernel: def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
				v, _, ok := scan(args[0].Text(i), 0)
				if !ok || v.kind != '{' {
					out.SetNull(i)
					return nil
				}
				at := out.Child[0].Len
				v.members(func(name []byte, _ value) { out.Child[0].AppendText(appendString(nil, name)) })
				out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(out.Child[0].Len - at)}
				return nil
			})},
	}
}

// step is a step of a path: a name, an index, or all (a wildcard).
type step struct {
	name  string
	index int // -1: by name
	all   bool
}

// parsePath reads $.a['b'][0][*].
func parsePath(p []byte) (steps []step, ok bool) {
	if len(p) == 0 || p[0] != '$' {
		return nil, false
	}
	for p = p[1:]; len(p) > 0; {
		switch {
		case bytes.HasPrefix(p, []byte(".*")):
			steps, p = append(steps, step{index: -1, all: true}), p[2:]
		case p[0] == '.':
			n := bytes.IndexAny(p[1:], ".[")
			if n < 0 {
				n = len(p) - 1
			}
			if n == 0 {
				return nil, false
			}
			steps, p = append(steps, step{name: string(p[1 : 1+n]), index: -1}), p[1+n:]
		case bytes.HasPrefix(p, []byte("['")):
			n := bytes.Index(p, []byte("']"))
			if n < 0 {
				return nil, false
			}
			s := step{name: string(p[2:n]), index: -1}
			if s.name == "*" {
				s = step{index: -1, all: true}
			}
			steps, p = append(steps, s), p[n+2:]
		case p[0] == '[':
			n := bytes.IndexByte(p, ']')
			if n < 0 {
				return nil, false
			}
			s := step{all: string(p[1:n]) == "*"}
			if !s.all {
				x, err := strconv.Atoi(string(p[1:n]))
				if err != nil || x < 0 {
					return nil, false
				}
				s.index = x
			}
			steps, p = append(steps, s), p[n+1:]
		default:
			return nil, false
		}
	}
	return steps, true
}

// getObject parses the path when it changes.
func getObject() expr.Kernel {
	var path []byte
	var steps []step
	known, ok := false, false
	return def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
		if p := args[1].Text(i); !known || !bytes.Equal(p, path) {
			path, known = append(path[:0], p...), true
			steps, ok = parsePath(path)
		}
		v, _, valid := scan(args[0].Text(i), 0)
		if !ok || !valid {
			out.SetNull(i)
			return nil
		}
		var found []value
		found, many := follow(nil, v, steps)
		if len(found) == 0 || !many && found[0].kind == 'n' {
			out.SetNull(i)
			return nil
		}
		return setText(out, i, func(dst []byte) ([]byte, error) { return appendFound(dst, found, many), nil })
	})()
}

// appendFound appends one value, strings without quotes; several as an array.
func appendFound(dst []byte, found []value, many bool) []byte {
	if !many || len(found) == 1 {
		if found[0].kind == '"' && !many {
			return appendString(dst, found[0].text)
		}
		return appendJSON(dst, found[0])
	}
	for k, v := range found {
		dst = append(dst, "[,"[min(k, 1)])
		dst = appendJSON(dst, v)
	}
	return append(dst, ']')
}

// follow appends the values that steps lead to from v; many says that there
// was a wildcard.
func follow(found []value, v value, steps []step) (_ []value, many bool) {
	if len(steps) == 0 {
		return append(found, v), false
	}
	s, n := steps[0], 0
	want := byte('[')
	if s.index < 0 {
		want = '{'
	}
	if v.kind != want {
		return found, s.all
	}
	done := false
	v.members(func(name []byte, m value) {
		hit := s.all || s.index >= 0 && n == s.index || s.index < 0 && !done && string(appendString(nil, orEmpty(name))) == s.name
		n++
		if hit {
			var inner bool
			found, inner = follow(found, m, steps[1:])
			many = many || inner
			done = true
		}
	})
	return found, many || s.all
}

func orEmpty(name []byte) []byte {
	if name == nil {
		return []byte(`""`)
	}
	return name
}
