package checkpoint

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/vfs"
)

// Entry is offsets/N: what epoch N reads up to, its time and its watermark.
type Entry struct {
	Epoch     connector.Epoch
	Ends      []connector.Offset // by source ordinal; empty for "none"
	Time      eventtime.Time     // milliseconds on disk
	Watermark eventtime.Watermark
	Conf      map[string]string // pinned configuration
}

const v1 = "v1"

// entryMeta is the second line of an entry, under Spark's names.
type entryMeta struct {
	Watermark int64             `json:"batchWatermarkMs"`
	Time      int64             `json:"batchTimestampMs"`
	Conf      map[string]string `json:"conf"`
}

// marshal writes Spark's version 1 form: the version, the metadata, one line a
// source.
func (e *Entry) marshal() []byte {
	conf := e.Conf
	if conf == nil {
		conf = map[string]string{}
	}
	meta, _ := json.Marshal(entryMeta{int64(e.Watermark), e.Time.Millis(), conf})
	var b bytes.Buffer
	b.WriteString(v1 + "\n")
	b.Write(meta)
	for _, o := range e.Ends {
		b.WriteByte('\n')
		if len(o) == 0 {
			o = connector.Offset("-")
		}
		b.Write(o)
	}
	return b.Bytes()
}

func parseEntry(epoch connector.Epoch, data []byte) (*Entry, error) {
	lines, err := versioned(data)
	if err != nil {
		return nil, err
	}
	var m entryMeta
	if len(lines) == 0 {
		return nil, fmt.Errorf("the metadata line is missing")
	}
	if err := json.Unmarshal(lines[0], &m); err != nil {
		return nil, fmt.Errorf("the metadata line is no JSON: %w", err)
	}
	e := &Entry{Epoch: epoch, Time: eventtime.Time(m.Time * 1000), Watermark: eventtime.Watermark(m.Watermark), Conf: m.Conf}
	for _, l := range lines[1:] {
		if string(l) == "-" {
			l = nil
		} else if !json.Valid(l) {
			return nil, fmt.Errorf("the offset %q is no JSON", l)
		}
		e.Ends = append(e.Ends, connector.Offset(bytes.Clone(l)))
	}
	return e, nil
}

// commitMeta is the second line of commits/N.
type commitMeta struct {
	NextWatermark int64 `json:"nextBatchWatermarkMs"`
}

func marshalCommit(w eventtime.Watermark) []byte {
	meta, _ := json.Marshal(commitMeta{int64(w)})
	return append([]byte(v1+"\n"), meta...)
}

func parseCommit(data []byte) (eventtime.Watermark, error) {
	lines, err := versioned(data)
	if err != nil {
		return 0, err
	}
	var m commitMeta
	if len(lines) == 0 || len(lines[0]) == 0 {
		return 0, nil // as Spark before 2.4 wrote it
	}
	if err := json.Unmarshal(lines[0], &m); err != nil {
		return 0, fmt.Errorf("the metadata line is no JSON: %w", err)
	}
	return eventtime.Watermark(m.NextWatermark), nil
}

// newer is the error of a version after ours, nil of anything else.
func newer(version []byte) error {
	if len(version) == 2 && version[0] == 'v' && version[1] > '1' && version[1] <= '9' {
		return fmt.Errorf("a newer program wrote it: its version is %s, and this one reads %s; run the query with that program", version, v1)
	}
	return nil
}

// versioned checks the version line and the checksum and returns the lines
// after them.
func versioned(data []byte) ([][]byte, error) {
	data, err := vfs.CheckLines(data)
	if err != nil {
		return nil, err
	}
	lines := bytes.Split(bytes.TrimRight(data, "\n"), []byte("\n"))
	if err := newer(lines[0]); err != nil {
		return nil, err
	}
	if string(lines[0]) != v1 {
		return nil, fmt.Errorf("the first line is %.20q, not the version %q", lines[0], v1)
	}
	return lines[1:], nil
}
