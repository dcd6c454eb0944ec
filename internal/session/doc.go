// Package session is what a program talks to: configuration, catalog,
// functions, and the running queries of one user; it takes a plan or a SQL
// statement through analysis, optimisation and lowering to rows or to a
// streaming query.
//
// A Session is a value, there is no global one. It is safe for concurrent use;
// each statement sees the configuration and the catalog as they are when it
// starts.
package session
