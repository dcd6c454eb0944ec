package parquet

import (
	"encoding/binary"

	"github.com/apache/arrow-go/v18/parquet"

	"github.com/spatestream/spate/columnar"
)

// texts fills the rows [at, at+k) of a text vector, of which ones are not null.
// A batch of one dictionary gets that and codes. A batch within one plain page
// gets places in it. A batch of several gets copies.
func (c *chunk) texts(v *columnar.Vector, at, k, ones int) error {
	if c.coded && (at == 0 || v.Dict == c.dict) && c.dict != nil && c.dict.Len > 0 {
		return c.coding(v, at, k, ones)
	}
	c.flatten(v, at)
	dst := v.Views[at : at+ones]
	switch {
	case ones == 0:
	case c.coded:
		c.codes = resized(c.codes, ones)
		if err := c.code(c.codes); err != nil {
			return err
		}
		for i, x := range c.codes {
			dst[i] = c.dict.Views[x]
		}
		c.keep(v, dst, c.dict.Bytes)
	default:
		if err := c.places(dst); err != nil {
			return err
		}
		if at == 0 && k == v.Len {
			v.Bytes = c.body[:len(c.body):len(c.body)]
		} else {
			c.keep(v, dst, c.body)
		}
	}
	if ones < k {
		spread(v.Views[at:], c.marks, at, k, ones)
	}
	return nil
}

// coding gives the rows codes.
func (c *chunk) coding(v *columnar.Vector, at, k, ones int) error {
	if at == 0 {
		v.Dict, v.Codes = c.dict, resized(v.Codes, v.Len)
	}
	if err := c.code(v.Codes[at : at+ones]); err != nil {
		return err
	}
	if ones < k {
		spread(v.Codes[at:], c.marks, at, k, ones)
	}
	return nil
}

// flatten makes the first n rows of v copies of their texts if they are codes.
func (c *chunk) flatten(v *columnar.Vector, n int) {
	if n == 0 {
		c.text = c.text[:0]
	}
	d := v.Dict
	if d == nil {
		return
	}
	c.text = c.text[:0]
	for i, x := range v.Codes[:n] {
		v.Views[i] = d.Views[x]
	}
	v.Dict = nil
	c.keep(v, v.Views[:n], d.Bytes)
}

// keep copies the texts that dst are places of in src, and makes dst places of
// the copies.
func (c *chunk) keep(v *columnar.Vector, dst []columnar.View, src []byte) {
	for i, w := range dst {
		dst[i].Off = uint32(len(c.text))
		c.text = append(c.text, src[w.Off:w.Off+w.Len]...)
	}
	v.Bytes = c.text[:len(c.text):len(c.text)]
}

// places fills dst with where the next texts of the body are.
func (c *chunk) places(dst []columnar.View) error {
	body, at := c.body, c.at
	if c.leaf.physical == parquet.Types.FixedLenByteArray {
		n := c.leaf.length
		if n < 0 || n*len(dst) > len(body)-at {
			return errShort
		}
		for i := range dst {
			dst[i] = columnar.View{Off: uint32(at), Len: uint32(n)}
			at += n
		}
		c.at = at
		return nil
	}
	for i := range dst {
		if len(body)-at < 4 {
			return errShort
		}
		n := int(binary.LittleEndian.Uint32(body[at:]))
		if at += 4; n > len(body)-at {
			return errShort
		}
		dst[i] = columnar.View{Off: uint32(at), Len: uint32(n)}
		at += n
	}
	c.at = at
	return nil
}
