// Package archtest holds the house's building law: which package may import
// which, how large a package or a file may grow, and that every package states
// its promise. It contains tests only; nothing imports it.
package archtest
