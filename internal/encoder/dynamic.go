package encoder

import (
	"reflect"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sqltype"
)

// Dynamic is an Encoder of a type known only at run time. It is immutable and
// safe for concurrent use.
type Dynamic struct{ e Encoder[struct{}] }

// OfType is Of for a reflected type.
func OfType(t reflect.Type) (*Dynamic, error) {
	c, err := compile(t, nil)
	if err != nil {
		return nil, err
	}
	return &Dynamic{Encoder[struct{}]{c}}, nil
}

// Schema is Encoder.Schema.
func (d *Dynamic) Schema() *sqltype.Struct { return d.e.Schema() }

// AppendRow is Encoder.AppendRow of an addressable value of the type.
func (d *Dynamic) AppendRow(b *columnar.Batch, x reflect.Value) error {
	return d.e.AppendRow(b, (*struct{})(x.Addr().UnsafePointer()))
}
