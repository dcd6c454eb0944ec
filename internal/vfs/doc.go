// Package vfs is the only door to a disk: every durable write of Spate goes
// through an FS, so that tests can crash it, tear it, fill it and fail it.
//
// The contract, in terms of two kinds of end. A process that is killed loses
// nothing it wrote. A machine that loses power keeps, of what was not synced,
// anything between nothing and all, sector by sector and name by name:
//
//   - bytes of a file are durable when File.Sync has returned;
//   - names (creations, renames, removals) are durable when FS.SyncDir of
//     their directory has returned; FS.MkdirAll syncs what it makes;
//   - WriteAtomic and WriteAll are durable when they return, and a reader
//     sees the old content or the new, whole, whatever happens;
//   - Log.Append is durable when it returns; a torn tail that was never
//     acknowledged is cut off by OpenLog.
//
// A call that returned an error has an unknown outcome: old or new, never a
// mixture. A process that takes over a directory another one wrote calls
// Adopt before it trusts what it lists: the other may have been killed between
// a rename and its SyncDir.
//
// Names are slash-separated paths on every system; an FS gives them no other
// meaning. An FS and a Log may be used by many goroutines, a File by one.
// Errors carry the path and say what to do: PathError, LockedError,
// CorruptError. The package starts no goroutine and reads no clock.
package vfs
