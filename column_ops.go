package spate

import (
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// operator applies an operator of Spark's registry to c and others.
func (c Column) operator(name string, others ...ColumnOrValue) Column {
	return operate(callSite(), name, c, others...)
}

func operate(at sparkerr.Origin, name string, c Column, others ...ColumnOrValue) Column {
	n := &plan.Call{Node: plan.At(at), Name: name, Operator: true}
	out := Column{e: n}
	for _, o := range append([]any{c}, others...) {
		x := valueOf(o, at)
		out.note(x.err)
		n.Args = append(n.Args, x.e)
	}
	return out
}

// Eq is c = other; null if one side is.
func (c Column) Eq(other ColumnOrValue) Column { return c.operator("=", other) }

// Neq is c <> other.
func (c Column) Neq(other ColumnOrValue) Column { return c.operator("=", other).operator("not") }

// Gt is c > other.
func (c Column) Gt(other ColumnOrValue) Column { return c.operator(">", other) }

// Ge is c >= other.
func (c Column) Ge(other ColumnOrValue) Column { return c.operator(">=", other) }

// Lt is c < other.
func (c Column) Lt(other ColumnOrValue) Column { return c.operator("<", other) }

// Le is c <= other.
func (c Column) Le(other ColumnOrValue) Column { return c.operator("<=", other) }

// EqNullSafe is c <=> other: null equals null, and the result is never null.
func (c Column) EqNullSafe(other ColumnOrValue) Column { return c.operator("<=>", other) }

// And is true where both are, false where one is false, else null.
func (c Column) And(other ColumnOrValue) Column { return c.operator("and", other) }

// Or is true where one is, false where both are false, else null.
func (c Column) Or(other ColumnOrValue) Column { return c.operator("or", other) }

// Not is true where c is false.
func (c Column) Not() Column { return c.operator("not") }

// Plus is c + other.
func (c Column) Plus(other ColumnOrValue) Column { return c.operator("+", other) }

// Minus is c - other.
func (c Column) Minus(other ColumnOrValue) Column { return c.operator("-", other) }

// Times is c * other.
func (c Column) Times(other ColumnOrValue) Column { return c.operator("*", other) }

// Div is c / other: a double, or a decimal of decimals.
func (c Column) Div(other ColumnOrValue) Column { return c.operator("/", other) }

// Mod is the remainder c % other, with the sign of c.
func (c Column) Mod(other ColumnOrValue) Column { return c.operator("%", other) }

// Neg is -c.
func (c Column) Neg() Column { return c.operator("negative") }

// BitwiseAnd is c & other.
func (c Column) BitwiseAnd(other ColumnOrValue) Column { return c.operator("&", other) }

// BitwiseOr is c | other.
func (c Column) BitwiseOr(other ColumnOrValue) Column { return c.operator("|", other) }

// BitwiseXor is c ^ other.
func (c Column) BitwiseXor(other ColumnOrValue) Column { return c.operator("^", other) }

// IsNull is true where c is null.
func (c Column) IsNull() Column { return c.operator("isnull") }

// IsNotNull is true where c is not null.
func (c Column) IsNotNull() Column { return c.operator("isnotnull") }

// IsNaN is true where c is not a number.
func (c Column) IsNaN() Column { return call(callSite(), "isnan", c) }

// Like matches a pattern of SQL: % is anything, _ one character, \ escapes.
func (c Column) Like(pattern ColumnOrValue) Column { return c.operator("like", pattern) }

// ILike is Like without regard to case.
func (c Column) ILike(pattern ColumnOrValue) Column { return c.operator("ilike", pattern) }

// RLike is true where a Java regular expression is found in c.
func (c Column) RLike(pattern ColumnOrValue) Column { return c.operator("rlike", pattern) }

// IsIn is true where c equals one of the values; columns, Go values, or one
// slice of values.
func (c Column) IsIn(values ...ColumnOrValue) Column {
	if len(values) == 1 {
		if list, ok := elements(values[0]); ok {
			values = list
		}
	}
	return c.operator("in", values...)
}

// Between is lower <= c and c <= upper.
func (c Column) Between(lower, upper ColumnOrValue) Column {
	at := callSite()
	low, high := operate(at, ">=", c, lower), operate(at, "<=", c, upper)
	return operate(at, "and", low, high)
}

// StartsWith is true where the text c begins with other.
func (c Column) StartsWith(other ColumnOrValue) Column { return c.method("startswith", other) }

// EndsWith is true where the text c ends with other.
func (c Column) EndsWith(other ColumnOrValue) Column { return c.method("endswith", other) }

// Contains is true where the text c contains other.
func (c Column) Contains(other ColumnOrValue) Column { return c.method("contains", other) }

// Substr is the part of the text c from position start, counted from 1, of
// length characters.
func (c Column) Substr(start, length ColumnOrValue) Column {
	return c.method("substring", start, length)
}

// method calls a function over c and values.
func (c Column) method(name string, others ...ColumnOrValue) Column {
	at := callSite()
	args := []any{c}
	for _, o := range others {
		args = append(args, valueOf(o, at))
	}
	return call(at, name, args...)
}

// Cast converts to a type: a sqltype.Type, or its DDL text such as "bigint" or
// "array<string>". What does not convert fails under
// spark.sql.ansi.enabled, and is null otherwise.
func (c Column) Cast(to any) Column { return c.cast(to, plan.CastSession) }

// TryCast is Cast that yields null where a value does not convert.
func (c Column) TryCast(to any) Column { return c.cast(to, plan.CastTry) }

func (c Column) cast(to any, mode plan.CastMode) Column {
	at := callSite()
	t, err := typeOf(to)
	c.note(locate(err, at))
	if t == nil {
		t = sqltype.Null
	}
	return c.wrap(&plan.Cast{Node: plan.At(at), Child: c.e, Type: t, Mode: mode})
}

// typeOf reads a type given as a value or as text.
func typeOf(x any) (sqltype.Type, error) {
	switch x := x.(type) {
	case sqltype.Type:
		return x, nil
	case string:
		return sqltype.ParseType(x)
	}
	return nil, sparkerr.New("NOT_DATATYPE_OR_STR", "a type is a sqltype.Type or its DDL text, such as \"bigint\"", "arg_name", "dataType")
}

// GetItem takes the element at an index, counted from 0, of an array, or the
// value of a key of a map.
func (c Column) GetItem(key ColumnOrValue) Column {
	at := callSite()
	k := valueOf(key, at)
	c.note(k.err)
	return c.wrap(&plan.Extract{Node: plan.At(at), Child: c.e, Key: k.e})
}

// GetField takes a field of a struct by name.
func (c Column) GetField(name string) Column { return c.GetItem(name) }

// WithField sets a field of a struct, or adds it.
func (c Column) WithField(name string, value Column) Column {
	c.note(value.err)
	return c.update(name, value.valid(callSite()).e)
}

// DropFields removes fields of a struct.
func (c Column) DropFields(names ...string) Column {
	for _, n := range names {
		c = c.update(n, nil)
	}
	return c
}

func (c Column) update(name string, value plan.Expr) Column {
	at := callSite()
	parts, err := plan.ParseAttribute(name)
	c.note(locate(err, at))
	return c.wrap(&plan.UpdateFields{Node: plan.At(at), Child: c.e, Fields: [][]string{parts}, Values: []plan.Expr{value}})
}
