package spill

// Form is how rows of some type become bytes, for places that do not know the
// type: a chunk is a []T in an any. So the code around rows is compiled once,
// not for each of the types that a program uses. It is safe for concurrent use.
type Form interface {
	// AppendChunk appends rows of chunk to dst, from the given one on, until
	// dst has limit bytes, and returns the row to go on with, -1 after the last.
	AppendChunk(dst []byte, chunk any, from, limit int) (out []byte, next int, err error)
	// DecodeChunk returns the rows of a body that AppendChunk has made. They
	// replace those of into, a chunk or nil, whose slice may be used again; what
	// they point to is their own memory.
	DecodeChunk(body []byte, into any) (chunk any, err error)
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
func (c *Codec[T]) AppendChunk(dst []byte, chunk any, from, limit int) (out []byte, next int, err error) {
	rows := chunk.([]T)
	for i := from; i < len(rows); i++ {
		if len(dst) >= limit {
			return dst, i, nil
		}
		if dst, err = c.Append(dst, &rows[i]); err != nil {
			return dst, i, err
		}
	}
	return dst, -1, nil
}

// DecodeChunk implements Form.
func (c *Codec[T]) DecodeChunk(body []byte, into any) (chunk any, err error) {
	rows, _ := into.([]T)
	return c.Decode(body, rows)
}
