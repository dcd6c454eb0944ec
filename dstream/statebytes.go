package dstream

import (
	"iter"
	"slices"

	"github.com/spatestream/spate/internal/spill"
	"github.com/spatestream/spate/rdd"
)

// State that does not fit in memory lies on disk: a version as its rows, a cell
// of MapWithState as those that go to a checkpoint.

// MarshalBinary implements encoding.BinaryMarshaler. A type of state that cannot
// go to disk is an error that names it.
func (v *version[K, S]) MarshalBinary() ([]byte, error) { return packed(stateRows(v)) }

// UnmarshalBinary implements encoding.BinaryUnmarshaler. The keys get numbers of
// their own.
func (v *version[K, S]) UnmarshalBinary(data []byte) error {
	rows, err := unpacked[rdd.Pair[K, S]](data)
	*v = *versionOf(slices.Values(rows))
	return err
}

// MarshalBinary implements encoding.BinaryMarshaler.
func (c *stateCell[K, S, M]) MarshalBinary() ([]byte, error) { return packed(c.rows) }

// UnmarshalBinary implements encoding.BinaryUnmarshaler.
func (c *stateCell[K, S, M]) UnmarshalBinary(data []byte) error {
	rows, err := unpacked[StateRow[K, S, M]](data)
	*c = *stateCellOf(slices.Values(rows))
	return err
}

// packed is rows as bytes.
func packed[T any](rows iter.Seq[T]) (out []byte, err error) {
	codec, err := spill.CodecOf[T]()
	if err != nil {
		return nil, err
	}
	for x := range rows {
		if out, err = codec.Append(out, &x); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// unpacked is what packed was given.
func unpacked[T any](data []byte) ([]T, error) {
	codec, err := spill.CodecOf[T]()
	if err != nil {
		return nil, err
	}
	return codec.Decode(data, nil)
}
