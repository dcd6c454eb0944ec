package spate

import (
	"maps"
	"slices"
	"strings"

	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// folded is a keyword as it is compared: lower case, no underscores.
func folded(s string) string { return strings.ReplaceAll(strings.ToLower(s), "_", "") }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// schemaOf reads a schema given as a type or as DDL text.
func schemaOf(x any) (*sqltype.Struct, error) {
	switch x := x.(type) {
	case *sqltype.Struct:
		return x, nil
	case string:
		return sqltype.ParseDDL(x)
	}
	return nil, sparkerr.New("NOT_STR_OR_STRUCT", "a schema is a *sqltype.Struct or DDL text, such as \"id BIGINT, name STRING\"", "arg_name", "schema")
}

// joined lists names as Spark's messages do.
func joined(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = "`" + n + "`"
	}
	return strings.Join(quoted, ", ")
}
