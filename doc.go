// Package spate runs Spark's DataFrame and Structured Streaming programs inside
// a Go program: no JVM, no cluster, exactly-once from the first run.
//
// A program makes a Session, reads relations from it, and transforms them with
// PySpark's operations under Go names. A DataFrame is an immutable plan; nothing
// runs before an action asks for rows (Collect, Show, Count, a writer's Save)
// or a streaming query is started. This is the word count of Spark's guide:
//
//	s := spate.NewSession()
//	defer s.Stop(ctx)
//	lines := s.ReadStream().Format("socket").Option("host", "localhost").Option("port", 9999).Load()
//	words := lines.Select(functions.Explode(functions.Split("value", " ")).As("word"))
//	query, err := words.GroupBy("word").Count().
//		WriteStream().OutputMode("complete").Format("console").Start(ctx)
//	if err != nil {
//		return err
//	}
//	return query.AwaitTermination(ctx)
//
// # Columns and names
//
// Where PySpark takes a column or its name, so do the functions here: a
// parameter of type ColumnOrName is a Column or a string. A string names a
// column ("a", "t.a", "person.name", "*"). The operands of operators are
// columns or Go values, and there a string is a text: Col("word").Eq("spark").
//
// # Errors
//
// Builders return no errors. A DataFrame carries the first mistake made in
// building it, with the file and line of the call, and returns it where work
// starts. Errors are *sparkerr.Error values with Spark's error class, its
// SQLSTATE, the place in the program, and what to do about it.
//
// # Contexts
//
// Everything that blocks takes a context first. The one given to Start bounds
// the whole run of the query: when it ends, the open epoch is dropped, and a
// later run from the same checkpoint does it again. StreamingQuery.Stop
// finishes the epoch first.
//
// A Session and everything made from it is safe for concurrent use. There is no
// global state: two sessions share nothing.
package spate
