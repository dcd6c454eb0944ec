package spill

import (
	"io"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sqltype"
)

func TestRuns(t *testing.T) {
	space := memory.NewSpace(vfs.OS(1), t.TempDir())
	defer space.Close()
	f, err := Create(space, "test")
	if err != nil {
		t.Fatal(err)
	}
	s := sqltype.NewStruct(sqltype.F("a", sqltype.Long), sqltype.F("b", sqltype.String))
	var runs []Run
	for k := range 5 {
		b := columnar.NewBatch(s)
		for i := range 100 * k {
			columnar.AppendFixed(b.Cols[0], int64(k))
			b.Cols[1].AppendText([]byte{byte(i)})
			b.Len++
		}
		r, err := f.Write(b)
		if err != nil {
			t.Fatal(err)
		}
		runs = append(runs, r)
	}
	for range 2 { // as often as wanted
		r := f.Read(s, []Run{runs[4], runs[0], runs[2]})
		rows := 0
		var err error
		for err = r.Next(); err == nil; err = r.Next() {
			if r.Batch.Len > 0 && columnar.Slice[int64](r.Batch.Cols[0])[0] != int64(r.Batch.Len/100) {
				t.Error("rows of another run")
			}
			rows += r.Batch.Len
		}
		if err != io.EOF || rows != 600 {
			t.Errorf("%v after %d rows", err, rows)
		}
		r.Close()
	}
}
