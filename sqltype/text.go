package sqltype

import (
	"strconv"
	"strings"
)

// SQL returns the type as SQL writes it, in Spark's form: BIGINT,
// ARRAY<STRING>, STRUCT<a: INT NOT NULL COMMENT 'x'>.
func SQL(t Type) string {
	switch x := t.(type) {
	case *Array:
		return "ARRAY<" + SQL(x.Elem) + ">"
	case *Map:
		return "MAP<" + SQL(x.Key) + ", " + SQL(x.Value) + ">"
	case *Struct:
		parts := make([]string, len(x.Fields))
		for i, f := range x.Fields {
			parts[i] = fieldText(f, ": ")
		}
		return "STRUCT<" + strings.Join(parts, ", ") + ">"
	}
	return strings.ToUpper(t.String())
}

// DDL returns the schema as a list of columns that ParseDDL reads back.
func (s *Struct) DDL() string {
	parts := make([]string, len(s.Fields))
	for i, f := range s.Fields {
		parts[i] = fieldText(f, " ")
	}
	return strings.Join(parts, ",")
}

func fieldText(f Field, between string) string {
	s := quoteIfNeeded(f.Name) + between + SQL(f.Type)
	if !f.Nullable {
		s += " NOT NULL"
	}
	if c, ok := f.Metadata["comment"].(string); ok {
		s += " COMMENT '" + strings.NewReplacer("\\", "\\\\", "'", "\\'", "\n", "\\n", "\r", "\\r", "\t", "\\t").Replace(c) + "'"
	}
	return s
}

// quoteIfNeeded quotes names that are not letters, digits and underscores, or
// begin with a digit.
func quoteIfNeeded(name string) string {
	for i, c := range []byte(name) {
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return "`" + strings.ReplaceAll(name, "`", "``") + "`"
		}
	}
	if name == "" {
		return "``"
	}
	return name
}

// TreeString prints the schema as Spark's printSchema does, without the line
// break at the end that printing adds. depth > 0 cuts nested types off.
func (s *Struct) TreeString(depth int) string {
	var b strings.Builder
	b.WriteString("root\n")
	tree(&b, s, " |", 1, depth)
	return b.String()
}

// tree prints what t is made of, one level below prefix.
func tree(b *strings.Builder, t Type, prefix string, level, depth int) {
	if depth > 0 && level > depth {
		return
	}
	member := func(name string, m Type, label string, null bool) {
		b.WriteString(prefix + "-- " + name + ": " + TypeName(m) + " (" + label + " = " + strconv.FormatBool(null) + ")\n")
		tree(b, m, prefix+"    |", level+1, depth)
	}
	switch x := t.(type) {
	case *Struct:
		for _, f := range x.Fields {
			member(f.Name, f.Type, "nullable", f.Nullable)
		}
	case *Array:
		member("element", x.Elem, "containsNull", x.ContainsNull)
	case *Map:
		b.WriteString(prefix + "-- key: " + TypeName(x.Key) + "\n")
		tree(b, x.Key, prefix+"    |", level+1, depth)
		member("value", x.Value, "valueContainsNull", x.ValueContainsNull)
	}
}

// jsonNames are Spark's typeNames where they are not the simple string.
var jsonNames = map[Type]string{Byte: "byte", Short: "short", Int: "integer", Long: "long"}

// TypeName returns the name Spark's JSON form and printSchema give a type that
// is not nested; "struct", "array" or "map" if it is.
func TypeName(t Type) string {
	switch t.(type) {
	case *Struct:
		return "struct"
	case *Array:
		return "array"
	case *Map:
		return "map"
	}
	if n, ok := jsonNames[t]; ok {
		return n
	}
	return t.String()
}
