package parquet

import (
	"encoding/binary"
	"io"
	"math/bits"

	"github.com/apache/arrow-go/v18/parquet"
	pq "github.com/apache/arrow-go/v18/parquet/file"

	"github.com/spatestream/spate/columnar"
)

// page goes on to the next page with rows if the one at hand is used up.
func (c *chunk) page() error {
	for c.left == 0 {
		if !c.pages.Next() {
			if err := c.pages.Err(); err != nil {
				return err
			}
			return io.ErrUnexpectedEOF
		}
		var err error
		switch p := c.pages.Page().(type) {
		case *pq.DictionaryPage:
			err = c.dictionary(p.Data(), int(p.NumValues()))
		case *pq.DataPageV1:
			err = c.first(p)
		case *pq.DataPageV2:
			err = c.second(p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// first begins a data page of version 1: levels behind their length, values.
func (c *chunk) first(p *pq.DataPageV1) error {
	data := p.Data()
	c.left = int(p.NumValues())
	if c.optional && parquet.Encoding(p.DefinitionLevelEncoding()) == parquet.Encodings.BitPacked {
		n := (c.left + 7) / 8
		if n > len(data) {
			return errShort
		}
		c.levels = hybrid{width: 1, left: 8 * n, bits: reversed(data[:n])}
		data = data[n:]
	} else if c.optional {
		levels, rest, err := prefixed(data)
		if err != nil {
			return err
		}
		c.levels.start(levels, 1)
		data = rest
	}
	return c.begin(parquet.Encoding(p.Encoding()), data)
}

// reversed returns packed levels of old writers, which fill bytes from the top.
func reversed(b []byte) []byte {
	out := make([]byte, len(b))
	for i, x := range b {
		out[i] = bits.Reverse8(x)
	}
	return out
}

// second begins a data page of version 2, whose header has the lengths of the
// levels.
func (c *chunk) second(p *pq.DataPageV2) error {
	data, rep, def := p.Data(), int(p.RepetitionLevelByteLen()), int(p.DefinitionLevelByteLen())
	if rep < 0 || def < 0 || rep+def > len(data) {
		return errShort
	}
	c.left = int(p.NumValues())
	c.levels.start(data[rep:rep+def], 1)
	return c.begin(parquet.Encoding(p.Encoding()), data[rep+def:])
}

// prefixed cuts off bytes that stand behind their length.
func prefixed(data []byte) (head, rest []byte, err error) {
	if len(data) < 4 {
		return nil, nil, errShort
	}
	n := int(binary.LittleEndian.Uint32(data))
	if n > len(data)-4 {
		return nil, nil, errShort
	}
	return data[4 : 4+n], data[4+n:], nil
}

// begin begins the values of a page.
func (c *chunk) begin(e parquet.Encoding, data []byte) error {
	c.body, c.at, c.coded, c.runs = data, 0, false, false
	switch {
	case e == parquet.Encodings.Plain:
	case e == parquet.Encodings.PlainDict || e == parquet.Encodings.RLEDict:
		c.coded = true
		if len(data) == 0 { // all rows are null
			c.values.start(nil, 0)
			return nil
		}
		if data[0] > 32 {
			return errCode
		}
		c.values.start(data[1:], int(data[0]))
	case e == parquet.Encodings.RLE && c.leaf.physical == parquet.Types.Boolean:
		runs, _, err := prefixed(data)
		if err != nil {
			return err
		}
		c.runs = true
		c.values.start(runs, 1)
	default:
		var err error
		c.body, err = c.expanded(e, data, c.left)
		return err
	}
	return nil
}

// dictionary reads a page of n plain values, once for all pages that hold codes
// of them.
func (c *chunk) dictionary(data []byte, n int) error {
	least := c.leaf.physical.ByteSize()
	switch c.leaf.physical {
	case parquet.Types.ByteArray:
		least = 4
	case parquet.Types.FixedLenByteArray:
		least = c.leaf.length
	}
	if n < 0 || least <= 0 || n > len(data)/least {
		return errShort
	}
	d := columnar.New(c.leaf.to)
	if c.width == 0 {
		if v, ok := c.pool.views.Get().(*[]columnar.View); ok {
			d.Views = (*v)[:0]
		}
	}
	d.Resize(n)
	c.body, c.at, c.coded, c.runs = data, 0, false, false
	if c.width > 0 {
		if err := c.plain(d.Data[:n*c.width], n); err != nil {
			return err
		}
	} else {
		if err := c.places(d.Views); err != nil {
			return err
		}
		d.Bytes = data[:len(data):len(data)]
	}
	c.dict = d
	return nil
}
