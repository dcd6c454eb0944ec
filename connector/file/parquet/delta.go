package parquet

import (
	"encoding/binary"
	"fmt"

	"github.com/apache/arrow-go/v18/parquet"
)

// maxExpanded bounds the plain form of a page, as the library does.
const maxExpanded = 256 << 20

// expanded returns the plain form of at most n values that are written as
// differences: DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY, DELTA_BYTE_ARRAY.
func (c *chunk) expanded(e parquet.Encoding, data []byte, n int) ([]byte, error) {
	out := c.plainForm[:0]
	var err error
	switch {
	case e == parquet.Encodings.DeltaBinaryPacked && c.leaf.physical == parquet.Types.Int64:
		if c.deltas, _, err = differences(c.deltas, data, n); err == nil {
			for _, x := range c.deltas {
				out = binary.LittleEndian.AppendUint64(out, uint64(x))
			}
		}
	case e == parquet.Encodings.DeltaBinaryPacked && c.leaf.physical == parquet.Types.Int32:
		if c.deltas, _, err = differences(c.deltas, data, n); err == nil {
			for _, x := range c.deltas {
				out = binary.LittleEndian.AppendUint32(out, uint32(x))
			}
		}
	case e == parquet.Encodings.DeltaLengthByteArray && c.leaf.physical == parquet.Types.ByteArray:
		out, err = c.lengths(out, nil, data, n)
	case e == parquet.Encodings.DeltaByteArray && (c.leaf.physical == parquet.Types.ByteArray || c.leaf.physical == parquet.Types.FixedLenByteArray):
		if c.prefixes, data, err = differences(c.prefixes, data, n); err == nil {
			out, err = c.lengths(out, c.prefixes, data, n)
		}
	default:
		err = fmt.Errorf("a page has the encoding %s, which its column chunk does not announce or its type does not have", e)
	}
	c.plainForm = out
	return out, err
}

// lengths appends texts whose lengths come first, then all their bytes. With
// prefixes a text begins with so many bytes of the one before.
func (c *chunk) lengths(out []byte, prefixes []int64, data []byte, n int) ([]byte, error) {
	var err error
	if c.deltas, data, err = differences(c.deltas, data, n); err != nil {
		return out, err
	}
	if prefixes != nil && len(prefixes) != len(c.deltas) {
		return out, errShort
	}
	last := 0 // where the text before begins in out
	end := 0
	for i, size := range c.deltas {
		prefix := int64(0)
		if prefixes != nil {
			prefix = prefixes[i]
		}
		if size < 0 || size > int64(len(data)) || prefix < 0 || prefix > int64(end-last) || int64(len(out))+size+prefix > maxExpanded {
			return out, errShort
		}
		if c.leaf.physical == parquet.Types.ByteArray {
			out = binary.LittleEndian.AppendUint32(out, uint32(size+prefix))
		} else if int(size+prefix) != c.leaf.length {
			return out, errShort
		}
		begin := len(out)
		out = append(out, out[last:last+int(prefix)]...)
		out = append(out, data[:size]...)
		data, last, end = data[size:], begin, len(out)
	}
	return out, nil
}

// differences reads the integers of DELTA_BINARY_PACKED, at most n, into buf and
// returns what is behind them.
func differences(buf []int64, data []byte, n int) (values []int64, rest []byte, err error) {
	var head [3]uint64 // values of a block, blocks in it, values of all
	for i := range head {
		x, k := binary.Uvarint(data)
		if k <= 0 {
			return buf, nil, errShort
		}
		head[i], data = x, data[k:]
	}
	first, k := binary.Varint(data)
	if k <= 0 || head[1] == 0 || head[1] > 1<<16 || head[0]%head[1] != 0 || head[0]/head[1]%8 != 0 || head[0] > 1<<24 || head[0] == 0 || head[2] > uint64(n) {
		return buf, nil, errShort
	}
	data = data[k:]
	per, blocks, left := int(head[0]/head[1]), int(head[1]), int(head[2])
	buf = buf[:0]
	if left == 0 {
		return buf, data, nil
	}
	buf = append(buf, first)
	last := first
	for left--; left > 0; {
		least, k := binary.Varint(data)
		if k <= 0 || len(data)-k < blocks {
			return buf, nil, errShort
		}
		widths := data[k : k+blocks]
		data = data[k+blocks:]
		for _, w := range widths {
			if left == 0 {
				break
			}
			size := per / 8 * int(w)
			if w > 64 || size > len(data) {
				return buf, nil, errShort
			}
			m := min(per, left)
			for i := range m {
				last += least + int64(bitsAt(data, i*int(w), int(w)))
				buf = append(buf, last)
			}
			data, left = data[size:], left-m
		}
	}
	return buf, data, nil
}

// bitsAt reads width bits, up to 64, from bit at on.
func bitsAt(b []byte, at, width int) uint64 {
	if width == 0 {
		return 0
	}
	x := word(b, at>>3) >> (at & 7)
	if at&7+width > 64 {
		x |= word(b, at>>3+8) << (64 - at&7)
	}
	return x & (^uint64(0) >> (64 - width))
}
