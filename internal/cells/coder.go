package cells

import (
	"fmt"
	"strings"

	"github.com/spatestream/spate/internal/encoder"
	"github.com/spatestream/spate/sqltype"
)

// Coder writes and reads values of T that cells hold. It belongs to one goroutine.
type Coder[T any] struct {
	Enc *encoder.Encoder[T]
	Dec *encoder.Decoder[T]
	Buf []byte // of the last Encode
}

// CoderOf returns the coder of T, or says why there is none.
func CoderOf[T any]() (Coder[T], error) {
	enc, err := encoder.Of[T]()
	if err != nil {
		return Coder[T]{}, err
	}
	dec, err := enc.Decoder(enc.Type(), enc.Nullable())
	return Coder[T]{Enc: enc, Dec: dec}, err
}

// Encode returns the bytes of a value, borrowed until the next call.
func (c *Coder[T]) Encode(x *T) (b []byte, err error) {
	c.Buf, err = c.Enc.AppendBytes(c.Buf[:0], x)
	return c.Buf, err
}

// Name is what a program calls the cells of a state that it knows by a word: code
// that keeps another type, or whose state ends by another time, writes others, and
// finds these.
type Name struct {
	State    string
	Type     sqltype.Type
	Nullable bool
	End      End
}

// End is by what time a state ends.
type End string

// Times by which states end.
const (
	Never   End = ""
	ByEvent End = "~"
	ByClock End = "~clock"
)

// Life returns whether what is so named ends.
func (n Name) Life() Life { return n.End != Never }

// String returns the name as tables have it.
func (n Name) String() string {
	null := ""
	if n.Nullable {
		null = "?"
	}
	return n.State + " " + n.Type.String() + null + string(n.End)
}

// ParseName undoes String.
func ParseName(text string) (n Name, err error) {
	for _, end := range []End{ByEvent, ByClock} {
		if head, ok := strings.CutSuffix(text, string(end)); ok {
			text, n.End = head, end
		}
	}
	state, ddl, ok := strings.Cut(text, " ")
	if n.State = state; !ok {
		return n, fmt.Errorf("table %q names no type", text)
	}
	ddl, n.Nullable = strings.CutSuffix(ddl, "?")
	n.Type, err = sqltype.ParseType(ddl)
	return n, err
}

// CheckState reports whether a state can have a name.
func CheckState(name string) error {
	if name == "" || strings.ContainsAny(name, " ?~") {
		return fmt.Errorf("the name of a state is a word, not %q", name)
	}
	return nil
}
