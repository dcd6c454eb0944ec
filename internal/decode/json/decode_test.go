package json

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decode/decodetest"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

func options(t testing.TB, kv ...string) *Options {
	t.Helper()
	o, err := ParseOptions(decodetest.Get(kv...), "UTC")
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// decode reads lines and returns rows as Go prints them.
func decode(t testing.TB, s *sqltype.Struct, o *Options, text string) ([]string, error) {
	t.Helper()
	return decodeBy(t, s, o, text, false)
}

// decodeBy reads lines record by record, or leaves to the decoder what it finds
// by itself.
func decodeBy(t testing.TB, s *sqltype.Struct, o *Options, text string, lines bool) ([]string, error) {
	t.Helper()
	d := NewDecoder(s, nil, o)
	b := columnar.NewBatch(s)
	block := []byte(text)
	d.Begin(b, block)
	for at := 0; at <= len(block); {
		if lines {
			at = d.Lines(at)
		}
		line, _, _ := strings.Cut(text[at:], "\n")
		more, err := d.Record(at, at+len(line))
		if err != nil {
			return nil, err
		}
		if more {
			t.Fatal("a batch is full")
		}
		at += len(line) + 1
	}
	d.Finish()
	return decodetest.Rows(t, b, " "), nil
}

// What Spark 4.3 makes of the records, save for the last line of Bytes: there
// 128 becomes -128.
func TestAsSpark(t *testing.T) {
	const n = "<nil>"
	s := decodetest.Schema(t, "a INT, b STRING, c DOUBLE, d ARRAY<INT>, s STRUCT<x:INT,y:STRING>, m MAP<STRING,INT>, _corrupt_record STRING")
	o := options(t)
	row := func(cells ...string) string {
		out := []string{n, n, n, n, n, n, n}
		for _, c := range cells {
			out[strings.IndexByte("abcdsm!", c[0])] = c[2:]
		}
		return strings.Join(out, " ")
	}
	for _, c := range []struct{ text, want string }{
		{`{"a":1} xyz`, row("a=1")}, {`{"a":1}{"a":2}`, row("a=1")}, {`[{"a":1},{"a":2}]`, row("a=1") + "\n" + row("a=2")},
		{`[1]`, row("!=[1]")}, {`7`, row("!=7")}, {`"x"`, row(`!="x"`)}, {``, ""}, {`   `, ""},
		{`{"a":"x","b":"ok"}`, row("b=ok", `!={"a":"x","b":"ok"}`)}, {`{"a":1.0,"b":"f"}`, row("b=f", `!={"a":1.0,"b":"f"}`)},
		{`{"a":3000000000,"b":"big"}`, row("b=big", `!={"a":3000000000,"b":"big"}`)},
		{`{"a":1,"b":tru}`, row(`!={"a":1,"b":tru}`)}, {`{"a":1,"b":"x`, row(`!={"a":1,"b":"x`)}, {`{"b":"q","a":1`, row(`!={"b":"q","a":1`)},
		{`{"a":1,}`, row(`!={"a":1,}`)}, {`{"a":1 "b":2}`, row(`!={"a":1 "b":2}`)}, {`{"b":1.50}`, row("b=1.50")},
		{`{"b":{"x": 1,  "y":[1, 2]}}`, row(`b={"x": 1,  "y":[1, 2]}`)}, {`{"b":true}`, row("b=true")}, {`{"b":null,"a":null}`, row()},
		{`{"d":[1,"x",3],"b":"e"}`, row("b=e", `!={"d":[1,"x",3],"b":"e"}`)}, {`{"d":[1,null]}`, row("d=[1 <nil>]")}, {`{"d":5,"b":"n"}`, row("b=n", `!={"d":5,"b":"n"}`)},
		{`{"s":{"x":"bad","y":"k"},"b":"p"}`, row("b=p", "s=[<nil> k]", `!={"s":{"x":"bad","y":"k"},"b":"p"}`)}, {`{"s":5,"b":"p"}`, row("b=p", `!={"s":5,"b":"p"}`)},
		{`{"m":{"k":1,"j":"z"},"b":"p"}`, row("b=p", `!={"m":{"k":1,"j":"z"},"b":"p"}`)}, {`{"m":{"k":1}}`, row("m=[{k 1}]")},
		{`{"a":1,"a":2}`, row("a=2")}, {`{"c":"NaN"}`, row("c=NaN")}, {`{"c":NaN}`, row("c=NaN")}, {`{"c":"Infinity"}`, row("c=+Inf")}, {`{"c":"+INF"}`, row("c=+Inf")},
		{`{"c":"1.5"}`, row(`!={"c":"1.5"}`)}, {`{"c":""}`, row(`!={"c":""}`)}, {`{"a":""}`, row(`!={"a":""}`)}, {`{"a":"5"}`, row(`!={"a":"5"}`)},
		{`{'a':1,'b':'sq'}`, row("a=1", "b=sq")}, {`{a:1}`, row(`!={a:1}`)}, {`{"a":01}`, row(`!={"a":01}`)}, {`{"b":"bad\q"}`, row(`!={"b":"bad\q"}`)},
		{"{\"b\":\"t\tab\"}", row("!={\"b\":\"t\tab\"}")}, {`{"b":"\u00e9\ud83d\ude00"}`, row("b=é😀")}, {`{"b":"\ud83d"}`, row("b=?")},
		{`{"c":1e400}`, row("c=+Inf")}, {`{"c":5}`, row("c=5")}, {`{"a":-0}`, row("a=0")}, {`{"a":1e2}`, row(`!={"a":1e2}`)}, {`{"A":9}`, row()},
		{`null`, row("!=null")}, {`{"a":1}// c`, row("a=1")}, {`{"b":"x"}]`, row("b=x")}, {`{"a":+5}`, row(`!={"a":+5}`)}, {`{"c":.5}`, row(`!={"c":.5}`)},
		{`{"c":5.}`, row(`!={"c":5.}`)}, {`{"c":-INF}`, row("c=-Inf")}, {"{\"b\":\"\xff\xfe\"}", row("!={\"b\":\"\xff\xfe\"}")},
	} {
		got, err := decode(t, s, o, c.text)
		if err != nil || strings.Join(got, "\n") != c.want {
			t.Errorf("%s\n got %s, %v\nwant %s", c.text, strings.Join(got, "\n"), err, c.want)
		}
	}
}

func TestTypes(t *testing.T) {
	s := decodetest.Schema(t, "t TIMESTAMP, n TIMESTAMP_NTZ, d DATE, x DECIMAL(5,2), y BINARY, z TINYINT, q BOOLEAN, f FLOAT")
	o := options(t, "columnNameOfCorruptRecord", "none")
	for _, c := range []struct{ text, want string }{
		{`{"t":"2024-01-02T03:04:05Z","n":"2024-01-02 03:04:05.5","d":"2024-01-02","x":1.005,"y":"aGk=","z":127,"q":true,"f":1.1}`, "1704164645000000 1704164645500000 19724 1.01 [104 105] 127 true 1.1"},
		{`{"t":5,"x":"1.5"}`, "5000000 <nil> <nil> 1.50 <nil> <nil> <nil> <nil>"},
		{`{"d":"2024-01-02T05:00:00","y":""}`, "<nil> <nil> 19724 <nil> [] <nil> <nil> <nil>"},
		{`{"x":12345.6,"z":128,"q":"true","d":"x","t":"x","n":"2024-01-02T03:04:05Z","y":"%%","f":""}`, "<nil> <nil> <nil> <nil> <nil> <nil> <nil> <nil>"},
		{`{"x":"","d":19000,"t":1.5,"n":5,"f":"2"}`, "<nil> <nil> <nil> <nil> <nil> <nil> <nil> <nil>"},
	} {
		got, err := decode(t, s, o, c.text)
		if err != nil || len(got) != 1 || strings.ReplaceAll(got[0], "2024", "2024") != c.want {
			t.Errorf("%s\n got %q, %v\nwant %q", c.text, got, err, c.want)
		}
	}
}

func TestModes(t *testing.T) {
	s := decodetest.Schema(t, "a INT, b STRING")
	text := `{"a":"x","b":"1"}` + "\n" + `{"a":2}` + "\n{bad"
	if got, _ := decode(t, s, options(t, "mode", "DROPMALFORMED"), text); fmt.Sprint(got) != "[2 <nil>]" {
		t.Error(got)
	}
	if got, _ := decode(t, s, options(t, "mode", "nonsense"), text); fmt.Sprint(got) != "[<nil> 1 2 <nil> <nil> <nil>]" {
		t.Error(got)
	}
	if _, err := decode(t, s, options(t, "mode", "failfast"), text); sparkerr.ClassOf(err) != "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION" {
		t.Error(err)
	}
}

func TestLeniency(t *testing.T) {
	s := decodetest.Schema(t, "a INT, b STRING")
	for _, c := range []struct{ option, text, want string }{
		{"allowUnquotedFieldNames", `{a:1}`, "1 <nil>"}, {"allowNumericLeadingZeros", `{"a":007}`, "7 <nil>"},
		{"allowBackslashEscapingAnyCharacter", `{"b":"\q\é"}`, "<nil> qé"}, {"allowUnquotedControlChars", "{\"b\":\"\t\"}", "<nil> \t"},
		{"allowComments", `/* x */{"a":/**/1 // y`, ""}, {"allowComments", `{"a":/**/1/* y */}`, "1 <nil>"},
	} {
		got, err := decode(t, s, options(t, c.option, "true", "mode", "DROPMALFORMED"), c.text)
		if err != nil || strings.Join(got, "") != c.want {
			t.Errorf("%s %s: %q, %v", c.option, c.text, got, err)
		}
		if got, _ := decode(t, s, options(t, "mode", "DROPMALFORMED"), c.text); len(got) != 0 {
			t.Errorf("%s: %s is taken without it: %q", c.option, c.text, got)
		}
	}
}

// A big array of records comes in several batches.
func TestArrayOfRecords(t *testing.T) {
	s := decodetest.Schema(t, "a INT")
	var text bytes.Buffer
	text.WriteString("[")
	const n = 20_000
	for i := range n {
		fmt.Fprintf(&text, `{"a":%d},`, i)
	}
	text.Truncate(text.Len() - 1)
	text.WriteString("]")
	d := NewDecoder(s, nil, options(t))
	b := columnar.NewBatch(s)
	at, more := 0, true
	for more {
		var err error
		d.Begin(b, text.Bytes())
		if more, err = d.Record(0, text.Len()); err != nil {
			t.Fatal(err)
		}
		d.Finish()
		for i := range b.Len {
			if v := columnar.At[int32](b.Cols[0], i); int(v) != at {
				t.Fatal(v, at)
			}
			at++
		}
	}
	if at != n {
		t.Error(at)
	}
}

const sample = `{"id":123456,"name":"some \u00e9 name","tags":["a","b",null],"pos":{"x":1.5,"y":-2e3},"at":"2024-01-02T03:04:05Z","m":{"k":1},"ok":true,"list":[{"p":1,"q":[{"r":"x","s":2},{"s":3}]},{"q":[]}],"deep":{"a":{"p":1},"b":{"q":"z","p":2}},"dec":12.34}`
const sampleSchema = "id BIGINT, name STRING, tags ARRAY<STRING>, list ARRAY<STRUCT<p:INT,q:ARRAY<STRUCT<r:STRING,s:INT>>>>, deep MAP<STRING,STRUCT<p:INT,q:STRING>>, pos STRUCT<x:DOUBLE,y:DOUBLE>, at TIMESTAMP, m MAP<STRING,INT>, ok BOOLEAN, dec DECIMAL(10,2), raw STRING, _corrupt_record STRING"

// Whatever the bytes: no panic, columns of one length, every row readable.
func TestMutants(t *testing.T) {
	s, o := decodetest.Schema(t, sampleSchema), options(t)
	r := rand.New(rand.NewPCG(1, 2))
	lines := decodetest.Mutants(r, sample, `{}[]",:\0e.-`, 20_000)
	for i, m := range lines {
		lines[i] = strings.ReplaceAll(m, "\n", " ")
	}
	for part := range slices.Chunk(lines, 2000) {
		if _, err := decode(t, s, o, strings.Join(part, "\n")); err != nil {
			t.Fatal(err)
		}
	}
	// What a broken record leaves behind does not show in the next ones.
	var alone []string
	for _, line := range lines[:1500] {
		rows, err := decode(t, s, o, line)
		if err != nil {
			t.Fatal(err)
		}
		alone = append(alone, rows...)
	}
	for _, byLines := range []bool{false, true} {
		together, err := decodeBy(t, s, o, strings.Join(lines[:1500], "\n"), byLines)
		if err != nil {
			t.Fatal(err)
		}
		for i := range alone {
			if alone[i] != together[i] {
				t.Fatalf("by lines %v: row %d\n got %s\nwant %s", byLines, i, together[i], alone[i])
			}
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(sample)
	f.Add(`[{"id":1},{"name":[[[[]]]]}]`)
	s, o := decodetest.Schema(f, sampleSchema), options(f)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) < 5000 && strings.Count(text, "{") < 2000 {
			_, _ = decode(t, s, o, text)
		}
	})
}

func TestDepth(t *testing.T) {
	s := decodetest.Schema(t, "a STRING")
	deep := `{"a":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "}"
	got, err := decode(t, s, options(t), deep)
	if err != nil || len(got) != 1 || got[0] != "<nil>" {
		t.Error(got, err)
	}
}

// Records of 254 bytes, seven fields, three of them wanted.
func BenchmarkDecode(b *testing.B) {
	s := decodetest.Schema(b, "user STRING, page STRING, ad STRING, kind STRING, event STRING, time BIGINT, ip STRING")
	r := rand.New(rand.NewPCG(1, 1))
	const rows = 65_536
	var text bytes.Buffer
	for range rows {
		fmt.Fprintf(&text, `{"user":"%016x-%016x","page":"%016x-%016x","ad":"%016x-%016x","kind":"%s","event":"%s","time":%d,"ip":"%d.%d.%d.%d","pad":"%012x"}`+"\n",
			r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64(), []string{"banner", "modal", "mail"}[r.IntN(3)],
			[]string{"view", "click", "purchase"}[r.IntN(3)], 1_700_000_000_000+r.Int64N(1e9), r.IntN(256), r.IntN(256), r.IntN(256), r.IntN(256), r.Uint64()>>16)
	}
	for _, c := range []struct {
		name string
		want []bool
	}{{"three", []bool{false, false, true, false, true, true, false}}, {"all", nil}} {
		b.Run(c.name, func(b *testing.B) {
			d := NewDecoder(s, c.want, options(b))
			batch := columnar.NewBatch(s)
			b.SetBytes(int64(text.Len()))
			b.ReportAllocs()
			for b.Loop() {
				block := text.Bytes()
				for len(block) > 0 {
					d.Begin(batch, block)
					at := 0
					for d.Rows() < columnar.MaxRows && at < len(block) {
						if at = d.Lines(at); d.Rows() == columnar.MaxRows || at == len(block) {
							break
						}
						end := at + bytes.IndexByte(block[at:], '\n')
						if _, err := d.Record(at, end); err != nil {
							b.Fatal(err)
						}
						at = end + 1
					}
					d.Finish()
					block = block[at:]
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/record")
		})
	}
}

// Betting on the last record's shape changes nothing: a run of records that
// look alike, with flaws here and there, decodes to what each gives alone, to a
// decoder that has seen none before.
func TestBet(t *testing.T) {
	for name, form := range map[string]struct{ schema, record string }{
		"nested": {"user STRING, n BIGINT, ad STRING, deep STRUCT<a: STRING, b: STRING>, _corrupt_record STRING",
			`{"user": "USER", "skipped":"SKIP", "n": INT, "ad": "AD", "deep":{"a":"HEX","b":"HEX"}}`},
		"flat": {"user STRING, n BIGINT, ad STRING, x DOUBLE, ok BOOLEAN, at TIMESTAMP, i INT, _corrupt_record STRING",
			`{"user": "USER", "skipped":"SKIP", "n": INT, "other":INT,"x":FLOAT ,"ok":BOOL, "a field with a very long name indeed":"HEX", "at": "TIME","i":SMALL,"ad": "AD"}`},
		"short": {"a STRING, b INT, c STRING", `{"a":"AD","b":SMALL,"c":"SKIP"}`},
	} {
		t.Run(name, func(t *testing.T) { testBet(t, decodetest.Schema(t, form.schema), form.record) })
	}
}

// flawed is a line like form, with a flaw now and then.
func flawed(r *rand.Rand, form string) string {
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	line := regexp.MustCompile("[A-Z]{2,}").ReplaceAllStringFunc(form, func(kind string) string {
		switch kind {
		case "USER":
			return fmt.Sprintf("%016x-%d", r.Uint64(), r.IntN(20))
		case "SKIP":
			return strings.Repeat("s", r.IntN(3)*9)
		case "INT":
			return fmt.Sprint(r.Int64N(1e12))
		case "SMALL":
			return pick("0", "-1", "2147483648", "07", "12", "1.0", "1e3")
		case "FLOAT":
			return pick("0.5", "-1e9", "NaN", "12", "1.", `"Infinity"`, "123456789.25")
		case "BOOL":
			return pick("true", "false", "null", "tru")
		case "TIME":
			return pick("2024-01-02T03:04:05Z", "2024-01-02 03:04:05.678", "never", "2024-06-30")
		case "AD":
			return pick("banner", "modal", "a long kind of ad", "ünder", `a \"quoted\" ad`)
		}
		return fmt.Sprintf("%x", r.Uint32())
	})
	if r.IntN(4) > 0 {
		return line
	}
	m := []byte(line)
	i := r.IntN(len(m))
	switch r.IntN(3) {
	case 0:
		m[i] = "\"\\\x00\x1f\x7f\x80\xffu,:{} \r"[r.IntN(14)]
	case 1:
		m = append(m[:i], m[min(len(m), i+1+r.IntN(20)):]...)
	default:
		m = slices.Insert(m, i, []byte(pick(" ", `"`, `\"`, "é", `, "user": "twice", "ad": null, `, "\\u0041", "\r"))...)
	}
	return string(m)
}

func testBet(t *testing.T, s *sqltype.Struct, form string) {
	o := options(t)
	r := rand.New(rand.NewPCG(3, 4))
	var lines []string
	for len(lines) < 4000 {
		lines = append(lines, flawed(r, form)+[]string{"", "", "", "\r"}[r.IntN(4)])
	}
	var alone []string
	for _, l := range lines {
		rows, err := decode(t, s, o, l)
		if err != nil {
			t.Fatal(err)
		}
		alone = append(alone, rows...)
	}
	for _, byLines := range []bool{false, true} {
		together, err := decodeBy(t, s, o, strings.Join(lines, "\n"), byLines)
		if err != nil {
			t.Fatal(err)
		}
		if len(alone) != len(together) {
			t.Fatalf("by lines %v: %d rows together, %d alone", byLines, len(together), len(alone))
		}
		for i := range alone {
			if alone[i] != together[i] {
				t.Fatalf("by lines %v: row %d of %q: together %s, alone %s", byLines, i, lines[i], together[i], alone[i])
			}
		}
	}
}

// What Lines reads by itself is what Record reads.
func FuzzLines(f *testing.F) {
	s, o := decodetest.Schema(f, "a STRING, b BIGINT, c DOUBLE, d BOOLEAN, _corrupt_record STRING"), options(f)
	f.Add("{\"a\":\"x\",\"b\":1,\"c\":1.5,\"d\":true}\n{\"a\":\"y\",\"b\":12345678901,\"c\":2,\"d\":null}\n{\"a\":\"z\\n\",\"b\":1,\"c\":2,\"d\":false}\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4000 || strings.Contains(text, "[") {
			return
		}
		text += "\n" + text // what was learnt in the first half
		slow, _ := decodeBy(t, s, o, text, false)
		fast, _ := decodeBy(t, s, o, text, true)
		if !slices.Equal(slow, fast) {
			t.Fatalf("%q\nslow %q\nfast %q", text, slow, fast)
		}
	})
}
