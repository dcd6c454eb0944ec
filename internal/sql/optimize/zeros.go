package optimize

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sqltype"
)

// oneZero makes -0.0 the same key as 0.0 to look at, too: they are equal, and
// which of them a group shows would depend on which row came first. (Adding 0.0
// changes nothing but the sign of a zero: IEEE 754, section 6.3.) Zeros within
// arrays and structs stay as they are.
func oneZero(o *Optimizer, n logical.Node) (logical.Node, error) {
	return rewrite(n, func(m logical.Node) (logical.Node, error) {
		a, ok := m.(*logical.Aggregate)
		if !ok {
			return m, nil
		}
		d := *a
		d.Group = append([]expr.Node(nil), a.Group...)
		changed := false
		for i, key := range a.Group {
			plus, err := o.plusZero(key)
			if err != nil {
				return nil, err
			}
			changed = changed || plus != key
			d.Group[i] = plus
		}
		if !changed {
			return a, nil
		}
		return &d, nil
	})
}

// plusZero returns a key that is no -0.0: itself unless it is a float.
func (o *Optimizer) plusZero(key expr.Node) (expr.Node, error) {
	var zero expr.Node
	switch key.Type() {
	case sqltype.Float:
		zero = expr.Lit(float32(0), sqltype.Float)
	case sqltype.Double:
		zero = expr.Lit(float64(0), sqltype.Double)
	default:
		return key, nil
	}
	switch x := key.(type) {
	case *logical.Attr:
		sum, err := o.call("+", x, zero)
		return &logical.Alias{Arg: sum, Name: x.Name, ID: x.ID, Qualifier: x.Qualifier, Tags: x.Tags}, err
	case *logical.Alias:
		sum, err := o.call("+", x.Arg, zero)
		d := *x
		d.Arg = sum
		return &d, err
	}
	return key, nil
}
