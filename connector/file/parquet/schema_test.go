package parquet

import (
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/schema"
)

// typesOf returns the SQL type of columns as text.
func typesOf(nodes schema.FieldList) (string, error) {
	root, err := schema.NewGroupNode("root", parquet.Repetitions.Required, nodes, -1)
	if err != nil {
		return "", err
	}
	s, err := schemaOf(root)
	if err != nil {
		return "", err
	}
	return s.String(), nil
}
