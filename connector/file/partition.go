package file

import (
	"path"
	"strconv"
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// nullPartition is the folder of rows whose partition column is null.
const nullPartition = "__HIVE_DEFAULT_PARTITION__"

// pair is one key=value folder of a path.
type pair struct {
	key, value string
	null       bool
}

// pairsOf returns the key=value folders of a file below its root.
func pairsOf(root, file string) []pair {
	rel := strings.TrimPrefix(path.Dir(file), root)
	var out []pair
	for part := range strings.SplitSeq(strings.Trim(rel, "/"), "/") {
		k, v, ok := strings.Cut(part, "=")
		if !ok || k == "" {
			if len(out) > 0 {
				return nil // a plain folder below a partition: no partitions at all, as in Spark
			}
			continue
		}
		out = append(out, pair{unescape(k), unescape(v), v == nullPartition})
	}
	return out
}

// partitions are the columns that the folders of a relation spell out.
type partitions struct {
	fields []sqltype.Field
	zone   *datetime.Zone
}

// discover finds the partition columns of files. Columns the user's schema
// names have its types; others are inferred from all values unless infer is
// false, which makes them strings.
func discover(files []found, user *sqltype.Struct, infer bool, zone *datetime.Zone) (*partitions, error) {
	p := &partitions{zone: zone}
	var first []pair
	var firstDir string
	values := map[string][]pair{}
	for i, f := range files {
		ps := pairsOf(f.root, f.path)
		if i == 0 {
			first, firstDir = ps, path.Dir(f.path)
		}
		if !sameKeys(first, ps) {
			return nil, conflicting(first, ps, firstDir, path.Dir(f.path))
		}
		for _, x := range ps {
			values[x.key] = append(values[x.key], x)
		}
	}
	for _, x := range first {
		f := sqltype.F(x.key, sqltype.String)
		if infer {
			f.Type = p.infer(values[x.key])
		}
		if user != nil {
			if k := user.IndexFold(x.key); k >= 0 {
				f = sqltype.F(user.Fields[k].Name, user.Fields[k].Type)
			}
		}
		p.fields = append(p.fields, f)
	}
	return p, nil
}

func sameKeys(a, b []pair) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].key != b[i].key {
			return false
		}
	}
	return true
}

func conflicting(a, b []pair, dirA, dirB string) error {
	names := func(ps []pair) string {
		var out []string
		for _, p := range ps {
			out = append(out, p.key)
		}
		return strings.Join(out, ", ")
	}
	lists := "\tPartition column name list #0: " + names(a) + "\n\tPartition column name list #1: " + names(b)
	dirs := "\t" + show(dirA) + "\n\t" + show(dirB)
	return sparkerr.New("CONFLICTING_PARTITION_COLUMN_NAMES",
		"Conflicting partition column names detected:\n\n"+lists+"\n\nData files may only live in leaf directories, and directories of one level must have one partition column name. Look for stray files in:\n\n"+dirs,
		"distinctPartColLists", lists, "suspiciousPaths", dirs)
}

// infer returns the narrowest type that all values of a column have.
func (p *partitions) infer(values []pair) sqltype.Type {
	var t sqltype.Type
	for _, v := range values {
		if v.null {
			continue
		}
		t = widen(t, p.typeOf(v.value))
	}
	if t == nil {
		return sqltype.String
	}
	return t
}

func (p *partitions) typeOf(text string) sqltype.Type {
	if _, err := strconv.ParseInt(text, 10, 32); err == nil {
		return sqltype.Int
	}
	if _, err := strconv.ParseInt(text, 10, 64); err == nil {
		return sqltype.Long
	}
	if d, err := decimal.ParseLiteral([]byte(text)); err == nil && d.Scale == 0 {
		return sqltype.Decimal{Precision: int(d.Precision)}
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil && !strings.ContainsAny(text, "xX_pP") {
		return sqltype.Double
	}
	if len(text) == 10 {
		if _, ok := datetime.ParseDate([]byte(text)); ok {
			return sqltype.Date
		}
	}
	if len(text) > 10 && text[4] == '-' {
		if _, ok := datetime.ParseTimestamp([]byte(text), p.zone, 0); ok {
			return sqltype.Timestamp
		}
	}
	return sqltype.String
}

// widen merges the types of two values of a partition column.
func widen(a, b sqltype.Type) sqltype.Type {
	if a == nil || a == b {
		return b
	}
	rank := func(t sqltype.Type) int {
		switch t.Kind() {
		case sqltype.KindInt:
			return 1
		case sqltype.KindLong:
			return 2
		case sqltype.KindDecimal:
			return 3
		case sqltype.KindDouble:
			return 4
		}
		return 0
	}
	ra, rb := rank(a), rank(b)
	switch {
	case ra > 0 && rb > 0 && ra >= rb:
		return a
	case ra > 0 && rb > 0:
		return b
	case a.Kind() == sqltype.KindDate && b.Kind() == sqltype.KindTimestamp, a.Kind() == sqltype.KindTimestamp && b.Kind() == sqltype.KindDate:
		return sqltype.Timestamp
	}
	return sqltype.String
}

// constants returns a vector of one row a partition column, for a file.
func (p *partitions) constants(f found) ([]*columnar.Vector, error) {
	byKey := map[string]pair{}
	for _, x := range pairsOf(f.root, f.path) {
		byKey[strings.ToLower(x.key)] = x
	}
	out := make([]*columnar.Vector, len(p.fields))
	for i, field := range p.fields {
		x, ok := byKey[strings.ToLower(field.Name)]
		v, good := any(nil), true
		if ok && !x.null {
			v, good = p.value(x.value, field.Type)
		}
		if !good {
			return nil, sparkerr.Data("INVALID_PARTITION_VALUE",
				"Failed to cast value '"+x.value+"' to data type \""+sqltype.SQL(field.Type)+"\" for partition column `"+field.Name+"` in "+show(f.path)+". Give the column another type in the schema, or correct the folder's name.",
				"value", "'"+x.value+"'", "dataType", `"`+sqltype.SQL(field.Type)+`"`, "columnName", "`"+field.Name+"`")
		}
		out[i] = columnar.New(field.Type)
		out[i].AppendValue(v)
	}
	return out, nil
}

// value reads the text of a folder in a type.
func (p *partitions) value(text string, t sqltype.Type) (any, bool) {
	b := []byte(text)
	switch t.Kind() {
	case sqltype.KindString:
		return text, true
	case sqltype.KindBinary:
		return b, true
	case sqltype.KindBoolean:
		v, err := strconv.ParseBool(strings.ToLower(text))
		return v, err == nil
	case sqltype.KindByte, sqltype.KindShort, sqltype.KindInt, sqltype.KindLong:
		n, err := strconv.ParseInt(text, 10, 8*sqltype.Width(t))
		return integer(n, t), err == nil
	case sqltype.KindFloat:
		v, err := strconv.ParseFloat(text, 32)
		return float32(v), err == nil
	case sqltype.KindDouble:
		v, err := strconv.ParseFloat(text, 64)
		return v, err == nil
	case sqltype.KindDecimal:
		d := decimal.Type{Precision: uint8(t.(sqltype.Decimal).Precision), Scale: uint8(t.(sqltype.Decimal).Scale)}
		u, err := decimal.Parse(b, d)
		return decimal.Decimal{Unscaled: u, Precision: d.Precision, Scale: d.Scale}, err == nil
	case sqltype.KindDate:
		v, ok := datetime.ParseDate(b)
		return columnar.Date(v), ok
	case sqltype.KindTimestamp:
		v, ok := datetime.ParseTimestamp(b, p.zone, 0)
		return eventtime.Time(v), ok
	case sqltype.KindTimestampNTZ:
		v, ok := datetime.ParseLocal(b, false)
		return columnar.LocalTime(v), ok
	}
	return nil, false
}

func integer(n int64, t sqltype.Type) any {
	switch t.Kind() {
	case sqltype.KindByte:
		return int8(n)
	case sqltype.KindShort:
		return int16(n)
	case sqltype.KindInt:
		return int32(n)
	}
	return n
}
