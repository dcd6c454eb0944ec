package topology

import (
	"fmt"

	"github.com/spatestream/spate/internal/encoder"
)

// keyGroups is the number of key groups of a job.
const keyGroups = 128

// keyer finds the key of an event.
type keyer[T any] struct {
	is string // the type that is written
	// appender returns what adds the canonical bytes of a key. It belongs to one
	// goroutine.
	appender func() func(dst []byte, v T) ([]byte, error)
}

// finder finds keys and their hashes. It belongs to one goroutine.
type finder[T any] struct {
	*keyer[T]
	append func(dst []byte, v T) ([]byte, error)
	buf    []byte
}

// of returns the hash and the bytes of an event's key, borrowed until the next
// call.
func (f *finder[T]) of(v T) (hash uint32, key []byte, err error) {
	if f.append == nil {
		f.append = f.appender()
	}
	if f.buf, err = f.append(f.buf[:0], v); err != nil {
		return 0, nil, err
	}
	return encoder.Hash(f.buf), f.buf, nil
}

func newKeyer[T, K any](j *Job, key func(T) K) *keyer[T] {
	enc, err := encoder.Of[K]()
	if err != nil {
		var k K
		j.mistake("%T cannot be a key: %v", k, err)
		return &keyer[T]{}
	}
	return &keyer[T]{is: enc.Type().String(), appender: func() func([]byte, T) ([]byte, error) {
		k := new(K) // here, as one for each event would be an allocation for each
		return func(dst []byte, v T) ([]byte, error) {
			*k = key(v)
			out, err := enc.AppendKey(dst, k)
			if err != nil {
				return dst, fmt.Errorf("the key of an event: %w", err)
			}
			return out, nil
		}
	}}
}

// owner returns the instance whose range of key groups holds a hash.
func owner(hash uint32, instances int) int {
	return int(hash>>(32-7)) * instances / keyGroups
}
