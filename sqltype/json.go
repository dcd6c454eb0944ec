package sqltype

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spatestream/spate/sparkerr"
)

// JSON returns the type in Spark's JSON form, compact:
// {"type":"struct","fields":[{"name":"a","type":"integer","nullable":true,"metadata":{}}]}.
func JSON(t Type) string {
	var b bytes.Buffer
	writeJSON(&b, t)
	return b.String()
}

func writeJSON(b *bytes.Buffer, t Type) {
	switch x := t.(type) {
	case *Array:
		b.WriteString(`{"type":"array","elementType":`)
		writeJSON(b, x.Elem)
		fmt.Fprintf(b, `,"containsNull":%t}`, x.ContainsNull)
	case *Map:
		b.WriteString(`{"type":"map","keyType":`)
		writeJSON(b, x.Key)
		b.WriteString(`,"valueType":`)
		writeJSON(b, x.Value)
		fmt.Fprintf(b, `,"valueContainsNull":%t}`, x.ValueContainsNull)
	case *Struct:
		b.WriteString(`{"type":"struct","fields":[`)
		for i, f := range x.Fields {
			if i > 0 {
				b.WriteByte(',')
			}
			writeFieldJSON(b, f)
		}
		b.WriteString("]}")
	default:
		writeValue(b, TypeName(t))
	}
}

func writeFieldJSON(b *bytes.Buffer, f Field) {
	b.WriteString(`{"name":`)
	writeValue(b, f.Name)
	b.WriteString(`,"type":`)
	writeJSON(b, f.Type)
	fmt.Fprintf(b, `,"nullable":%t,"metadata":`, f.Nullable)
	if len(f.Metadata) == 0 {
		b.WriteString("{}}")
		return
	}
	writeValue(b, f.Metadata)
	b.WriteByte('}')
}

// writeValue writes strings and metadata; keys in order.
func writeValue(b *bytes.Buffer, v any) {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		b.WriteString("null\n")
	}
	b.Truncate(b.Len() - 1)
}

type jsonField struct {
	Name     string          `json:"name"`
	Type     json.RawMessage `json:"type"`
	Nullable *bool           `json:"nullable"`
	Metadata map[string]any  `json:"metadata"`
}

type jsonType struct {
	Type              string          `json:"type"`
	Fields            []jsonField     `json:"fields"`
	ElementType       json.RawMessage `json:"elementType"`
	ContainsNull      bool            `json:"containsNull"`
	KeyType           json.RawMessage `json:"keyType"`
	ValueType         json.RawMessage `json:"valueType"`
	ValueContainsNull bool            `json:"valueContainsNull"`
	SQLType           json.RawMessage `json:"sqlType"`
}

// ParseJSON reads a type in Spark's JSON form. A user-defined type is read as
// the SQL type it is stored as. Whole numbers of metadata become int64.
func ParseJSON(text string) (Type, error) { return parseJSON([]byte(text), 0) }

func parseJSON(text []byte, depth int) (Type, error) {
	if depth > maxTypeDepth {
		return nil, badJSON(text, nil)
	}
	var name string
	if json.Unmarshal(text, &name) == nil {
		return parseJSONName(name)
	}
	var j jsonType
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&j); err != nil {
		return nil, badJSON(text, err)
	}
	switch j.Type {
	case "array":
		elem, err := parseJSON(j.ElementType, depth+1)
		return &Array{Elem: elem, ContainsNull: j.ContainsNull}, err
	case "map":
		key, err := parseJSON(j.KeyType, depth+1)
		if err != nil {
			return nil, err
		}
		value, err := parseJSON(j.ValueType, depth+1)
		return &Map{Key: key, Value: value, ValueContainsNull: j.ValueContainsNull}, err
	case "struct":
		return parseJSONFields(j.Fields, depth)
	case "udt":
		return parseJSON(j.SQLType, depth+1)
	}
	return nil, badJSON(text, nil)
}

func parseJSONFields(in []jsonField, depth int) (Type, error) {
	s := &Struct{}
	for _, f := range in {
		t, err := parseJSON(f.Type, depth+1)
		if err != nil {
			return nil, err
		}
		field := Field{Name: f.Name, Type: t, Nullable: f.Nullable == nil || *f.Nullable}
		if len(f.Metadata) > 0 {
			field.Metadata = numbers(f.Metadata).(map[string]any)
		}
		s.Fields = append(s.Fields, field)
	}
	return s, nil
}

// parseJSONName reads a typeName; the names of DDL are accepted too, except
// for those that need brackets.
func parseJSONName(name string) (Type, error) {
	if strings.ContainsAny(name, "<>`'/-") {
		return nil, badJSON([]byte(name), nil)
	}
	switch name {
	case "null":
		return Null, nil
	case "calendarinterval":
		return Calendar, nil
	}
	t, err := ParseType(name)
	if err != nil {
		return nil, badJSON([]byte(name), err)
	}
	return t, nil
}

func badJSON(text []byte, cause error) error {
	e := sparkerr.New("INVALID_JSON_DATA_TYPE", "The JSON text is no data type; write it as schema.json() does.", "invalidType", string(text))
	if cause != nil {
		return e.Because(cause)
	}
	return e
}

// numbers replaces json.Number by int64 or float64, in place.
func numbers(v any) any {
	switch x := v.(type) {
	case json.Number:
		if n, err := x.Int64(); err == nil {
			return n
		}
		f, _ := x.Float64()
		return f
	case map[string]any:
		for k := range x {
			x[k] = numbers(x[k])
		}
	case []any:
		for i := range x {
			x[i] = numbers(x[i])
		}
	}
	return v
}
