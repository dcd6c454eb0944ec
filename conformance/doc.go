// Package conformance judges the spate command by Apache Spark: SQL scripts and
// streaming queries whose expected results were produced by a real Spark
// (generate.py) are run through the built binary, and every difference that
// known_failures.txt does not name fails the test, as does every named one that
// no longer differs. It holds no engine code; README.md defines the formats.
package conformance
