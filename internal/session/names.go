package session

import "strings"

func lower(s string) string { return strings.ToLower(s) }

// catalogName is the one catalog of a session, as Spark calls it.
const catalogName = "spark_catalog"

// defaultDatabase is where a session starts.
const defaultDatabase = "default"

// globalTemp is the database of global temporary views.
const globalTemp = "global_temp"
