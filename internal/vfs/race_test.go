//go:build race

package vfs_test

// raceDetector slows the processor's work ten times.
const raceDetector = true
