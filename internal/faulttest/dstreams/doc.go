// Package dstreams proves that a program of package dstream gives the results of
// an undisturbed run whatever happens to it: a death at every named point of a
// batch, the power going at every call, kill -9 of real processes in random
// phases, full disks, damaged checkpoints. What has state is tried with state,
// what has an input of its own with that input; a receiver with a write-ahead
// log may give rows twice and must lose none.
//
// It contains tests and what they share; nothing imports it.
package dstreams
