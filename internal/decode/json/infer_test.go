package json

import (
	"fmt"
	"strings"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decode/decodetest"
	"github.com/spatestream/spate/sqltype"
)

// What Spark 4.3 infers.
func TestInfer(t *testing.T) {
	for _, c := range []struct {
		text, want string
		options    []string
	}{
		{`{"b":1,"a":"x"}|{"b":1.5,"c":[1,2.5,null]}`, "struct<a:string,b:double,c:array<double>>", nil},
		{`{"a":1}|{"a":"x"}`, "struct<a:string>", nil}, {`{"a":[1,"x"]}`, "struct<a:array<string>>", nil},
		{`{"a":{"x":1}}|{"a":{"y":true}}`, "struct<a:struct<x:bigint,y:boolean>>", nil}, {`{"a":{"x":1}}|{"a":[1]}`, "struct<a:string>", nil},
		{`{"a":null}`, "struct<a:string>", nil}, {`{"a":[]}`, "struct<a:array<string>>", nil}, {`{"a":99999999999999999999}`, "struct<a:decimal(20,0)>", nil},
		{`{"a":9999999999999999999999999999999999999999}`, "struct<a:double>", nil}, {`{"a":1}|{bad`, "struct<_corrupt_record:string,a:bigint>", nil},
		{`{bad`, "struct<_corrupt_record:string>", nil}, {``, "struct<>", nil}, {`{"a":"2024-01-02T03:04:05Z"}`, "struct<a:string>", nil},
		{`[{"a":1},{"b":2}]`, "struct<a:bigint,b:bigint>", nil}, {`{"a":1}|{"a":true}`, "struct<a:string>", nil}, {`{"a":{}}`, "struct<>", nil},
		{`{"a":1}|5`, "struct<_corrupt_record:string,a:bigint>", nil}, {`{"A":1,"a":2}`, "COLUMN_ALREADY_EXISTS", nil},
		{`{"a":1,"b":1.5,"c":true}`, "struct<a:string,b:string,c:string>", []string{"primitivesAsString", "true"}},
		{`{"a":1.5}`, "struct<a:decimal(2,1)>", []string{"prefersDecimal", "true"}},
		{`{"a":null,"b":[],"c":{"d":null}}`, "struct<>", []string{"dropFieldIfAllNull", "true"}},
		{`{"a":"2024-01-02T03:04:05Z"}`, "struct<a:timestamp>", []string{"inferTimestamp", "true"}},
	} {
		f := NewInferrer(options(t, c.options...))
		for line := range strings.SplitSeq(c.text, "|") {
			if err := f.Record([]byte(line), 0, len(line)); err != nil {
				t.Fatal(err)
			}
		}
		s, err := f.Schema()
		if got := fmt.Sprint(s, err); !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %s", c.text, got, c.want)
		}
	}
}

// As Spark 4.3 writes the same row.
func TestEncode(t *testing.T) {
	s := decodetest.Schema(t, "a INT, b STRING, c DECIMAL(5,2), d TIMESTAMP, e DATE, f ARRAY<INT>, g MAP<STRING,INT>, h STRUCT<p:INT,q:STRING>, i INT, j DOUBLE, k BINARY, l TIMESTAMP_NTZ, m STRING, n DOUBLE, p FLOAT, q DOUBLE")
	text := `{"a":1,"b":"x\"y","c":1.50,"d":"2024-01-02T03:04:05.678Z","e":"2024-01-02","f":[1,null],"g":{"k":1},"h":{"p":null,"q":"z"},"i":null,"j":1.0E20,"k":"aGk=","l":"2024-01-02T03:04:05.000","m":"a/bé` + "\u2028" + `\\\t\u0001","n":"NaN","p":1.5,"q":100.0}`
	sparse := strings.ReplaceAll(strings.ReplaceAll(text, `"p":null,`, ""), `"i":null,`, "")
	for _, c := range []struct{ nulls, want string }{{"false", text}, {"true", sparse}} {
		o := options(t, "ignoreNullFields", c.nulls)
		d := NewDecoder(s, nil, o)
		b := columnar.NewBatch(s)
		d.Begin(b, []byte(text))
		if _, err := d.Record(0, len(text)); err != nil {
			t.Fatal(err)
		}
		d.Finish()
		got, err := AppendRow(nil, s, b.Cols, 0, o)
		if err != nil || string(got) != c.want {
			t.Errorf("%v\n got %s\nwant %s", err, got, c.want)
		}
	}
}

// What is written reads back as the same, for random values of every type that
// JSON tells apart.
func FuzzRoundTrip(f *testing.F) {
	f.Add("x\"\\\n\u00e9", int64(-5), 1.25)
	s := sqltype.NewStruct(sqltype.F("s", sqltype.String), sqltype.F("n", sqltype.Long), sqltype.F("d", sqltype.Double))
	o := options(f)
	f.Fuzz(func(t *testing.T, text string, n int64, d float64) {
		b := columnar.NewBatch(s)
		b.Cols[0].AppendValue(strings.ToValidUTF8(text, "?"))
		b.Cols[1].AppendValue(n)
		b.Cols[2].AppendValue(d)
		b.Len = 1
		line, err := AppendRow(nil, s, b.Cols, 0, o)
		if err != nil {
			t.Fatal(err)
		}
		dec, back := NewDecoder(s, nil, o), columnar.NewBatch(s)
		dec.Begin(back, line)
		if _, err := dec.Record(0, len(line)); err != nil {
			t.Fatal(err)
		}
		dec.Finish()
		for i := range b.Cols {
			if x, y := fmt.Sprint(b.Cols[i].Value(0)), fmt.Sprint(back.Cols[i].Value(0)); x != y {
				t.Fatalf("%s: %q became %q", line, x, y)
			}
		}
	})
}
