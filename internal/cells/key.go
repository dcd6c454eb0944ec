package cells

import (
	"fmt"

	"github.com/spatestream/spate/internal/encoder"
)

// KeyGroups is the number of key groups of a job: what keys are shared out by.
const KeyGroups = 128

// Owner returns the instance whose range of key groups holds a hash.
func Owner(hash uint32, instances int) int {
	return int(hash>>(32-7)) * instances / KeyGroups
}

// Keyer finds the key of an event.
type Keyer[T any] struct {
	Is string // the type that is written
	// appender returns what adds the canonical bytes of a key. It belongs to one
	// goroutine.
	appender func() func(dst []byte, v T) ([]byte, error)
}

// KeyerOf returns the keyer of a function, or says why its results are no keys.
func KeyerOf[T, K any](key func(T) K) (*Keyer[T], error) {
	enc, err := encoder.Of[K]()
	if err != nil {
		return nil, err
	}
	return &Keyer[T]{Is: enc.Type().String(), appender: func() func([]byte, T) ([]byte, error) {
		k := new(K) // here, as one for each event would be an allocation for each
		return func(dst []byte, v T) ([]byte, error) {
			*k = key(v)
			out, err := enc.AppendKey(dst, k)
			if err != nil {
				return dst, fmt.Errorf("the key of an event: %w", err)
			}
			return out, nil
		}
	}}, nil
}

// Finder finds keys and their hashes. It belongs to one goroutine.
type Finder[T any] struct {
	*Keyer[T]
	append func(dst []byte, v T) ([]byte, error)
	buf    []byte
}

// Of returns the hash and the bytes of an event's key, borrowed until the next
// call.
func (f *Finder[T]) Of(v T) (hash uint32, key []byte, err error) {
	if f.append == nil {
		f.append = f.appender()
	}
	if f.buf, err = f.append(f.buf[:0], v); err != nil {
		return 0, nil, err
	}
	return encoder.Hash(f.buf), f.buf, nil
}
