package rowfile

import (
	"encoding/binary"
	"encoding/json"
	"io"

	"github.com/spatestream/spate/internal/block"
	"github.com/spatestream/spate/internal/spill"
	"github.com/spatestream/spate/sqltype"
)

// limit is about how many bytes of rows a block gets.
const limit = 128 << 10

// Writer writes the rows of one file. It belongs to one goroutine.
type Writer struct {
	to   io.Writer
	form spill.Form
	enc  *block.Encoder
	body []byte // of the block begun: "", or rowsBody and rows
	out  []byte
	rows uint64
}

// NewWriter begins file part of parts, its blocks compressed or not.
func NewWriter(to io.Writer, form spill.Form, compress bool, part, parts int) (*Writer, error) {
	how := block.Plain
	if compress {
		how = block.S2
	}
	w := &Writer{to: to, form: form, enc: block.NewEncoder(how)}
	t, nullable := form.Type()
	head, err := json.Marshal(Head{Part: part, Parts: parts, Type: json.RawMessage(sqltype.JSON(t)), Nullable: nullable})
	if err != nil {
		return nil, err
	}
	return w, w.write(append([]byte{headBody}, head...))
}

// Add writes the rows of a chunk, of which nothing is kept.
func (w *Writer) Add(chunk any) (err error) {
	from := 0
	for more := true; more; {
		if len(w.body) == 0 {
			w.body = append(w.body, rowsBody)
		}
		if w.body, from, more, err = w.form.AppendChunk(w.body, chunk, from, limit); err != nil {
			return err
		}
		if len(w.body) >= limit {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
	w.rows += uint64(from)
	return nil
}

func (w *Writer) flush() error {
	body := w.body
	w.body = w.body[:0]
	if len(body) <= 1 {
		return nil
	}
	return w.write(body)
}

func (w *Writer) write(body []byte) (err error) {
	if w.out, err = w.enc.AppendBytes(w.out[:0], body); err != nil {
		return err
	}
	_, err = w.to.Write(w.out)
	return err
}

// Close writes what is left and the end. It does not close what it wrote to.
func (w *Writer) Close() error {
	if err := w.flush(); err != nil {
		return err
	}
	return w.write(binary.AppendUvarint([]byte{endBody}, w.rows))
}
