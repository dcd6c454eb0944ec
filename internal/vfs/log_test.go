package vfs_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
)

func record(i uint64) []byte { return []byte(fmt.Sprintf("record %d", i)) }

// appendN appends records numbered from next, in groups of size.
func appendN(t testing.TB, l *vfs.Log, groups, size int) {
	t.Helper()
	for range groups {
		var records [][]byte
		for i := range size {
			records = append(records, record(l.Next()+uint64(i)))
		}
		want := l.Next()
		first, err := l.Append(records...)
		check(t, err)
		if first != want {
			t.Fatalf("appended at %d, want %d", first, want)
		}
	}
}

// wantRecords checks that read shows records from..to-1.
func wantRecords(t testing.TB, read func(uint64, func(uint64, []byte) error) error, from, to uint64) {
	t.Helper()
	next := from
	check(t, read(from, func(i uint64, r []byte) error {
		if i != next || !bytes.Equal(r, record(i)) {
			t.Fatalf("record %d is %q, want number %d", i, r, next)
		}
		next++
		return nil
	}))
	if next != to {
		t.Fatalf("read up to %d, want %d", next, to)
	}
}

func TestLogAppendReopenPurge(t *testing.T) {
	fs, dir := tempOS(t)
	dir += "/log"
	opt := vfs.LogOptions{SegmentSize: 512}
	l, err := vfs.OpenLog(fs, dir, opt)
	check(t, err)
	for range 3 {
		appendN(t, l, 20, 3)
		check(t, l.Close())
		if _, err := l.Append(nil); !errors.Is(err, vfs.ErrClosed) {
			t.Fatal(err)
		}
		l, err = vfs.OpenLog(fs, dir, opt)
		check(t, err)
	}
	wantRecords(t, l.Read, 0, 180)
	wantRecords(t, l.Read, 77, 180)
	check(t, l.Purge(100))
	if l.First() > 100 || l.First() < 60 {
		t.Fatalf("first is %d", l.First())
	}
	wantRecords(t, l.Read, 100, 180)
	check(t, l.Close())
	wantRecords(t, func(from uint64, visit func(uint64, []byte) error) error {
		return vfs.ReadLog(fs, dir, from, visit)
	}, 100, 180)
}

func TestLogRecordsOfAnySize(t *testing.T) {
	fs, dir := tempOS(t)
	l, err := vfs.OpenLog(fs, dir, vfs.LogOptions{SegmentSize: 4096})
	check(t, err)
	sizes := []int{0, 1, 127, 128, 4095, 4096, 100_000, 0}
	for _, n := range sizes {
		_, err := l.Append(bytes.Repeat([]byte{byte(n)}, n))
		check(t, err)
	}
	check(t, l.Close())
	i := 0
	check(t, vfs.ReadLog(fs, dir, 0, func(_ uint64, r []byte) error {
		if !bytes.Equal(r, bytes.Repeat([]byte{byte(sizes[i])}, sizes[i])) {
			t.Fatalf("record %d has %d bytes, want %d", i, len(r), sizes[i])
		}
		i++
		return nil
	}))
	if i != len(sizes) {
		t.Fatalf("read %d records", i)
	}
}

func TestLogGroupCommit(t *testing.T) {
	fs, dir := tempOS(t)
	l, err := vfs.OpenLog(fs, dir, vfs.LogOptions{SegmentSize: 64 << 10})
	check(t, err)
	const writers, each = 8, 50
	indices := make([][]uint64, writers)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				first, err := l.Append(fmt.Appendf(nil, "%d/%d", w, i))
				if err != nil {
					t.Error(err)
					return
				}
				indices[w] = append(indices[w], first)
			}
		})
	}
	wg.Wait()
	seen := map[uint64]string{}
	check(t, l.Read(0, func(i uint64, r []byte) error { seen[i] = string(r); return nil }))
	check(t, l.Close())
	if len(seen) != writers*each {
		t.Fatalf("%d records", len(seen))
	}
	for w := range writers {
		for i, index := range indices[w] {
			if want := fmt.Sprintf("%d/%d", w, i); seen[index] != want {
				t.Fatalf("record %d is %q, want %q", index, seen[index], want)
			}
		}
	}
}

// TestLogDamage changes bytes of a log of two segments and says what must be
// found: the name of the file in an error, or a shorter log.
func TestLogDamage(t *testing.T) {
	fs, dir := tempOS(t)
	write := func(dir string) []vfs.Entry {
		l, err := vfs.OpenLog(fs, dir, vfs.LogOptions{SegmentSize: 200})
		check(t, err)
		appendN(t, l, 6, 2)
		check(t, l.Close())
		entries, err := fs.List(dir)
		check(t, err)
		if len(entries) != 2 {
			t.Fatalf("want two segments, got %+v", entries)
		}
		return entries
	}
	cases := []struct {
		name    string
		segment int
		offset  int64
		corrupt bool
	}{
		{"header of an old segment", 0, 3, true},
		{"frame in an old segment", 0, 24 + 30, true},
		{"frame header in an old segment", 0, 24 + 1, true},
		{"last frame of an old segment", 0, -1, true},
		{"header of the last segment", 1, 9, true},
		{"frame before the last", 1, 24 + 30, true},
		{"last frame: as good as torn", 1, -1, false},
	}
	for i, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := fmt.Sprintf("%s/%d", dir, i)
			file := dir + "/" + write(dir)[c.segment].Name
			flip(t, fs, file, c.offset)
			l, err := vfs.OpenLog(fs, dir, vfs.LogOptions{SegmentSize: 200})
			if err == nil {
				err = l.Read(0, func(i uint64, r []byte) error {
					if !bytes.Equal(r, record(i)) {
						t.Fatalf("record %d is %q", i, r)
					}
					return nil
				})
				_ = l.Close()
			}
			var damage *vfs.CorruptError
			if found := errors.As(err, &damage); found != c.corrupt || found && (damage.Path != file || !strings.Contains(err.Error(), file)) {
				t.Fatalf("got %v", err)
			}
		})
	}
}

// flip changes one byte; a negative offset counts back from the last byte that
// is not zero.
func flip(t *testing.T, fs vfs.FS, name string, offset int64) {
	t.Helper()
	data, err := vfs.ReadFile(fs, name)
	check(t, err)
	if offset < 0 {
		offset += int64(len(bytes.TrimRight(data, "\x00")))
	}
	f, err := fs.Edit(name)
	check(t, err)
	_, err = f.WriteAt([]byte{data[offset] ^ 0x40}, offset)
	check(t, err)
	check(t, f.Close())
}

// TestLogGroupCommitPowerCut has writers share syncs until the power goes: what
// was acknowledged to any of them is there.
func TestLogGroupCommitPowerCut(t *testing.T) {
	for seed := range uint64(300) {
		disk := simfs.New(seed, noon)
		fs := simfs.NewFaults(simfs.CutAt(12 + int(seed)%60)).Wrap(disk)
		l, err := vfs.OpenLog(fs, "wal", vfs.LogOptions{SegmentSize: 700})
		check(t, err)
		var mu sync.Mutex
		acked := map[uint64]string{}
		var wg sync.WaitGroup
		for w := range 4 {
			wg.Go(func() {
				for i := range 20 {
					text := fmt.Sprintf("%d/%d", w, i)
					first, err := l.Append([]byte(text))
					if err != nil {
						return
					}
					mu.Lock()
					acked[first] = text
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		check(t, vfs.ReadLog(disk.Recover(seed), "wal", 0, func(i uint64, r []byte) error {
			if want, ok := acked[i]; ok && want != string(r) {
				t.Fatalf("seed %d: record %d is %q, want %q", seed, i, r, want)
			}
			delete(acked, i)
			return nil
		}))
		if len(acked) > 0 {
			t.Fatalf("seed %d: lost %v", seed, acked)
		}
	}
}

func TestLogPurgeThatFailsGoesOn(t *testing.T) {
	disk := simfs.New(2, noon)
	faults := simfs.NewFaults(simfs.Rule{Op: simfs.OpRemove, Err: syscall.EIO}, simfs.Rule{Op: simfs.OpRemove, Err: syscall.EIO, N: 3})
	l, err := vfs.OpenLog(faults.Wrap(disk), "wal", vfs.LogOptions{SegmentSize: 300})
	check(t, err)
	appendN(t, l, 60, 1)
	for failed := 0; ; failed++ {
		err := l.Purge(40)
		wantRecords(t, l.Read, l.First(), 60)
		if err == nil {
			if failed != 2 || l.First() == 0 || l.First() > 40 {
				t.Fatalf("failed %d times, first is %d", failed, l.First())
			}
			break
		}
		wantError(t, "purge", err, syscall.EIO)
	}
	check(t, l.Close())
}

// TestAdopt takes over from a program killed between a rename and its SyncDir.
func TestAdopt(t *testing.T) {
	lost := 0
	for seed := range uint64(40) {
		disk := simfs.New(seed, noon)
		check(t, disk.MkdirAll("d"))
		faults := simfs.NewFaults(simfs.Rule{Op: simfs.OpSyncDir, Err: syscall.EIO})
		wantError(t, "write", vfs.WriteAtomic(faults.Wrap(disk), "d/f", []byte("new"), vfs.NoOverwrite), syscall.EIO)
		disk.Kill()
		if _, err := disk.Recover(seed).Stat("d/f"); err != nil {
			lost++
		}
		check(t, vfs.Adopt(disk, "d"))
		wantContent(t, disk.Recover(seed), "d/f", "new")
	}
	if lost == 0 {
		t.Error("without Adopt nothing was ever lost: the test shows nothing")
	}
}

// An owner who has lost the log leaves what the new one wrote, where Close
// would cut it off.
func TestLogAbandon(t *testing.T) {
	fs, dir := tempOS(t)
	dir += "/log"
	old, err := vfs.OpenLog(fs, dir, vfs.LogOptions{SegmentSize: 4096})
	check(t, err)
	appendN(t, old, 2, 3)
	next, err := vfs.OpenLog(fs, dir, vfs.LogOptions{SegmentSize: 4096})
	check(t, err)
	appendN(t, next, 5, 3)
	check(t, old.Abandon())
	if _, err := old.Append(nil); !errors.Is(err, vfs.ErrClosed) {
		t.Fatalf("an abandoned log took a record: %v", err)
	}
	wantRecords(t, next.Read, 0, 21)
	check(t, next.Close())
	again, err := vfs.OpenLog(fs, dir, vfs.LogOptions{SegmentSize: 4096})
	check(t, err)
	wantRecords(t, again.Read, 0, 21)
	check(t, again.Close())
}
