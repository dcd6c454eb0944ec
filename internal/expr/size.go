package expr

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sparkerr"
)

// MaxColumn is how many bytes the values that a function makes for the rows of
// a batch may take together, MaxValue how many a single one may. Views reach
// 4 GiB; the rest is what a process should survive.
const (
	MaxColumn = 256 << 20
	MaxValue  = 1 << 30
)

// ErrTooLarge is in the chain of the error of a column beyond these limits. Who
// asked for many rows may ask again for fewer.
var ErrTooLarge = errors.New("a value may take " + strconv.Itoa(MaxValue>>20) + " MiB, those of a batch " + strconv.Itoa(MaxColumn>>20) + " MiB together")

// Room returns an error if v, a column under way, cannot take a value of n
// bytes more.
func Room(v *columnar.Vector, n int64) error {
	held := Size(v)
	if first := held <= 8*int64(v.Len); n <= MaxColumn-held || first && n <= MaxValue {
		return nil
	}
	return TooLarge(held + n)
}

// Fits returns an error if the values of rows rows, which v holds, are too
// large.
func Fits(v *columnar.Vector, rows int) error {
	if Size(v) <= MaxColumn {
		return nil
	}
	n := own(v)
	if n <= MaxColumn || rows == 1 && n <= MaxValue+8*int64(v.Len) {
		return nil
	}
	return TooLarge(n)
}

// own is Size without the bytes that no view of v reaches: views may point
// into memory that others share.
func own(v *columnar.Vector) int64 {
	n := int64(len(v.Data) + 8*len(v.Views))
	if v.Child == nil {
		for _, w := range v.Views {
			n += int64(w.Len)
		}
	}
	for _, c := range v.Child {
		n += own(c)
	}
	return n
}

// TooLarge is the error of a result that would take n bytes.
func TooLarge(n int64) error {
	return sparkerr.Data("UNABLE_TO_ACQUIRE_MEMORY", fmt.Sprintf("The result would take %d bytes or more. Make smaller values", n),
		"requestedBytes", strconv.FormatInt(n, 10), "receivedBytes", "0").Because(ErrTooLarge)
}

// Size is the memory of v's values in bytes; what views share counts once.
func Size(v *columnar.Vector) int64 {
	n := int64(len(v.Data) + len(v.Bytes) + 8*len(v.Views))
	for _, c := range v.Child {
		n += Size(c)
	}
	return n
}
