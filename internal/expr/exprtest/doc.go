// Package exprtest runs scripts of expressions: every case over flat, constant
// and dictionary columns, with and without selections, in batches of one row
// and of many, all of which must give the same rows.
//
// A script is lines:
//
//	# a comment
//	set ansi false              session settings: ansi, zone
//	a int = 1 | 2 | NULL        a column: name, type, a cell for each row
//	b string = 'x' | '' | NULL  (the first column after a case starts a new table)
//
//	+(a, 1) : int = 2 | 3 | NULL
//	/(a, 0) ! DIVIDE_BY_ZERO
//	sum(a) : bigint = 3         an aggregate over the table: one cell
//	+(a, b) ?                   prints what comes out, to be pasted
//
// An expression is a column, a literal (1 1L 1S 1Y 1.5 1e3 1.5D 1.5F 'text'
// true NULL X'00', or a type before text: DATE'2024-01-01'), a call name(args)
// where the name may be an operator (+(a, b)), cast(x as type),
// try_cast(x as type), case(when, then, ..., else), and(x, y), or(x, y),
// in(x, y, ...), x.field, x[i], the usual infix operators, INTERVAL '1' DAY, or a lambda x -> body, (x, y) -> body. A cell is an
// expression without columns; a result is the text a cast to string gives.
package exprtest
