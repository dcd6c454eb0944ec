package csv

import (
	"bytes"
	"fmt"
	"math/rand/v2"
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

// decode reads a text by lines, or as a whole with multiLine.
func decode(t testing.TB, s *sqltype.Struct, o *Options, text string) ([]string, error) {
	t.Helper()
	d := NewDecoder(s, nil, o)
	b := columnar.NewBatch(s)
	if err := d.Begin(b, []byte(text)); err != nil {
		return nil, err
	}
	texts := []string{text}
	if !o.MultiLine {
		texts = strings.SplitAfter(text, "\n")
	}
	at := 0
	for _, line := range texts {
		lo, hi := at, at+len(line)
		if !o.MultiLine {
			hi = at + len(strings.TrimRight(line, "\r\n"))
		}
		for lo < hi {
			next, err := d.Record(lo, hi)
			if err != nil {
				return nil, err
			}
			if next <= lo {
				t.Fatal("no progress at", lo)
			}
			lo = next
		}
		at += len(line)
	}
	d.Finish()
	return decodetest.Rows(t, b, "|"), nil
}

// What Spark 4.3 makes of the texts, for (a INT, b STRING, c DOUBLE,
// _corrupt_record STRING).
func TestAsSpark(t *testing.T) {
	s, err := sqltype.ParseDDL("a INT, b STRING, c DOUBLE, _corrupt_record STRING")
	if err != nil {
		t.Fatal(err)
	}
	const n = "<nil>"
	for _, c := range []struct {
		text, want string
		options    []string
	}{
		{"1,x,2.5\n", "1|x|2.5|" + n, nil}, {"1,x\n", "1|x|<nil>|1,x", nil}, {"1,x,2.5,extra\n", "1|x|2.5|1,x,2.5,extra", nil}, {"z,x,1\n", "<nil>|x|1|z,x,1", nil},
		{"\n\n1,x,2\n", "1|x|2|" + n, nil}, {",,\n", "<nil>|<nil>|<nil>|" + n, nil}, {"1,\"q,q\",2\n", "1|q,q|2|" + n, nil}, {"1,\"q\"\"q\",2\n", "1|\"q\"\"q\"|2|" + n, nil},
		{"1,\"q\\\"q\",2\n", "1|q\"q|2|" + n, nil}, {"1,\"multi\nline\",2\n", "1|multi|<nil>|1,\"multi\n<nil>|2|<nil>|line\",2", nil}, {"1, x ,2\n", "1| x |2|" + n, nil},
		{"1,\"\",2\n", "1|<nil>|2|" + n, nil}, {"1,\"unclosed,2\n", "1|unclosed,2|<nil>|1,\"unclosed,2", nil}, {"1,un\"q\"x,2\n", "1|un\"q\"x|2|" + n, nil},
		{"1,\"a\"b,2\n", "1|\"a\"b|2|" + n, nil}, {" 1 ,x,2\n", "<nil>|x|2| 1 ,x,2", nil}, {"1,x,1e3\n", "1|x|1000|" + n, nil}, {"1,x,NaN\n", "1|x|NaN|" + n, nil},
		{"1,x,Inf\n", "1|x|+Inf|" + n, nil}, {"#c\n1,x,2\n", "<nil>|<nil>|<nil>|#c\n1|x|2|" + n, nil}, {"1,x,\"2\"\n", "1|x|2|" + n, nil}, {"\"1\",x,2\r\n3,y,4\r\n", "1|x|2|<nil>\n3|y|4|" + n, nil},
		{"   \n1,a,1\n", "1|a|1|" + n, nil}, {"1\n", "1|<nil>|<nil>|1", nil}, {"1,a\\,b,2\n", "1|a\\|<nil>|1,a\\,b,2", nil},
		{"#c\n1,x,2\n", "1|x|2|" + n, []string{"comment", "#"}}, {"1,\"multi\nline\",2\n3,y,4\n", "1|multi\nline|2|<nil>\n3|y|4|" + n, []string{"multiLine", "true"}},
		{" 1 , x ,2\n", "1|x|2|" + n, []string{"ignoreLeadingWhiteSpace", "true", "ignoreTrailingWhiteSpace", "true"}}, {"NA,NA,NA\n", "<nil>|<nil>|<nil>|" + n, []string{"nullValue", "NA"}},
		{"1,\"\",2\n3,,4\n", "1|E|2|<nil>\n3|<nil>|4|" + n, []string{"emptyValue", "E"}}, {"1;x;2\n", "1|x|2|" + n, []string{"sep", ";"}}, {"1||x||2\n", "1|x|2|" + n, []string{"sep", "||"}},
		{"1\tx\t2\n", "1|x|2|" + n, []string{"sep", "\\t"}}, {"z,x,1\n1,y\n2,k,3\n", "2|k|3|" + n, []string{"mode", "DROPMALFORMED"}},
	} {
		got, err := decode(t, s, options(t, c.options...), c.text)
		if err != nil || strings.Join(got, "\n") != c.want {
			t.Errorf("%q %v\n got %q, %v\nwant %q", c.text, c.options, strings.Join(got, "\n"), err, c.want)
		}
	}
	if _, err := decode(t, s, options(t, "mode", "FAILFAST"), "z,x,1"); sparkerr.ClassOf(err) != "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION" {
		t.Error(err)
	}
}

func TestInfer(t *testing.T) {
	for _, c := range []struct {
		text, want string
		options    []string
	}{
		{"a,a,,b\n1,2,3,4\n9999999999,x,1.5,\n", "struct<a0:string,a1:string,_c2:string,b:string>", []string{"header", "true"}},
		{"a,a,,b\n1,2,3,4\n9999999999,x,1.5,\n", "struct<a0:bigint,a1:string,_c2:double,b:int>", []string{"header", "true", "inferSchema", "true"}},
		{"1,2.5,true,2024-01-02,2024-01-02 03:04:05,x,,99999999999999999999,1e5,2024-01-02T03:04:05Z\n", "struct<_c0:int,_c1:double,_c2:boolean,_c3:date,_c4:timestamp,_c5:string,_c6:string,_c7:decimal(20,0),_c8:double,_c9:timestamp>", []string{"inferSchema", "true"}},
		{"1,x\n2,y,z\n", "struct<_c0:string,_c1:string>", nil},
	} {
		f := NewInferrer(options(t, c.options...))
		first := true
		for line := range strings.SplitSeq(c.text, "\n") {
			_, seen := f.Record([]byte(line), 0, len(line), first)
			first = first && !seen
		}
		if got := f.Schema().String(); got != c.want {
			t.Errorf("%q: %s, want %s", c.text, got, c.want)
		}
	}
}

// As Spark 4.3 writes the same rows.
func TestEncode(t *testing.T) {
	s, _ := sqltype.ParseDDL("a INT, b STRING, c DOUBLE, d STRING, t TIMESTAMP, e DATE, v BOOLEAN")
	b := columnar.NewBatch(s)
	for _, r := range []columnar.Row{{int32(1), `x"y`, 1.5, nil}, {int32(2), "a,b", 2e20, ""}, {int32(3), " sp ", 0.1, "n\nl"}, {int32(4), "", 1.0, `back\slash`}} {
		for i, x := range r {
			b.Cols[i].AppendValue(x)
		}
		columnar.AppendFixed(b.Cols[4], int64(1704164645678000))
		columnar.AppendFixed(b.Cols[5], int32(19724))
		columnar.AppendFixed(b.Cols[6], uint8(1))
		b.Len++
	}
	const tail = ",2024-01-02T03:04:05.678Z,2024-01-02,true"
	for _, c := range []struct {
		options []string
		want    []string
	}{
		{nil, []string{`1,"x\"y",1.5,` + tail, `2,"a,b",2.0E20,""` + tail, "3,sp,0.1,\"n\nl\"" + tail, `4,"",1.0,back\slash` + tail}},
		{[]string{"ignoreLeadingWhiteSpace", "false", "ignoreTrailingWhiteSpace", "false", "escapeQuotes", "false"}, []string{`1,x"y,1.5,` + tail, `2,"a,b",2.0E20,""` + tail, "3, sp ,0.1,\"n\nl\"" + tail, `4,"",1.0,back\slash` + tail}},
		{[]string{"nullValue", "NA", "emptyValue", "E"}, []string{`1,"x\"y",1.5,NA` + tail, `2,"a,b",2.0E20,E` + tail, "3,sp,0.1,\"n\nl\"" + tail, `4,E,1.0,back\slash` + tail}},
		{[]string{"quoteAll", "true"}, []string{`"1","x\"y","1.5","","2024-01-02T03:04:05.678Z","2024-01-02","true"`, `"2","a,b","2.0E20","","2024-01-02T03:04:05.678Z","2024-01-02","true"`,
			"\"3\",\"sp\",\"0.1\",\"n\nl\",\"2024-01-02T03:04:05.678Z\",\"2024-01-02\",\"true\"", `"4","","1.0","back\\slash","2024-01-02T03:04:05.678Z","2024-01-02","true"`}},
	} {
		e := NewEncoder(options(t, c.options...))
		for i, want := range c.want {
			got, err := e.AppendRow(nil, b.Cols, i)
			if err != nil || string(got) != want {
				t.Errorf("%v %v\n got %s\nwant %s", c.options, err, got, want)
			}
		}
	}
}

// Whatever the bytes: no panic, columns of one length, every row readable.
func TestMutants(t *testing.T) {
	s, _ := sqltype.ParseDDL("a INT, b STRING, c DOUBLE, d TIMESTAMP, e DECIMAL(10,2), f BOOLEAN, _corrupt_record STRING")
	const sample = `12,"te\"x,t",1.5e3,2024-01-02T03:04:05Z,12.34,true`
	r := rand.New(rand.NewPCG(1, 2))
	lines := decodetest.Mutants(r, sample, ",\"\\\n\r #", 20_000)
	for _, multi := range []string{"false", "true"} {
		for part := range slices.Chunk(lines, 1000) {
			if _, err := decode(t, s, options(t, "multiLine", multi), strings.Join(part, "\n")); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func FuzzDecode(f *testing.F) {
	s, _ := sqltype.ParseDDL("a INT, b STRING, c DATE")
	f.Add("1,\"x\",2024-01-01\n", true)
	f.Fuzz(func(t *testing.T, text string, multi bool) {
		if strings.Count(text, "\n")+strings.Count(text, "\r") < 2000 {
			_, _ = decode(t, s, options(t, "multiLine", fmt.Sprint(multi)), text)
		}
	})
}

// Four columns, two of them whole numbers, 43 bytes.
func BenchmarkDecode(b *testing.B) {
	s, _ := sqltype.ParseDDL("id BIGINT, name STRING, n INT, city STRING")
	r := rand.New(rand.NewPCG(1, 1))
	const rows = 65_536
	var text bytes.Buffer
	for range rows {
		fmt.Fprintf(&text, "%d,%010x,%d,%08x\n", 1_000_000_000_000+r.Int64N(1e12), r.Uint64()>>24, r.IntN(1e6), r.Uint32())
	}
	d := NewDecoder(s, nil, options(b))
	batch := columnar.NewBatch(s)
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		block := text.Bytes()
		for len(block) > 0 {
			_ = d.Begin(batch, block)
			at := 0
			for d.Rows() < columnar.MaxRows && at < len(block) {
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
}
