package plan

// The names of kinds, as Dump and messages print them.

func (k GroupingKind) String() string { return [...]string{"ROLLUP", "CUBE", "GROUPING SETS"}[k] }

func (k SetKind) String() string { return [...]string{"UNION", "INTERSECT", "EXCEPT"}[k] }

func (k JoinKind) String() string {
	return [...]string{"INNER", "CROSS", "LEFT OUTER", "RIGHT OUTER", "FULL OUTER", "LEFT SEMI", "LEFT ANTI"}[k]
}

func (k RepartitionKind) String() string {
	return [...]string{"round robin", "hash", "range", "coalesce"}[k]
}

func (k BoundKind) String() string {
	return [...]string{"UNBOUNDED PRECEDING", "PRECEDING", "CURRENT ROW", "FOLLOWING", "UNBOUNDED FOLLOWING"}[k]
}

func (k IfExists) String() string { return [...]string{"fail", "IF NOT EXISTS", "OR REPLACE"}[k] }

func (s ViewScope) String() string {
	return [...]string{"persistent", "TEMPORARY", "GLOBAL TEMPORARY"}[s]
}

func (k ObjectKind) String() string {
	return [...]string{"TABLE", "VIEW", "FUNCTION", "DATABASE", "VARIABLE", "COLUMN", "QUERY", "CATALOG"}[k]
}

func (m ExplainMode) String() string {
	return [...]string{"SIMPLE", "EXTENDED", "CODEGEN", "COST", "FORMATTED"}[m]
}

func (k ShowKind) String() string {
	return [...]string{"TABLES", "TABLE EXTENDED", "VIEWS", "COLUMNS", "FUNCTIONS", "DATABASES", "CATALOGS", "CREATE TABLE",
		"TBLPROPERTIES", "PARTITIONS", "CURRENT NAMESPACE", "VARIABLES", "PROCEDURES"}[k]
}

func (k AlterKind) String() string {
	return [...]string{"RENAME", "SET PROPERTIES", "UNSET PROPERTIES", "ADD COLUMNS", "DROP COLUMNS", "RENAME COLUMN", "ALTER COLUMN",
		"REPLACE COLUMNS", "ADD PARTITION", "DROP PARTITION", "RENAME PARTITION", "RECOVER PARTITIONS", "SET LOCATION", "AS",
		"CLUSTER BY", "other"}[k]
}

func (m MergeMatch) String() string {
	return [...]string{"MATCHED", "NOT MATCHED", "NOT MATCHED BY SOURCE"}[m]
}

func (d MergeDo) String() string { return [...]string{"UPDATE", "INSERT", "DELETE"}[d] }
