// Package logical is the resolved relational tree: what a query means once
// every name has become an attribute with an identity of its own and every
// expression has a type.
//
// The analyser makes trees, the optimiser rewrites them, lowering turns them
// into operators. Nodes and expressions are immutable and may be shared; a
// rewrite returns new ones (With, WithExprs). Expressions are expr.Node trees
// whose leaves may be *Attr; the further forms of this package (Alias,
// AggregateCall, GeneratorCall, OuterRef and the subqueries) stand only where
// their comments say.
//
// Laws that hold of every analysed tree (Check verifies them): an expression
// reads only attributes that its node's children put out; no attribute is made
// twice; operands have the types of their signatures.
package logical
