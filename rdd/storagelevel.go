package rdd

import (
	"strconv"

	"github.com/spatestream/spate/internal/storage"
)

// StorageLevel says where a persisted RDD's partitions are kept.
type StorageLevel struct {
	Disk, Memory, OffHeap bool
	// Deserialized keeps Go values; otherwise their bytes, which are smaller
	// and cost time to read.
	Deserialized bool
	// Replication is accepted for Spark's sake: there is one process, so every
	// partition is kept once.
	Replication int
}

// The storage levels of Spark.
var (
	StorageNone       = StorageLevel{Replication: 1}
	DiskOnly          = StorageLevel{Disk: true, Replication: 1}
	DiskOnly2         = StorageLevel{Disk: true, Replication: 2}
	DiskOnly3         = StorageLevel{Disk: true, Replication: 3}
	MemoryOnly        = StorageLevel{Memory: true, Deserialized: true, Replication: 1}
	MemoryOnly2       = StorageLevel{Memory: true, Deserialized: true, Replication: 2}
	MemoryOnlySer     = StorageLevel{Memory: true, Replication: 1}
	MemoryOnlySer2    = StorageLevel{Memory: true, Replication: 2}
	MemoryAndDisk     = StorageLevel{Disk: true, Memory: true, Deserialized: true, Replication: 1}
	MemoryAndDisk2    = StorageLevel{Disk: true, Memory: true, Deserialized: true, Replication: 2}
	MemoryAndDiskSer  = StorageLevel{Disk: true, Memory: true, Replication: 1}
	MemoryAndDiskSer2 = StorageLevel{Disk: true, Memory: true, Replication: 2}
	OffHeap           = StorageLevel{Disk: true, Memory: true, OffHeap: true, Replication: 1}
)

// kept reports whether anything is kept at all.
func (l StorageLevel) kept() bool { return l.Disk || l.Memory }

// blocks is the level in the terms of where blocks are kept.
func (l StorageLevel) blocks() storage.Level {
	return storage.Level{Disk: l.Disk, Memory: l.Memory || l.OffHeap, OffHeap: l.OffHeap, Values: l.Deserialized}
}

// String is what Spark prints.
func (l StorageLevel) String() string {
	s := ""
	if l.Disk {
		s += "Disk "
	}
	if l.Memory {
		s += "Memory "
	}
	if l.OffHeap {
		s += "(off heap) "
	}
	if l.Deserialized {
		s += "Deserialized "
	} else {
		s += "Serialized "
	}
	return s + strconv.Itoa(max(l.Replication, 1)) + "x Replicated"
}
