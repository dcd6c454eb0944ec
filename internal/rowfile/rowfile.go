// Package rowfile is the durable form of typed rows: the files of checkpointed
// RDDs and of SaveAsObjectFile.
//
// A file is blocks (internal/block), each with a checksum: a head that carries
// the type of the rows, which file of how many it is; rows in the encoder's row
// form; and an end with their number, so that a file cut short is never taken
// for a whole one. Fields match by name: a program whose type has changed reads
// what its former self wrote.
package rowfile

import (
	"encoding/json"

	"github.com/spatestream/spate/internal/block"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// The first byte of a block's body says what it is.
const (
	headBody = 'H' // JSON of a head
	rowsBody = 'R'
	endBody  = 'E' // the number of rows, as a uvarint
)

// Head is what a file says about itself.
type Head struct {
	Part  int `json:"part"`  // number of the file, from 0
	Parts int `json:"parts"` // how many files there are
	// Type and Nullable describe the rows, in Spark's JSON form.
	Type     json.RawMessage `json:"type"`
	Nullable bool            `json:"nullable,omitempty"`
}

// ReadHead returns the head of a file. A file that does not begin with one is a
// Corruption that names it.
func ReadHead(f vfs.Reader, name string) (Head, error) {
	blocks, err := open(f, name)
	if err != nil {
		return Head{}, err
	}
	defer blocks.Close()
	h, _, err := readHead(blocks, name)
	return h, err
}

// open returns a reader of the file's blocks.
func open(f vfs.Reader, name string) (*block.Reader, error) {
	size, err := f.Size()
	if err != nil {
		return nil, err
	}
	if size == 0 {
		return nil, sparkerr.Corrupt(name, "the file is empty: it holds no rows that this program wrote")
	}
	return block.NewReader(f, 0, size, name), nil
}

func readHead(blocks *block.Reader, name string) (h Head, t sqltype.Type, err error) {
	body, err := blocks.NextBody()
	if err != nil {
		return h, nil, err
	}
	if len(body) == 0 || body[0] != headBody || json.Unmarshal(body[1:], &h) != nil || h.Part < 0 || h.Part >= h.Parts {
		return h, nil, sparkerr.Corrupt(name, "the file does not begin with the head of a file of rows")
	}
	t, err = sqltype.ParseJSON(string(h.Type))
	if err != nil {
		return h, nil, sparkerr.Corrupt(name, "the type of the rows cannot be read: %v", err)
	}
	return h, t, nil
}
