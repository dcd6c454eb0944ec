package checkpoint

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
	"github.com/spatestream/spate/sparkerr"
)

func opened(t *testing.T, fs vfs.FS, form Form) *Directory {
	t.Helper()
	d, err := Open(fs, "/ck", func() string { return "id" }, form)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func newSimDisk() *simfs.Disk {
	return simfs.New(1, func() time.Time { return time.Unix(1_767_000_000, 0) })
}

// epoch writes what an epoch of one section leaves in the logs.
func epoch(t *testing.T, d *Directory, n connector.Epoch, sections []Section) []Section {
	t.Helper()
	e := Entry{Epoch: n, Ends: []connector.Offset{connector.Offset(fmt.Sprint(n))}, Time: eventtime.Time(n) * 1000, Watermark: eventtime.Watermark(n)}
	sections = append(slices.Clone(sections), Section{File: inlineIn(n), Length: 4, CRC: vfs.Checksum([]byte("rows")), Epoch: n, Rows: 1})
	m := &Manifest{Epoch: n, Groups: 64, NextWatermark: eventtime.Watermark(n), Stages: []StageState{{Stage: "s", Sections: sections}}, inline: []byte("rows")}
	if err := errors.Join(d.LogOffsets(e, n%2 == 0), d.Decide(m), d.LogCommit(n, eventtime.Watermark(n))); err != nil {
		t.Fatal(err)
	}
	return sections
}

// Both forms give back what was logged, to their owner and to who only looks,
// and forget what is purged and swept.
func TestForms(t *testing.T) {
	for _, form := range []Form{Files, Segments} {
		fs := newSimDisk()
		d := opened(t, fs, form)
		var sections []Section
		for n := range connector.Epoch(400) {
			if sections = epoch(t, d, n, sections); len(sections) > 5 {
				sections = sections[3:] // merged into something
			}
			if n%50 == 49 {
				if err := errors.Join(d.Flush(), d.Purge(n-10), d.Sweep(n-10)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := errors.Join(d.Flush(), d.Close()); err != nil {
			t.Fatal(err)
		}
		d = opened(t, fs, Files+Segments-form) // it keeps its form
		r, err := d.Recover()
		if err != nil || d.form != form || r.Last.Epoch != 399 || r.Prev.Epoch != 398 || r.Committed != 399 || r.Manifest == nil || r.NextWatermark != 399 {
			t.Fatalf("form %d: recovered %+v, %v", form, r, err)
		}
		if in, err := d.inlines(sections); err != nil || len(in) != len(sections) || string(in[399]) != "rows" {
			t.Errorf("form %d: sections %v, %v", form, in, err)
		}
		if list, err := Inspect(fs, "/ck"); err != nil || len(list.Epochs) < 11 || len(list.Epochs) > 200 || !list.Epochs[0].Committed {
			t.Errorf("form %d: listed %+v, %v", form, list, err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		entries, _ := fs.List("/ck/" + map[Form]string{Files: epochsDir, Segments: logDir}[form])
		if form == Files && len(entries) > 80 || form == Segments && len(entries) > 3 {
			t.Errorf("form %d keeps %d files", form, len(entries))
		}
	}
}

// What was logged to become durable later is not there after a crash before,
// and all of it after.
func TestNothingRidesAlone(t *testing.T) {
	for _, flushed := range []bool{false, true} {
		fs := newSimDisk()
		d := opened(t, fs, Segments)
		epoch(t, d, 0, nil)
		if err := d.Journal(1).Add(7, []byte("a file"), false); err != nil {
			t.Fatal(err)
		}
		if flushed {
			if err := d.Flush(); err != nil {
				t.Fatal(err)
			}
		}
		fs = fs.Recover(1)
		d = opened(t, fs, Segments)
		r, err := d.Recover()
		if err != nil || r.Manifest == nil || (r.Committed == 0) != flushed {
			t.Errorf("flushed %v: %+v, %v", flushed, r, err)
		}
		var entries []string
		err = d.Journal(1).Read(func(id int64, entry []byte, whole bool) error {
			entries = append(entries, fmt.Sprintf("%d %s %v", id, entry, whole))
			return nil
		})
		if err != nil || (len(entries) == 1 && entries[0] == "7 a file false") != flushed {
			t.Errorf("flushed %v: the journal holds %q, %v", flushed, entries, err)
		}
		_ = d.Close()
	}
}

// noLocks is a file system whose locks do not hold.
type noLocks struct{ vfs.FS }

type open struct{}

func (open) Close() error { return nil }

func (noLocks) Lock(string) (io.Closer, error) { return open{}, nil }

// A process that has lost the directory without knowing writes nothing more
// and breaks nothing.
func TestLostOwner(t *testing.T) {
	fs := noLocks{newSimDisk()}
	old := opened(t, fs, Segments)
	epoch(t, old, 0, nil)
	now := opened(t, fs, Segments)
	epoch(t, now, 1, nil)
	if err := old.Flush(); sparkerr.ClassOf(err) != "CONCURRENT_STREAM_LOG_UPDATE" {
		t.Errorf("the old owner wrote: %v", err)
	}
	if err := old.Close(); err != nil {
		t.Error(err)
	}
	epoch(t, now, 2, nil)
	if err := errors.Join(now.Flush(), now.Close()); err != nil {
		t.Error(err)
	}
	r, err := opened(t, fs, Segments).Recover()
	if err != nil || r.Last.Epoch != 2 || r.Committed != 2 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestRecordsThatAreCut(t *testing.T) {
	l := &segmentLedger{dir: "/ck/log"}
	for _, record := range []string{"", "\x01", "\x01\x00", "\xff\xff"} {
		if _, _, err := l.parse([]byte(record)); err == nil || !strings.Contains(err.Error(), "/ck/log") {
			t.Errorf("%q: %v", record, err)
		}
	}
}
