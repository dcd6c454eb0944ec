// Package analyze gives an unresolved plan its meaning: names become
// attributes, calls become functions with types, stars, aliases and grouping
// forms are written out, and what Spark refuses is refused with Spark's
// condition.
//
// An Analyzer serves one query at a time; what it knows of the world comes
// through Catalog and Functions. Every mention of a table, view or CTE is
// analysed by itself, so that attributes of two mentions are never the same.
//
// CheckStreaming tells whether an analysed plan can run as a stream in an
// output mode; CheckBatch whether it can run at all without one.
package analyze
