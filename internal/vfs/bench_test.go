package vfs_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
)

func randomBytes(n int) []byte {
	rng := rand.New(rand.NewPCG(1, 1))
	data := make([]byte, n)
	for i := range data {
		data[i] = byte(rng.Uint32())
	}
	return data
}

func BenchmarkWriteAtomic(b *testing.B) {
	fs, dir := tempOS(b)
	data := randomBytes(300)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		check(b, vfs.WriteAtomic(fs, fmt.Sprintf("%s/%d", dir, i), data, vfs.NoOverwrite))
	}
}

func BenchmarkWriteAll8(b *testing.B) {
	fs, dir := tempOS(b)
	data := randomBytes(16 << 10)
	b.ReportAllocs()
	for b.Loop() {
		var puts []vfs.Put
		for i := range 8 {
			puts = append(puts, vfs.Put{Name: fmt.Sprintf("%s/%d", dir, i), Data: data, Mode: vfs.Overwrite})
		}
		check(b, vfs.WriteAll(fs, puts))
	}
}

func BenchmarkLogAppend(b *testing.B) {
	for _, size := range []int{100, 16 << 10} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			fs, dir := tempOS(b)
			l, err := vfs.OpenLog(fs, dir, vfs.LogOptions{})
			check(b, err)
			data := randomBytes(size)
			b.ReportAllocs()
			b.SetBytes(int64(size))
			for b.Loop() {
				if _, err := l.Append(data); err != nil {
					b.Fatal(err)
				}
			}
			check(b, l.Close())
		})
	}
}

// BenchmarkLogAppendGroup has 32 callers a core share the syncs.
func BenchmarkLogAppendGroup(b *testing.B) {
	fs, dir := tempOS(b)
	l, err := vfs.OpenLog(fs, dir, vfs.LogOptions{})
	check(b, err)
	data := randomBytes(100)
	b.ReportAllocs()
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := l.Append(data); err != nil {
				b.Error(err)
				return
			}
		}
	})
	check(b, l.Close())
}

// BenchmarkLogRead is the processor's share: checksums and framing.
func BenchmarkLogRead(b *testing.B) {
	disk := simfs.New(1, noon)
	l, err := vfs.OpenLog(disk, "wal", vfs.LogOptions{})
	check(b, err)
	data, total := randomBytes(64<<10), 0
	rng := rand.New(rand.NewPCG(2, 2))
	for range 1 << 10 {
		var group [][]byte
		for range 64 {
			n := rng.IntN(200)
			group = append(group, data[n:2*n])
			total += n
		}
		_, err := l.Append(group...)
		check(b, err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(total))
	for b.Loop() {
		count := 0
		check(b, l.Read(0, func(uint64, []byte) error { count++; return nil }))
		if count != 1<<16 {
			b.Fatal(count)
		}
	}
}
