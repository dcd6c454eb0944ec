package sqltype

import (
	"encoding/json"
	"testing"

	"github.com/spatestream/spate/sparkerr"
)

// The forms are those of DataType.fromDDL in Spark 4.3: ddl text, toDDL, json,
// printSchema.
func TestSchemaForms(t *testing.T) {
	for _, c := range []struct{ ddl, back, json, tree string }{
		{"a INT NOT NULL COMMENT 'it''s', b ARRAY<STRUCT<c: STRING, `d e`: INT NOT NULL COMMENT 'q'>>",
			`a INT NOT NULL COMMENT 'it\'s',b ARRAY<STRUCT<c: STRING, ` + "`d e`: INT NOT NULL COMMENT 'q'>>",
			`{"type":"struct","fields":[{"name":"a","type":"integer","nullable":false,"metadata":{"comment":"it's"}},{"name":"b","type":{"type":"array","elementType":{"type":"struct","fields":[{"name":"c","type":"string","nullable":true,"metadata":{}},{"name":"d e","type":"integer","nullable":false,"metadata":{"comment":"q"}}]},"containsNull":true},"nullable":true,"metadata":{}}]}`,
			"root\n |-- a: integer (nullable = false)\n |-- b: array (nullable = true)\n |    |-- element: struct (containsNull = true)\n |    |    |-- c: string (nullable = true)\n |    |    |-- d e: integer (nullable = false)\n"},
		{"a map<string,array<int>>, 1a dec, d interval year to month",
			"a MAP<STRING, ARRAY<INT>>,`1a` DECIMAL(10,0),d INTERVAL YEAR TO MONTH",
			`{"type":"struct","fields":[{"name":"a","type":{"type":"map","keyType":"string","valueType":{"type":"array","elementType":"integer","containsNull":true},"valueContainsNull":true},"nullable":true,"metadata":{}},{"name":"1a","type":"decimal(10,0)","nullable":true,"metadata":{}},{"name":"d","type":"interval year to month","nullable":true,"metadata":{}}]}`,
			"root\n |-- a: map (nullable = true)\n |    |-- key: string\n |    |-- value: array (valueContainsNull = true)\n |    |    |-- element: integer (containsNull = true)\n |-- 1a: decimal(10,0) (nullable = true)\n |-- d: interval year to month (nullable = true)\n"},
		{"struct<>", "", `{"type":"struct","fields":[]}`, "root\n"},
	} {
		s, err := ParseDDL(c.ddl)
		if err != nil {
			t.Errorf("%s: %v", c.ddl, err)
			continue
		}
		if got := s.DDL(); got != c.back {
			t.Errorf("DDL of %s:\n got %s\nwant %s", c.ddl, got, c.back)
		}
		if got := JSON(s); got != c.json {
			t.Errorf("JSON of %s:\n got %s\nwant %s", c.ddl, got, c.json)
		}
		if got := s.TreeString(0); got != c.tree {
			t.Errorf("tree of %s:\n got %s\nwant %s", c.ddl, got, c.tree)
		}
		if back, err := ParseJSON(c.json); err != nil || !Equal(back, s) {
			t.Errorf("ParseJSON of %s: %v, %v", c.json, back, err)
		}
	}
}

func TestTypeTexts(t *testing.T) {
	for text, want := range map[string]string{
		"BYTE": "tinyint", "short": "smallint", "Integer": "int", "long": "bigint", "real": "float",
		"numeric(5)": "decimal(5,0)", "dec(5, 2)": "decimal(5,2)", "character(3)": "char(3)", "varchar(0)": "varchar(0)",
		"timestamp_ltz": "timestamp", "timestamp": "timestamp", "interval": "interval", "interval day": "interval day",
		"interval hour to second": "interval hour to second", "array<array<int>>": "array<array<int>>",
		"struct<a int, b: struct<>>": "struct<a:int,b:struct<>>", "void /* c */ -- d": "void",
		"string collate utf8_binary": "string", "map<int, struct<x: binary>>": "map<int,struct<x:binary>>",
	} {
		got, err := ParseType(text)
		if err != nil || got.String() != want {
			t.Errorf("%s: got %v, %v, want %s", text, got, err, want)
		}
	}
	if got, _, _ := (Grammar{NTZ: true}).Type("timestamp", 0); got != TimestampNTZ {
		t.Errorf("timestamp under NTZ: %v", got)
	}
}

func TestTypeErrors(t *testing.T) {
	for text, class := range map[string]string{
		"foo": "UNSUPPORTED_DATATYPE", "variant": "UNSUPPORTED_DATATYPE", "time(3)": "UNSUPPORTED_TIME_TYPE", "int(3)": "UNSUPPORTED_DATATYPE",
		"": "PARSE_SYNTAX_ERROR", "array<int": "PARSE_SYNTAX_ERROR", "decimal(3,-1)": "PARSE_SYNTAX_ERROR", "int int": "PARSE_SYNTAX_ERROR",
		"map<int>": "PARSE_SYNTAX_ERROR", "array": "INCOMPLETE_TYPE_DEFINITION.ARRAY", "map": "INCOMPLETE_TYPE_DEFINITION.MAP",
		"struct": "INCOMPLETE_TYPE_DEFINITION.STRUCT", "char": "DATATYPE_MISSING_SIZE", "decimal(50,2)": "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
		"decimal(2,3)": "DECIMAL_SCALE_EXCEEDS_PRECISION", "interval month to day": "_LEGACY_ERROR_TEMP_0028", "string collate x": "UNSUPPORTED_COLLATION",
	} {
		if _, err := ParseType(text); sparkerr.ClassOf(err) != class {
			t.Errorf("%q: got %v, want %s", text, err, class)
		}
	}
}

func TestParseJSONRefuses(t *testing.T) {
	for _, text := range []string{"", "{", `"foo"`, `{"type":"array"}`, `{"type":"struct","fields":[{"name":"a"}]}`, `"struct<a:int>"`, `[]`} {
		if got, err := ParseJSON(text); err == nil {
			t.Errorf("%s: got %v", text, got)
		}
	}
}

func TestMetadataNumbers(t *testing.T) {
	text := `{"type":"struct","fields":[{"name":"a","type":"long","nullable":true,"metadata":{"n":9007199254740993,"x":1.5,"z":"<"}}]}`
	got, err := ParseJSON(text)
	if err != nil || JSON(got) != text {
		t.Errorf("got %v, %v", JSON(got), err)
	}
}

func FuzzParseDDL(f *testing.F) {
	f.Add("a INT NOT NULL COMMENT 'x', b ARRAY<STRUCT<c: STRING>>")
	f.Add("struct<a:map<int,interval day to second>>")
	f.Add("`a``b` decimal(3,2), c char(4)")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseDDL(text)
		if err != nil || len(s.Fields) == 0 {
			return
		}
		back, err := ParseDDL(s.DDL())
		if err != nil || !Equal(s, back) {
			t.Fatalf("%q: %s read back as %v, %v", text, s.DDL(), back, err)
		}
		if !json.Valid([]byte(JSON(s))) {
			t.Fatalf("%q: JSON %s", text, JSON(s))
		}
	})
}
