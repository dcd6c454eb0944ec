package checkpoint

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"path"
	"slices"
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
	Stage  string          `json:"stage"`
	Layout json.RawMessage `json:"layout,omitempty"` // what the stage says of its rows, for who reads them later
	// Watermarks are how far each instance of a job's component was; queries have
	// none, as theirs is the epoch's.
	Watermarks []int64       `json:"watermarks,omitempty"`
	Tables     []TableSchema `json:"tables"`
	Sections   []Section     `json:"sections"`
}

// Watermark returns how far an instance of as many was, at the least. st may be nil.
func (st *StageState) Watermark(instance, of int) eventtime.Watermark {
	switch {
	case st == nil || len(st.Watermarks) == 0:
		return math.MinInt64
	case len(st.Watermarks) == of:
		return eventtime.Watermark(st.Watermarks[instance])
	}
	return eventtime.Watermark(slices.Min(st.Watermarks))
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

// files returns what the manifest lists, each once.
func (m *Manifest) files() []string {
	var out []string
	for _, st := range m.Stages {
		for _, s := range st.Sections {
			if len(out) == 0 || out[len(out)-1] != s.File { // those of an epoch follow each other
				out = append(out, s.File)
			}
		}
	}
	return out
}

// rows returns how many rows its sections have.
func (m *Manifest) rows() (n int64) {
	for _, st := range m.Stages {
		for _, s := range st.Sections {
			n += s.Rows
		}
	}
	return n
}

// inlineIn returns the name of the manifest of an epoch, as sections name what
// stands inside it.
func inlineIn(n connector.Epoch) string { return path.Join(epochsDir, strconv.FormatInt(int64(n), 10)) }

// inline returns the epoch of the manifest in which the section stands; ok is
// false for one in a file of its own.
func (s *Section) inline() (n connector.Epoch, ok bool) {
	if path.Dir(s.File) != epochsDir {
		return 0, false
	}
	v, err := strconv.ParseInt(path.Base(s.File), 10, 64)
	return connector.Epoch(v), err == nil
}

func (m *Manifest) marshal() []byte {
	const room = len(v1) + len(" 01234567 01234567890\n")
	buf := make([]byte, room, room+1024+len(m.inline))
	buf = m.appendJSON(buf)
	n := len(buf) - room
	buf = append(append(buf, '\n'), m.inline...)
	head := fmt.Appendf(make([]byte, 0, room), "%s %08x %d\n", v1, vfs.Checksum(buf[room:]), n)
	start := room - len(head)
	copy(buf[start:], head)
	return buf[start:]
}

// appendJSON writes what encoding/json would, from the fields' tags: the list of
// sections is written again for every epoch, and reflection took most of it.
func (m *Manifest) appendJSON(b []byte) []byte {
	b = strconv.AppendInt(append(b, `{"epoch":`...), int64(m.Epoch), 10)
	b = strconv.AppendInt(append(b, `,"nextWatermarkMs":`...), int64(m.NextWatermark), 10)
	b = strconv.AppendInt(append(b, `,"keyGroups":`...), int64(m.Groups), 10)
	if len(m.Receipts) > 0 {
		b = appendAny(append(b, `,"receipts":`...), m.Receipts)
	}
	for i := range m.Stages {
		b = append(b, [2]string{`,"stages":[`, `,`}[min(i, 1)]...)
		b = m.Stages[i].appendJSON(b)
	}
	if len(m.Stages) > 0 {
		b = append(b, ']')
	}
	return append(b, '}')
}

func (st *StageState) appendJSON(b []byte) []byte {
	b = appendAny(append(b, `{"stage":`...), st.Stage)
	if len(st.Layout) > 0 {
		b = appendAny(append(b, `,"layout":`...), st.Layout)
	}
	if len(st.Watermarks) > 0 {
		b = appendAny(append(b, `,"watermarks":`...), st.Watermarks)
	}
	b = appendAny(append(b, `,"tables":`...), st.Tables)
	b = append(b, `,"sections":[`...)
	for i := range st.Sections {
		if i > 0 {
			b = append(b, ',')
		}
		b = st.Sections[i].appendJSON(b)
	}
	return append(b, "]}"...)
}

// appendJSON relies on names of files having nothing to escape.
func (s *Section) appendJSON(b []byte) []byte {
	b = append(append(append(b, `{"file":"`...), s.File...), '"')
	for _, f := range []struct {
		name  string
		value int64
	}{{`,"offset":`, s.Offset}, {`,"length":`, s.Length}, {`,"crc32c":`, int64(s.CRC)}, {`,"epoch":`, int64(s.Epoch)}} {
		b = strconv.AppendInt(append(b, f.name...), f.value, 10)
	}
	if s.Base {
		b = append(b, `,"base":true`...)
	}
	b = strconv.AppendInt(append(b, `,"lo":`...), int64(s.Lo), 10)
	b = strconv.AppendInt(append(b, `,"hi":`...), int64(s.Hi), 10)
	b = strconv.AppendInt(append(b, `,"rows":`...), s.Rows, 10)
	return append(b, '}')
}

func appendAny(b []byte, v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings, numbers and JSON
	}
	return append(b, data...)
}

// parseManifest copies what it keeps.
func parseManifest(data []byte) (*Manifest, error) {
	head, body, ok := bytes.Cut(data, []byte("\n"))
	fields := bytes.Fields(head)
	if len(fields) == 3 {
		if err := newer(fields[0]); err != nil {
			return nil, err
		}
	}
	if !ok || len(fields) != 3 || string(fields[0]) != v1 {
		return nil, fmt.Errorf("the first line is %.40q, not a manifest's", head)
	}
	sum, err1 := strconv.ParseUint(string(fields[1]), 16, 32)
	n, err2 := strconv.Atoi(string(fields[2]))
	if err1 != nil || err2 != nil || n < 0 || n >= len(body) {
		return nil, fmt.Errorf("the first line is %.40q, not a manifest's", head)
	}
	if vfs.Checksum(body) != uint32(sum) {
		return nil, fmt.Errorf("the checksum does not match its content")
	}
	m := &Manifest{}
	if err := json.Unmarshal(body[:n], m); err != nil {
		return nil, fmt.Errorf("the list is no JSON: %w", err)
	}
	m.inline = bytes.Clone(body[n+1:])
	return m, nil
}
