package csv

import (
	"context"
	"fmt"
	"maps"
	"path"
	"strings"
	"testing"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/connector/file/filetest"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// read reads files of a fresh disk as a batch, after the schema in DDL.
func read(t *testing.T, o connector.Options, schema string, files ...string) (string, error) {
	t.Helper()
	d := filetest.New(t)
	if err := d.Env.FS.MkdirAll("/in"); err != nil {
		t.Fatal(err)
	}
	for i, f := range files {
		d.Put(path.Join("/in", fmt.Sprint(i)), f)
	}
	r := connector.Request{Env: d.Env, Options: connector.Options{"path": "/in"}}
	maps.Copy(r.Options, o)
	if schema != "" {
		r.Schema, _ = sqltype.ParseDDL(schema)
	}
	s, err := Connector().Source(context.Background(), r)
	if err != nil {
		return "", err
	}
	rows, err := filetest.Batch(s, "|")
	return strings.Join(append([]string{s.Schema().String()}, rows...), " "), err
}

func TestFiles(t *testing.T) {
	for _, c := range []struct {
		name   string
		o      connector.Options
		schema string
		files  []string
		want   string
	}{
		{"header", connector.Options{"header": "true"}, "", []string{"a,b\n1,x\n", "\na,b\n2,y\n"}, "struct<a:string,b:string> 1|x 2|y"},
		{"infer", connector.Options{"header": "true", "inferSchema": "true"}, "", []string{"\xef\xbb\xbfa,b\n1,x\n", "a,b\n2.5,y\n"}, "struct<a:double,b:string> 1|x 2.5|y"},
		{"multi", connector.Options{"header": "true", "multiLine": "true"}, "a INT, b STRING", []string{"a,b\n1,\"x\ny\"\n2,z\n"}, "struct<a:int,b:string> 1|x\ny 2|z"},
		{"header only", connector.Options{"header": "true"}, "a INT", []string{"a"}, "struct<a:int>"},
	} {
		if got, err := read(t, c.o, c.schema, c.files...); err != nil || got != c.want {
			t.Errorf("%s: %q, %v; want %q", c.name, got, err, c.want)
		}
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		o                    connector.Options
		schema, file, expect string
	}{
		{connector.Options{"header": "true", "enforceSchema": "false"}, "a INT, b INT", "b,a\n1,2\n", "does not conform"},
		{nil, "a ARRAY<INT>", "1\n", "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE"},
		{connector.Options{"sep": ""}, "a INT", "1\n", "INVALID_DELIMITER_VALUE.EMPTY_STRING"},
		{connector.Options{"header": "maybe"}, "a INT", "1\n", "true or false"},
		{connector.Options{"encoding": "UTF-16"}, "a INT", "1\n", "UTF-16"},
		{connector.Options{"mode": "FAILFAST"}, "a INT", "x\n", "MALFORMED_RECORD_IN_PARSING"},
	} {
		if _, err := read(t, c.o, c.schema, c.file); err == nil || !strings.Contains(err.Error(), c.expect) {
			t.Errorf("%v: %v, want %s", c.o, err, c.expect)
		}
	}
	if _, err := read(t, nil, ""); sparkerr.ClassOf(err) != "UNABLE_TO_INFER_SCHEMA" {
		t.Error(err)
	}
}
