// Package file is the one source and the one sink of files; formats (text,
// json, csv, parquet) plug into it and say only how bytes become rows.
//
// As a source it lists directories as Spark does (globs, hidden names,
// key=value folders as columns, the log of a file sink), cuts big files of
// lines into splits, and as a stream remembers what it has seen in the log
// sources/I of the checkpoint. The promise of the stream: a file belongs to
// exactly one entry of that log, the entry is durable before Latest returns
// its offset, and the splits of a range of offsets are read from the log, never
// from a new listing.
//
// As a sink of a stream it writes part files under names unique to the attempt
// into the target directory; an epoch becomes visible, once, when its entry in
// _spark_metadata is durable. As a sink of a batch it writes to a hidden
// folder and renames at Commit.
//
// The package starts no goroutine.
package file
