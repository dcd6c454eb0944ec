package parquet

import (
	"fmt"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// schemaOf returns the SQL types of a group of columns.
func schemaOf(g *schema.GroupNode) (*sqltype.Struct, error) {
	s := &sqltype.Struct{}
	for i := range g.NumFields() {
		t, err := typeOf(g.Field(i))
		if err != nil {
			return nil, err
		}
		s.Fields = append(s.Fields, sqltype.F(g.Field(i).Name(), t))
	}
	return s, nil
}

func typeOf(n schema.Node) (sqltype.Type, error) {
	if n.RepetitionType() == parquet.Repetitions.Repeated { // a list without its group
		t, err := bareType(n)
		return &sqltype.Array{Elem: t}, err
	}
	return bareType(n)
}

// bareType is the type of one value of n.
func bareType(n schema.Node) (sqltype.Type, error) {
	g, ok := n.(*schema.GroupNode)
	if !ok {
		return leafType(n.(*schema.PrimitiveNode))
	}
	if elem, _ := listOf(g); elem != nil {
		t, err := bareType(elem)
		return &sqltype.Array{Elem: t, ContainsNull: true}, err
	}
	if kv := mapOf(g); kv != nil {
		k, err := typeOf(kv.Field(0))
		if err != nil {
			return nil, err
		}
		v, err := typeOf(kv.Field(1))
		return &sqltype.Map{Key: k, Value: v, ValueContainsNull: true}, err
	}
	return schemaOf(g)
}

// listOf returns the element of a list and the repeated node above or at it;
// nil if g is no list. Lists of two levels, as old writers made them, repeat
// the element itself.
func listOf(g *schema.GroupNode) (elem, repeated schema.Node) {
	if g.ConvertedType() != schema.ConvertedTypes.List || g.NumFields() != 1 {
		return nil, nil
	}
	r := g.Field(0)
	if r.RepetitionType() != parquet.Repetitions.Repeated {
		return nil, nil
	}
	inner, ok := r.(*schema.GroupNode)
	if !ok || inner.NumFields() != 1 || inner.Name() == "array" || inner.Name() == g.Name()+"_tuple" {
		return r, r
	}
	return inner.Field(0), r
}

// mapOf returns the repeated pairs of a map, nil if g is none.
func mapOf(g *schema.GroupNode) *schema.GroupNode {
	c := g.ConvertedType()
	if c != schema.ConvertedTypes.Map && c != schema.ConvertedTypes.MapKeyValue || g.NumFields() != 1 {
		return nil
	}
	kv, ok := g.Field(0).(*schema.GroupNode)
	if !ok || kv.RepetitionType() != parquet.Repetitions.Repeated || kv.NumFields() != 2 {
		return nil
	}
	return kv
}

func leafType(p *schema.PrimitiveNode) (sqltype.Type, error) {
	if d, ok := p.LogicalType().(schema.DecimalLogicalType); ok {
		return decimalType(int(d.Precision()), int(d.Scale()))
	}
	if d := p.DecimalMetadata(); d.IsSet {
		return decimalType(int(d.Precision), int(d.Scale))
	}
	switch p.PhysicalType() {
	case parquet.Types.Boolean:
		return sqltype.Boolean, nil
	case parquet.Types.Int32:
		return int32Type(p), nil
	case parquet.Types.Int64:
		if t, ok := p.LogicalType().(schema.TimestampLogicalType); ok {
			if t.IsAdjustedToUTC() {
				return sqltype.Timestamp, nil
			}
			return sqltype.TimestampNTZ, nil
		}
		if i, ok := p.LogicalType().(schema.IntLogicalType); ok && !i.IsSigned() {
			return sqltype.Decimal{Precision: 20}, nil
		}
		return sqltype.Long, nil
	case parquet.Types.Int96:
		return sqltype.Timestamp, nil
	case parquet.Types.Float:
		return sqltype.Float, nil
	case parquet.Types.Double:
		return sqltype.Double, nil
	case parquet.Types.ByteArray:
		switch p.ConvertedType() {
		case schema.ConvertedTypes.UTF8, schema.ConvertedTypes.Enum, schema.ConvertedTypes.JSON:
			return sqltype.String, nil
		}
		return sqltype.Binary, nil
	case parquet.Types.FixedLenByteArray:
		return sqltype.Binary, nil
	}
	return nil, sparkerr.New("PARQUET_TYPE_NOT_SUPPORTED", fmt.Sprintf("Parquet type not yet supported: %s of the column %s.", p.PhysicalType(), p.Path()), "parquetType", p.PhysicalType().String())
}

func decimalType(precision, scale int) (sqltype.Type, error) {
	if precision < 1 || precision > sqltype.MaxPrecision || scale < 0 || scale > precision {
		return nil, sparkerr.New("PARQUET_TYPE_ILLEGAL", fmt.Sprintf("Illegal Parquet type: DECIMAL(%d,%d).", precision, scale), "parquetType", "DECIMAL")
	}
	return sqltype.Decimal{Precision: precision, Scale: scale}, nil
}

func int32Type(p *schema.PrimitiveNode) sqltype.Type {
	switch t := p.LogicalType().(type) {
	case schema.DateLogicalType:
		return sqltype.Date
	case schema.IntLogicalType:
		switch {
		case t.IsSigned() && t.BitWidth() == 8:
			return sqltype.Byte
		case t.IsSigned() && t.BitWidth() == 16, !t.IsSigned() && t.BitWidth() == 8:
			return sqltype.Short
		case !t.IsSigned() && t.BitWidth() == 32:
			return sqltype.Long
		}
	}
	return sqltype.Int
}

// nodeOf returns the column that a field is written as.
func nodeOf(name string, t sqltype.Type, rep parquet.Repetition) (schema.Node, error) {
	switch t := t.(type) {
	case *sqltype.Struct:
		fields, err := nodesOf(t)
		if err != nil {
			return nil, err
		}
		return schema.NewGroupNode(name, rep, fields, -1)
	case *sqltype.Array:
		elem, err := nodeOf("element", t.Elem, parquet.Repetitions.Optional)
		if err != nil {
			return nil, err
		}
		list, err := schema.NewGroupNode("list", parquet.Repetitions.Repeated, schema.FieldList{elem}, -1)
		if err != nil {
			return nil, err
		}
		return schema.NewGroupNodeConverted(name, rep, schema.FieldList{list}, schema.ConvertedTypes.List, -1)
	case *sqltype.Map:
		key, err := nodeOf("key", t.Key, parquet.Repetitions.Required)
		if err != nil {
			return nil, err
		}
		value, err := nodeOf("value", t.Value, parquet.Repetitions.Optional)
		if err != nil {
			return nil, err
		}
		return schema.MapOf(name, key, value, rep, -1)
	}
	return leafNode(name, t, rep)
}

func nodesOf(s *sqltype.Struct) (schema.FieldList, error) {
	var out schema.FieldList
	for _, f := range s.Fields {
		n, err := nodeOf(f.Name, f.Type, parquet.Repetitions.Optional)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

func leafNode(name string, t sqltype.Type, rep parquet.Repetition) (schema.Node, error) {
	logical := func(l schema.LogicalType, p parquet.Type, length int) (schema.Node, error) {
		return schema.NewPrimitiveNodeLogical(name, rep, l, p, length, -1)
	}
	switch t.Kind() {
	case sqltype.KindBoolean:
		return schema.NewBooleanNode(name, rep, -1), nil
	case sqltype.KindByte:
		return logical(schema.NewIntLogicalType(8, true), parquet.Types.Int32, -1)
	case sqltype.KindShort:
		return logical(schema.NewIntLogicalType(16, true), parquet.Types.Int32, -1)
	case sqltype.KindInt, sqltype.KindYearMonth:
		return schema.NewInt32Node(name, rep, -1), nil
	case sqltype.KindDate:
		return logical(schema.DateLogicalType{}, parquet.Types.Int32, -1)
	case sqltype.KindLong, sqltype.KindDayTime:
		return schema.NewInt64Node(name, rep, -1), nil
	case sqltype.KindTimestamp:
		return logical(schema.NewTimestampLogicalType(true, schema.TimeUnitMicros), parquet.Types.Int64, -1)
	case sqltype.KindTimestampNTZ:
		return logical(schema.NewTimestampLogicalType(false, schema.TimeUnitMicros), parquet.Types.Int64, -1)
	case sqltype.KindFloat:
		return schema.NewFloat32Node(name, rep, -1), nil
	case sqltype.KindDouble:
		return schema.NewFloat64Node(name, rep, -1), nil
	case sqltype.KindString:
		return logical(schema.StringLogicalType{}, parquet.Types.ByteArray, -1)
	case sqltype.KindBinary:
		return schema.NewByteArrayNode(name, rep, -1), nil
	case sqltype.KindDecimal:
		d := t.(sqltype.Decimal)
		l := schema.NewDecimalLogicalType(int32(d.Precision), int32(d.Scale))
		switch {
		case d.Precision <= 9:
			return logical(l, parquet.Types.Int32, -1)
		case d.Precision <= sqltype.MaxLongDigits:
			return logical(l, parquet.Types.Int64, -1)
		}
		return logical(l, parquet.Types.FixedLenByteArray, decimalBytes(d.Precision))
	}
	return nil, sparkerr.Internalf("parquet: no column for %s", t)
}

// decimalBytes is the least number of bytes that hold precision digits.
func decimalBytes(precision int) int {
	bits := 1 + float64(precision)*3.3219280948873626 // log2(10)
	return int(bits/8) + 1
}
