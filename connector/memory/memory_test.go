package memory

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

var (
	ctx    = context.Background()
	schema = sqltype.NewStruct(sqltype.F("a", sqltype.Int), sqltype.F("b", sqltype.String))
)

func read(t *testing.T, s connector.Source, sp []connector.Split, columns ...int) string {
	t.Helper()
	var out []any
	b := columnar.NewBatch(s.Schema())
	for _, x := range sp {
		r, err := s.Open(ctx, x, connector.Wanted{Columns: columns})
		if err != nil {
			t.Fatal(err)
		}
		for {
			if err = r.Read(ctx, b); err != nil {
				break
			}
			for i := range b.Len {
				for _, c := range columns {
					out = append(out, b.Cols[c].Value(i))
				}
			}
		}
		if !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
	}
	return fmt.Sprint(out...)
}

func TestSinkModes(t *testing.T) {
	for _, c := range []struct {
		mode connector.Mode
		want string
	}{{connector.Append, "[[1 x] [2 <nil>] [1 x]]"}, {connector.Update, "[[1 x] [2 <nil>] [1 x]]"}, {connector.Complete, "[[1 x]]"}} {
		conn := New()
		s, err := conn.Sink(ctx, connector.Request{Options: connector.Options{"queryname": "q"}, Schema: schema, Mode: c.mode})
		if err != nil {
			t.Fatal(err)
		}
		for e, rows := range [][]columnar.Row{{{int32(1), "x"}, {int32(2), nil}}, {{int32(1), "x"}}} {
			feed := NewStream("f", schema)
			feed.Add(rows...)
			w, _ := s.Writer(ctx, connector.Epoch(e), 0)
			if err := w.Write(ctx, feed.blocks[0]); err != nil {
				t.Fatal(err)
			}
			r, _ := w.Prepare(ctx)
			for range 2 { // the second does nothing
				if err := s.Commit(ctx, connector.Epoch(e), []connector.Receipt{r}); err != nil {
					t.Fatal(err)
				}
			}
		}
		if got := fmt.Sprint(conn.Table("q").Rows()); got != c.want {
			t.Errorf("%s: %s", c.mode, got)
		}
		if err := s.Commit(ctx, 9, []connector.Receipt{nil}); !errors.Is(err, connector.ErrLost) {
			t.Error(err)
		}
		src, err := conn.Source(ctx, connector.Request{Options: connector.Options{"queryName": "q"}})
		if err != nil {
			t.Fatal(err)
		}
		sp, _ := src.(connector.Bounded).Now(ctx, connector.Wanted{})
		if got := read(t, src, sp, 1)[:1]; got != "x" {
			t.Error(got)
		}
	}
	if _, err := New().Sink(ctx, connector.Request{Schema: schema}); sparkerr.ClassOf(err) != "_LEGACY_ERROR_TEMP_1194" {
		t.Error(err)
	}
}

func TestStream(t *testing.T) {
	s := NewStream("in", schema)
	latest := func(from string) connector.Offset {
		t.Helper()
		o, err := s.Latest(ctx, connector.Offset(from), connector.Limit{})
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	if o := latest(""); len(o) != 0 {
		t.Error(string(o))
	}
	s.Add(columnar.Row{int32(1), "x"})
	s.Add(columnar.Row{int32(2), "y"})
	o := latest("")
	sp, err := s.Splits(ctx, nil, o)
	if got := read(t, s, sp, 0); string(o) != "1" || err != nil || got != "1 2" {
		t.Error(string(o), err, got)
	}
	if err := s.Forget(ctx, o); err != nil {
		t.Fatal(err)
	}
	s.Add(columnar.Row{int32(3), "z"})
	if err := s.Snapshot(ctx); err != nil {
		t.Fatal(err)
	}
	s.Add(columnar.Row{int32(4), "-"})
	next := latest("1")
	sp, err = s.Splits(ctx, o, next)
	if got := read(t, s, sp, 0); string(next) != "2" || err != nil || got != "3" || string(latest("2")) != "2" {
		t.Error(string(next), err, got)
	}
	if _, err := s.Splits(ctx, nil, next); err == nil {
		t.Error("dropped blocks were read")
	}
}
