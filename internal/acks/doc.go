// Package acks follows the events that sources give through a graph, until nothing
// of what became of them is under way: for delivery at least once.
//
// Each event of a source is a tree. What holds:
//   - A tree is through once, and only when every event of it has been dealt with.
//   - A tree that was given up is never through; what is left of it counts nowhere.
//   - An operator that makes one event of one writes nothing.
package acks
