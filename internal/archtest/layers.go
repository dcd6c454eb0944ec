package archtest

// Module is the import path every layer entry is relative to.
const Module = "github.com/spatestream/spate"

// layers orders the packages of the module from the ground up. A package may
// import only packages of a strictly lower layer, and itself nothing of its
// own layer except along the edges of sameLayer. A path ending in /* names
// every package below it; the longest match wins.
var layers = []struct {
	layer    int
	packages []string
}{
	{0, []string{"sparkerr", "files", "internal/vfs", "internal/sql/lex", "internal/vfs/*", "internal/decimal", "internal/hashing", "internal/spelling", "internal/find", "internal/javahash", "internal/javatext", "internal/showtable", "internal/diagram", "internal/estimate", "sketch"}},
	{1, []string{"internal/env", "internal/series", "internal/javarandom", "sqltype", "eventtime"}},
	{2, []string{"columnar", "internal/datetime"}},
	{3, []string{"internal/encoder", "internal/expr", "internal/expr/render", "internal/expr/convert", "internal/expr/def", "internal/expr/exprtest", "internal/expr/fn", "internal/expr/fn/*", "internal/window", "internal/plan", "internal/memory", "internal/sortkey", "internal/block", "internal/columnartest", "internal/decode/*", "connector"}},
	{4, []string{"internal/store", "internal/keyed", "internal/keyorder", "internal/spill", "connector/*", "connector/file/*"}},
	{5, []string{"internal/acks", "internal/agenda", "internal/task", "internal/cells", "internal/rowfile", "internal/storage", "internal/checkpoint"}},
	{6, []string{"internal/operator", "internal/exec", "internal/shuffle", "internal/flow", "internal/vault", "internal/sql/parser", "internal/sql/logical"}},
	{7, []string{"rdd", "internal/calls", "internal/query", "internal/sql/analyze", "internal/sql/optimize", "internal/sql/physical"}},
	{8, []string{"internal/session", "internal/sql/sqltest", "dstream", "topology"}},
	{9, []string{"dstream/dstreamtest", "topology/topologytest", "topology/source", "topology/sink", "topology/page"}},
	{10, []string{""}},
	{11, []string{"functions", "bench/tpch"}},
	{12, []string{"cmd/*", "examples/*", "bench", "bench/*", "conformance", "conformance/*", "internal/faulttest", "internal/faulttest/*", "internal/archtest", "internal/task/optest"}},
}

// sameLayer lists the only edges inside a layer, each with its reason. A
// pattern ending in /* matches every package below it.
var sameLayer = []struct{ from, to, reason string }{
	{"internal/vfs", "files", "the disk implements the public contract"},
	{"sketch", "internal/hashing", "sketches count by the engine's hashes"},
	{"internal/expr", "internal/expr/render", "a literal prints as its value does"},
	{"internal/expr", "internal/expr/convert", "a Cast is compiled to a conversion"},
	{"internal/expr/convert", "internal/expr/render", "a cast to string prints the value"},
	{"internal/expr/def", "internal/expr", "the authoring forms make functions of the contract"},
	{"internal/expr/def", "internal/expr/convert", "a function may cast an operand itself"},
	{"internal/expr/fn/*", "internal/expr/def", "a function family is written in the authoring forms"},
	{"internal/expr/fn/*", "internal/expr/render", "functions print values as casts do"},
	{"internal/expr/fn/*", "internal/expr/convert", "functions read texts as casts do"},
	{"internal/expr/exprtest", "internal/expr", "the harness runs expressions"},
	{"internal/expr/exprtest", "internal/expr/render", "the harness compares printed values"},
	{"internal/expr/exprtest", "internal/expr/fn", "scripts call functions by name"},
	{"internal/expr/fn/*", "internal/expr", "a function family implements the contract of its parent"},
	{"internal/expr/fn", "internal/expr", "the registry lists functions in the terms of the contract"},
	{"internal/expr/fn", "internal/expr/fn/*", "the registry is the sum of its families"},
	{"internal/expr/fn/*", "internal/decode/*", "from_json and from_csv read what the sources read"},
	{"internal/decode/*", "internal/decode/field", "text formats share the values of fields"},
	{"internal/decode/*", "internal/expr/render", "numbers are written as Java prints them"},
	{"connector/*", "connector/file", "formats plug into the one file source and sink"},
	{"connector/file/*", "connector/file", "formats plug into the one file source and sink"},
	{"internal/vfs/*", "internal/vfs", "a simulated disk implements the file system's contract"},
	{"internal/flow", "internal/exec", "a panic of user code reads the same from every carrier"},
	{"internal/shuffle", "internal/exec", "a shuffle's tasks are exec's"},
	{"internal/sql/physical", "internal/sql/optimize", "lowering ends the pipeline that optimising starts"},
	{"examples/*", "examples/*", "an example may keep its parts in folders of its own"},
	{"conformance/*", "conformance/*", "the suites of programs write and compare answers alike"},
	{"bench/*", "bench/*", "benchmark programs share their lanes"},
}

// Limits on size: what a reader can hold in the head.
const (
	maxPackageLines = 8000
	maxFileLines    = 1200
)
