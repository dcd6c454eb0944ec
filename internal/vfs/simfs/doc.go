// Package simfs is a disk in memory that can lose power, and a wrapper that
// makes any file system fail: for tests of everything that writes.
//
// Disk keeps two states apart: what a program sees (the page cache) and what
// is durable. File.Sync and SyncDir move content and names from the first to
// the second. Recover takes a disk as it stands and returns one of the disks
// that a power cut at this moment could leave, chosen by a seed: of writes
// that were not synced none, all, the first ones with the last torn, or any
// sectors of 512 bytes; of names likewise none, all, the first changes, or
// each name by itself. So it is harsher than any one file system: what passes
// here relies on nothing but vfs's contract. What it takes for given: a
// sector is written whole or not at all, a rename changes one name in one step.
//
// Faults counts and lists calls on any vfs.FS, makes those fail that a Rule
// matches, and cuts the power at the n-th:
//
//	disk := simfs.New(seed, clock)
//	fs := simfs.NewFaults(simfs.CutAt(17)).Wrap(disk)
//	... use fs until it fails with ErrPowerCut ...
//	after := disk.Recover(seed)
//
// Everything is deterministic as long as one goroutine at a time calls.
package simfs
