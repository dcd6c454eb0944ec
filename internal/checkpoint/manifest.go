package checkpoint

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/vfs"
)

// Manifest is state/epochs/N: the record that decides epoch N and the list of
// what its state consists of. A file that no manifest lists is garbage.
//
// On disk it is a line "v1 <crc32c of the rest, hex> <length of the JSON>", the
// JSON, a line feed, and the bytes of inline sections.
type Manifest struct {
	Epoch         connector.Epoch     `json:"epoch"`
	NextWatermark eventtime.Watermark `json:"nextWatermarkMs"`
	Groups        int                 `json:"keyGroups"`
	Receipts      []connector.Receipt `json:"receipts,omitempty"`
	Stages        []StageState        `json:"stages,omitempty"`
	inline        []byte
}

// StageState is the tables of one stage and the sections that hold their rows,
// oldest first.
type StageState struct {
	Stage    string        `json:"stage"`
	Tables   []TableSchema `json:"tables"`
	Sections []Section     `json:"sections"`
}

// TableSchema says what a table was when it was written.
type TableSchema struct {
	Name   string `json:"name"`
	Key    string `json:"key"`   // DDL
	Value  string `json:"value"` // DDL
	Multi  bool   `json:"multi,omitempty"`
	Expiry uint8  `json:"expiry,omitempty"`
}

// Section is a run of blocks of one task's changes in one epoch, or of a merged
// snapshot: in a file of its own, or inside a manifest.
type Section struct {
	File   string          `json:"file"` // relative to the checkpoint directory
	Offset int64           `json:"offset"`
	Length int64           `json:"length"`
	CRC    uint32          `json:"crc32c"`
	Epoch  connector.Epoch `json:"epoch"` // of the changes; of a base: the last one merged in
	Base   bool            `json:"base,omitempty"`
	Lo     int             `json:"lo"` // key groups [Lo, Hi)
	Hi     int             `json:"hi"`
	Rows   int64           `json:"rows"`
}

func (m *Manifest) marshal() ([]byte, error) {
	body, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	n := len(body)
	body = append(append(body, '\n'), m.inline...)
	head := fmt.Sprintf("%s %08x %d\n", v1, vfs.Checksum(body), n)
	return append([]byte(head), body...), nil
}

// inlineStart returns where the inline bytes of a manifest begin.
func parseManifest(data []byte) (m *Manifest, inlineStart int64, err error) {
	head, body, ok := bytes.Cut(data, []byte("\n"))
	fields := bytes.Fields(head)
	if !ok || len(fields) != 3 || string(fields[0]) != v1 {
		return nil, 0, fmt.Errorf("the first line is %.40q, not a manifest's", head)
	}
	sum, err1 := strconv.ParseUint(string(fields[1]), 16, 32)
	n, err2 := strconv.Atoi(string(fields[2]))
	if err1 != nil || err2 != nil || n < 0 || n >= len(body) {
		return nil, 0, fmt.Errorf("the first line is %.40q, not a manifest's", head)
	}
	if vfs.Checksum(body) != uint32(sum) {
		return nil, 0, fmt.Errorf("the checksum does not match its content")
	}
	m = &Manifest{}
	if err := json.Unmarshal(body[:n], m); err != nil {
		return nil, 0, fmt.Errorf("the list is no JSON: %w", err)
	}
	m.inline = body[n+1:]
	return m, int64(len(head) + 1 + n + 1), nil
}
