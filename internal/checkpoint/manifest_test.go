package checkpoint

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"github.com/spatestream/spate/connector"
)

func manyManifests() []*Manifest {
	table := TableSchema{Name: "counts", Key: "k STRING", Value: "`n\"` BIGINT", Multi: true, Expiry: 2}
	m := &Manifest{Epoch: 12, NextWatermark: -5, Groups: 128, inline: []byte("\x01\x00rows\n"),
		Receipts: []connector.Receipt{connector.Receipt(`{"a":1}`), connector.Receipt(`[]`)},
		Stages:   []StageState{{Stage: "aggregate-0", Tables: []TableSchema{table}}, {Stage: "dedup \"1\"", Layout: []byte(`{"keys":"STRING"}`), Watermarks: []int64{-1 << 63, 7}, Tables: []TableSchema{table, table}}}}
	for i := range 20 {
		s := Section{File: inlineIn(connector.Epoch(i)), Offset: int64(i), Length: 1 << 40, CRC: 1<<32 - 1, Epoch: connector.Epoch(i), Lo: 3, Hi: 64, Rows: 9}
		m.Stages[0].Sections = append(m.Stages[0].Sections, s)
		s.File, s.Base = fmt.Sprintf("state/aggregate-0/%d-1234abcd-7.base", i), true
		m.Stages[1].Sections = append(m.Stages[1].Sections, s)
	}
	return []*Manifest{m, {}, {Epoch: 1, Stages: []StageState{{Stage: "x", Sections: []Section{}}}}}
}

// The hand-written JSON is that of encoding/json, and what is written is read.
func TestManifestIsWritten(t *testing.T) {
	for _, m := range manyManifests() {
		want, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Stages) == 1 {
			m.Stages[0].Tables = nil
		}
		if got := m.appendJSON(nil); string(got) != string(want) {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
		back, err := parseManifest(m.marshal())
		if err != nil {
			t.Fatal(err)
		}
		if len(m.inline) == 0 {
			back.inline = nil
		}
		if !reflect.DeepEqual(back, m) {
			t.Errorf("got\n%+v\nwant\n%+v", back, m)
		}
	}
}

func BenchmarkManifest(b *testing.B) {
	m := manyManifests()[0]
	b.ReportAllocs()
	for b.Loop() {
		m.marshal()
	}
}
