package render

import (
	"strconv"

	"github.com/spatestream/spate/columnar"
)

// time appends a date, timestamp or interval.
func (p *Printer) time(dst []byte, v *columnar.Vector, i int) []byte {
	switch len(v.Data) / max(v.Stored(), 1) {
	case 4:
		return strconv.AppendInt(dst, int64(columnar.At[int32](v, i)), 10)
	}
	return strconv.AppendInt(dst, columnar.At[int64](v, i), 10)
}
