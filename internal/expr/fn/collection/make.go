package collection

import (
	"strconv"
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// makers build collections from single values.
func makers() []*expr.Func {
	return []*expr.Func{
		{Name: "array", Usage: "an array of the operands", Example: "array(1, 2, 3)", NullSafe: true, Resolve: makeArray},
		{Name: "map", Usage: "a map of keys and values in turn", Example: "map('a', 1, 'b', 2)", NullSafe: true, Resolve: makeMap},
		{Name: "named_struct", Usage: "a struct of names and values in turn", Example: "named_struct('a', 1)", NullSafe: true, Resolve: makeStruct},
		{Name: "struct", Usage: "a struct of the operands, named by their columns or col1, col2, ...", Example: "struct(1, 'a')", Rewrite: nameStruct},
	}
}

// common brings operands of the types to one.
func common(c *expr.Session, name string, args []expr.Arg, which func(i int) bool) (sqltype.Type, bool, error) {
	var types []sqltype.Type
	var names []string
	nulls := false
	for i, a := range args {
		if which(i) {
			types, names = append(types, a.Type), append(names, expr.SQLName(a.Type))
			nulls = nulls || a.Nullable
		}
	}
	t, ok := expr.CommonTypeOf(types, c.ANSI)
	if !ok {
		list := "(" + strings.Join(names, " or ") + ")"
		return nil, false, expr.Mismatch("DATA_DIFF_TYPES", name, args, "the operands have the types "+list+", which have no type in common. Cast them.",
			"functionName", "`"+name+"`", "dataType", list)
	}
	return t, nulls, nil
}

func makeArray(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
	t, nulls, err := common(c, "array", args, func(int) bool { return true })
	if err != nil {
		return expr.Signature{}, err
	}
	sig := expr.Signature{Result: arrayOf(t, nulls), Make: rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
		listed(out, i, func(elems *columnar.Vector) {
			for _, a := range args {
				elems.AppendFrom(a, i)
			}
		})
	})}
	for range args {
		sig.Args = append(sig.Args, t)
	}
	return sig, nil
}

func makeMap(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
	if len(args)%2 == 1 {
		return expr.Signature{}, expr.WrongNumArgs("map", "2n (n > 0)", len(args))
	}
	k, _, err := common(c, "map", args, func(i int) bool { return i%2 == 0 })
	if err != nil {
		return expr.Signature{}, err
	}
	v, nulls, err := common(c, "map", args, func(i int) bool { return i%2 == 1 })
	if err != nil {
		return expr.Signature{}, err
	}
	if len(args) > 0 && !def.Orderable(k) {
		return expr.Signature{}, badKey("map", args, k)
	}
	sig := expr.Signature{Result: &sqltype.Map{Key: k, Value: v, ValueContainsNull: nulls}, Make: func() expr.Kernel {
		b := newBuilder(c)
		return def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
			b.begin(out)
			for k := 0; k < len(args); k += 2 {
				if err := b.put(args[k], i, args[k+1], i); err != nil {
					return err
				}
			}
			b.end(i)
			return nil
		})()
	}}
	for range len(args) / 2 {
		sig.Args = append(sig.Args, k, v)
	}
	return sig, nil
}

func badKey(name string, args []expr.Arg, k sqltype.Type) error {
	return expr.Mismatch("INVALID_MAP_KEY_TYPE", name, args, "a map cannot have keys of the type "+expr.SQLName(k)+".", "keyType", expr.SQLName(k))
}

// builder makes maps entry by entry, and says what a key that comes twice
// does: an error, or the last value wins (spark.sql.mapKeyDedupPolicy).
type builder struct {
	lastWins bool
	out      *columnar.Vector
	at       int // first entry of the map
	index    index
}

func newBuilder(c *expr.Session) *builder {
	return &builder{lastWins: c.Conf != nil && strings.EqualFold(c.Conf("spark.sql.mapKeyDedupPolicy"), "LAST_WIN")}
}

func (b *builder) begin(out *columnar.Vector) {
	b.out, b.at = out, out.Child[0].Len
	b.index.clear()
}

// put adds an entry.
func (b *builder) put(key *columnar.Vector, i int, value *columnar.Vector, j int) error {
	if key.IsNull(i) {
		return sparkerr.Data("NULL_MAP_KEY", "A key of a map cannot be null.")
	}
	if at := b.index.add(b.out.Child[0], key, i); at >= 0 {
		if !b.lastWins {
			return sparkerr.Data("DUPLICATED_MAP_KEY", "The key "+text(key, i)+" comes twice. Set spark.sql.mapKeyDedupPolicy to LAST_WIN to keep its last value.",
				"key", text(key, i), "mapKeyDedupPolicy", `"spark.sql.mapKeyDedupPolicy"`)
		}
		b.out.Child[1].SetFrom(at, value, j)
		return nil
	}
	b.out.Child[0].AppendFrom(key, i)
	b.out.Child[1].AppendFrom(value, j)
	return nil
}

// end makes the entries row i.
func (b *builder) end(i int) {
	b.out.Views[i] = columnar.View{Off: uint32(b.at), Len: uint32(b.out.Child[0].Len - b.at)}
}

func makeStruct(_ *expr.Session, args []expr.Arg) (expr.Signature, error) {
	if len(args) == 0 || len(args)%2 == 1 {
		return expr.Signature{}, expr.WrongNumArgs("named_struct", "2n (n > 0)", len(args))
	}
	s, bad := &sqltype.Struct{}, []string{}
	sig := expr.Signature{Result: s, Make: structKernel}
	for i := 0; i < len(args); i += 2 {
		name, ok := args[i].Value.(string)
		if !ok {
			bad = append(bad, expr.Quoted(args[i].Node.String()))
		}
		s.Fields = append(s.Fields, sqltype.Field{Name: name, Type: args[i+1].Type, Nullable: args[i+1].Nullable})
		sig.Args = append(sig.Args, args[i].Type, args[i+1].Type)
	}
	if len(bad) > 0 {
		list := "[" + strings.Join(bad, ", ") + "]"
		return sig, expr.Mismatch("CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING", "named_struct", args, "the names must be constant strings, not "+list+".", "inputExprs", list)
	}
	return sig, nil
}

// structKernel copies each second operand into a field.
func structKernel() expr.Kernel {
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		sel = def.RowsOf(sel, n)
		for k, f := range out.Child {
			expr.Scatter(f, args[2*k+1], sel)
		}
		return nil
	}
}

// namer is a node that names a column.
type namer interface{ ColumnName() string }

// NameOf returns the name a value has as a field of a struct: that of its
// column or field, else col and its place from 1.
func NameOf(n expr.Node, place int) string {
	switch x := n.(type) {
	case *expr.Column:
		return x.Name
	case *expr.Field:
		return x.Name
	case *expr.Param:
		return x.Name
	case namer:
		return x.ColumnName()
	}
	return "col" + strconv.Itoa(place)
}

func nameStruct(c *expr.Session, args []expr.Node) (expr.Node, error) {
	if len(args) == 0 {
		return nil, expr.WrongNumArgs("struct", "> 0", 0)
	}
	named := make([]expr.Node, 0, 2*len(args))
	for i, a := range args {
		named = append(named, expr.Lit(NameOf(a, i+1), sqltype.String), a)
	}
	n, err := expr.NewCall(c, namedStruct, named, sparkerr.Origin{})
	if call, ok := n.(*expr.Call); ok && err == nil {
		call.Alt = expr.CallText("struct", args)
	}
	return n, err
}

var namedStruct = &expr.Func{Name: "named_struct", NullSafe: true, Resolve: makeStruct}
