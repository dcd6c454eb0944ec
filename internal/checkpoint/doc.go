// Package checkpoint decides what happens to an epoch and keeps the directory
// that is the truth of a query.
//
// The Coordinator is a pure state machine, one for micro-batches, continuous
// SQL and topologies: events in, actions out; no clock, no I/O, no goroutine.
// Its tests are transcripts. The Directory carries out its durable actions on
// a vfs.FS, in one of two forms: Spark's metadata, offsets/N and commits/N, each
// with a checksum that Spark skips (docs/formats/logs.md), and our state/; or the
// same records in one log of segments, where an epoch takes one sync.
//
// An epoch is decided when its manifest (state/epochs/N) is durable: before
// that, recovery discards and runs it again with its logged offsets, time and
// watermark; after it, recovery finishes it. A query that keeps no state needs
// no manifest: its sink's commit decides.
//
// What must be durable before what, and no more: offsets N before any effect of
// N leaves the process; state N+1 and prepared sinks before the manifest;
// offsets and manifest before a sink commits; that before commits/N; commits/N
// before a source forgets, a log is purged or state N deleted.
package checkpoint
