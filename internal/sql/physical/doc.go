// Package physical turns an optimised logical tree into a task graph: which
// operator does each step, where rows are exchanged, what a streaming query
// must know of its plan.
//
// Lowering walks the tree from its leaves. A fragment is the part of a stage
// that a subtree has become; where rows must meet others with the same key the
// fragment is cut: it becomes a stage, and what follows reads its exchange.
package physical
