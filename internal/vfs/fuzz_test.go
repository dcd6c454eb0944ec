package vfs_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"

	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
)

const firstSegment = "wal/00000000000000000000.seg"

// FuzzSegment reads any bytes as a segment: they are damage, or records that a
// log goes on from.
func FuzzSegment(f *testing.F) {
	disk := simfs.New(1, noon)
	l, err := vfs.OpenLog(disk, "wal", vfs.LogOptions{SegmentSize: 600})
	check(f, err)
	for _, group := range [][][]byte{{nil}, {[]byte("a"), []byte("bc")}, {bytes.Repeat([]byte("x"), 300)}} {
		_, err := l.Append(group...)
		check(f, err)
	}
	data, err := vfs.ReadFile(disk, firstSegment)
	check(f, err)
	f.Add(data)
	f.Add(data[:60])
	f.Add([]byte("spatelog"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) { readAnything(t, data) })
}

// FuzzFrame reads any bytes as the body of a frame whose checksums are right.
func FuzzFrame(f *testing.F) {
	f.Add(uint32(2), []byte("\x01a\x02bc"))
	f.Add(uint32(1), []byte{0})
	f.Add(uint32(9), []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, count uint32, body []byte) { readAnything(t, drawnSegment(count, body)) })
}

// drawnSegment makes a segment of one frame after the drawing in
// docs/formats/segment.md, not after the code.
func drawnSegment(count uint32, body []byte) []byte {
	le := binary.LittleEndian
	s := append([]byte("spatelog"), 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	s = le.AppendUint32(s, vfs.Checksum(s))
	s = le.AppendUint32(s, uint32(len(body)))
	s = le.AppendUint32(s, count)
	s = le.AppendUint64(s, 0)
	s = le.AppendUint32(s, vfs.Checksum(body))
	s = le.AppendUint32(s, vfs.Checksum(s[24:44])^24/8)
	s = append(s, body...)
	return append(s, make([]byte, (8-len(s)%8)%8)...)
}

// TestSegmentIsAsDrawn compares the bytes a log writes with the drawing.
func TestSegmentIsAsDrawn(t *testing.T) {
	disk := simfs.New(1, noon)
	l, err := vfs.OpenLog(disk, "wal", vfs.LogOptions{})
	check(t, err)
	_, err = l.Append([]byte("a"), []byte("bc"))
	check(t, err)
	check(t, l.Close())
	wantContent(t, disk, firstSegment, string(drawnSegment(2, []byte("\x01a\x02bc"))))
	readAnything(t, drawnSegment(2, []byte("\x01a\x02bc")))
}

func readAnything(t *testing.T, data []byte) {
	disk := simfs.New(1, noon)
	check(t, disk.MkdirAll("wal"))
	check(t, vfs.WriteAtomic(disk, firstSegment, data, vfs.NoOverwrite))
	before, err := collect(func(visit func(uint64, []byte) error) error { return vfs.ReadLog(disk, "wal", 0, visit) })
	if errors.Is(err, vfs.ErrCorrupt) {
		return
	}
	check(t, err)
	l, err := vfs.OpenLog(disk, "wal", vfs.LogOptions{SegmentSize: 600})
	check(t, err)
	if l.Next() != uint64(len(before)) {
		t.Fatalf("read %d records, but the log goes on at %d", len(before), l.Next())
	}
	_, err = l.Append([]byte("more"))
	check(t, err)
	after, err := collect(func(visit func(uint64, []byte) error) error { return l.Read(0, visit) })
	check(t, err)
	check(t, l.Close())
	if len(after) != len(before)+1 || after[len(before)] != "more" {
		t.Fatalf("%d records became %d", len(before), len(after))
	}
	for i := range before {
		if before[i] != after[i] {
			t.Fatalf("record %d was %q, is %q", i, before[i], after[i])
		}
	}
}

func collect(read func(func(uint64, []byte) error) error) (records []string, err error) {
	err = read(func(_ uint64, r []byte) error { records = append(records, string(r)); return nil })
	return records, err
}

// TestEveryFlippedBit flips each bit of a log of two segments: what is read is
// what was written, or less at the very end, or damage that is named.
func TestEveryFlippedBit(t *testing.T) {
	disk := simfs.New(1, noon)
	l, err := vfs.OpenLog(disk, "wal", vfs.LogOptions{SegmentSize: 200})
	check(t, err)
	appendN(t, l, 6, 2)
	check(t, l.Close())
	entries, err := disk.List("wal")
	check(t, err)
	found := 0
	for _, e := range entries {
		for bit := range 8 * e.Size {
			name, mask := "wal/"+e.Name, byte(1)<<(bit%8)
			check(t, disk.Flip(name, bit/8, mask))
			if err := readFlipped(t, disk); err != nil {
				found++
				var damage *vfs.CorruptError
				if !errors.As(err, &damage) || damage.Path != name {
					t.Fatalf("bit %d of %s: %v", bit, name, err)
				}
			}
			check(t, disk.Flip(name, bit/8, mask))
		}
	}
	if found < 1000 {
		t.Fatalf("only %d flips were found", found)
	}
}

func readFlipped(t *testing.T, disk *simfs.Disk) error {
	next := uint64(0)
	err := vfs.ReadLog(disk, "wal", 0, func(i uint64, r []byte) error {
		if i != next || !bytes.Equal(r, record(i)) {
			t.Fatalf("record %d is %q", i, r)
		}
		next++
		return nil
	})
	if err == nil && next < 10 {
		t.Fatalf("only %d records and no error", next)
	}
	return err
}
