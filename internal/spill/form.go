package spill

import "github.com/spatestream/spate/sqltype"

// Form is how rows of some type become bytes, for places that do not know the
// type: a chunk is a []T in an any. So the code around rows is compiled once,
// not for each of the types that a program uses. It is safe for concurrent use.
type Form interface {
	// AppendChunk appends rows of chunk to dst, from the given one on, until
	// dst has limit bytes, and returns the number of the row to go on with; more
	// is false if there is none.
	AppendChunk(dst []byte, chunk any, from, limit int) (out []byte, next int, more bool, err error)
	// DecodeChunk returns the rows of a body that AppendChunk has made, and how
	// many they are. They replace those of into, a chunk or nil, whose slice may
	// be used again; what they point to is their own memory.
	DecodeChunk(body []byte, into any) (chunk any, rows int, err error)
	// Type returns the type of the rows and whether they may be null, as bytes
	// that outlive the program must know them.
	Type() (t sqltype.Type, nullable bool)
	// Reading returns the form of rows that another program wrote: its
	// DecodeChunk takes values of that type, fields by name.
	Reading(t sqltype.Type, nullable bool) (Form, error)
}

// FormOf is CodecOf for places that do not know T.
func FormOf[T any]() (Form, error) {
	c, err := CodecOf[T]()
	if err != nil {
		return nil, err
	}
	return c, nil
}

// AppendChunk implements Form.
func (c *Codec[T]) AppendChunk(dst []byte, chunk any, from, limit int) (out []byte, next int, more bool, err error) {
	rows := chunk.([]T)
	for i := from; i < len(rows); i++ {
		if len(dst) >= limit {
			return dst, i, true, nil
		}
		if dst, err = c.Append(dst, &rows[i]); err != nil {
			return dst, i, true, err
		}
	}
	return dst, len(rows), false, nil
}

// DecodeChunk implements Form.
func (c *Codec[T]) DecodeChunk(body []byte, into any) (chunk any, n int, err error) {
	rows, _ := into.([]T)
	rows, err = c.Decode(body, rows)
	return rows, len(rows), err
}

// Type implements Form.
func (c *Codec[T]) Type() (t sqltype.Type, nullable bool) { return c.enc.Type(), c.enc.Nullable() }

// Reading implements Form.
func (c *Codec[T]) Reading(t sqltype.Type, nullable bool) (Form, error) {
	dec, err := c.enc.Decoder(t, nullable)
	if err != nil {
		return nil, err
	}
	return &Codec[T]{c.enc, dec}, nil
}
