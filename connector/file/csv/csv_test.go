package csv

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

type clock struct{}

func (clock) Now() time.Time                             { return time.UnixMilli(1_700_000_000_000) }
func (clock) Sleep(context.Context, time.Duration) error { return nil }

// read reads files of a fresh disk as a batch, after the schema in DDL.
func read(t *testing.T, o connector.Options, schema string, files ...string) (string, error) {
	t.Helper()
	ctx := context.Background()
	fs := simfs.New(1, clock{}.Now)
	e := &env.Env{Clock: clock{}, FS: fs, Log: slog.New(slog.DiscardHandler)}
	if err := fs.MkdirAll("/in"); err != nil {
		t.Fatal(err)
	}
	for i, f := range files {
		if err := vfs.WriteAtomic(fs, path.Join("/in", fmt.Sprint(i)), []byte(f), vfs.Overwrite); err != nil {
			t.Fatal(err)
		}
	}
	r := connector.Request{Env: e, Options: connector.Options{"path": "/in"}}
	for k, v := range o {
		r.Options[k] = v
	}
	if schema != "" {
		r.Schema, _ = sqltype.ParseDDL(schema)
	}
	s, err := Connector().Source(ctx, r)
	if err != nil {
		return "", err
	}
	splits, err := s.(connector.Bounded).Now(ctx, connector.Wanted{})
	if err != nil {
		return "", err
	}
	out := []string{s.Schema().String()}
	want := connector.Wanted{}
	for i := range s.Schema().Fields {
		want.Columns = append(want.Columns, i)
	}
	b := columnar.NewBatch(s.Schema())
	for _, sp := range splits {
		rd, err := s.Open(ctx, sp, want)
		if err != nil {
			return "", err
		}
		for {
			if err = rd.Read(ctx, b); err != nil {
				break
			}
			for i := range b.Len {
				var cells []string
				for _, c := range b.Cols {
					cells = append(cells, fmt.Sprint(c.Value(i)))
				}
				out = append(out, strings.Join(cells, "|"))
			}
		}
		if !errors.Is(err, io.EOF) {
			return "", err
		}
	}
	return strings.Join(out, " "), nil
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
