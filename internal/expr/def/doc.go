// Package def is how scalar functions are written.
//
// A family (a package under expr/fn) is a list of Specs. A Spec says what a
// function takes (Wants), what it returns and how a kernel is made; Func turns
// it into an expr.Func: counting, implicit casts, errors and nullability are
// done here, once. The usual kernels come from a Go function for one row:
//
//	def.Unary(math.Sin)                          // func(A) R, fixed width
//	def.Binary2(math.Atan2)                      // func(A, B) R
//	def.Text(func(dst, s []byte) []byte {...})   // string to string, appended
//	def.TextTo(func(s []byte) int32 {...})       // string to fixed width
//	def.Rows(func(args, i, out) error {...})     // anything, row by row
//
// Such a kernel calls through a function value, about 1.5 ns a row: good for
// everything but operators, whose families write loops (see fn/arith). Kernels
// never see null operands unless the Spec says NullSafe. A sample family is
// fn/math:
//
//	{Name: "sin", Usage: "sine of an angle in radians", Example: "sin(0)",
//		Args: def.Args(def.Double), Result: sqltype.Double, Kernel: def.Unary(math.Sin)},
//
// Where the kernel depends on the operands' types (after coercion), set
// KernelOf; where the result does, ResultOf; where no Spec fits, write an
// expr.Func by hand. Add the family's list to fn.All and its cases to a txt
// script of exprtest.
package def
