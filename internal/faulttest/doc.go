// Package faulttest proves that a streaming query gives the result of an
// undisturbed run whatever happens to it: every I/O call failing once, the
// power going at every call, kill -9 at every named point of the protocol, two
// processes at once, files changed by somebody. And it proves that the suite
// would notice: bugs are planted one by one, and each must be caught.
//
// It contains tests and what they share; nothing imports it.
package faulttest
