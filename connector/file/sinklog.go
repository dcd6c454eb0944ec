package file

import (
	"encoding/json"

	"github.com/spatestream/spate/sparkerr"
)

// sinkLogDir is the folder of a streaming file sink's log in its target.
const sinkLogDir = "_spark_metadata"

// status is a line of the sink's log: a file that was written.
type status struct {
	Path             string `json:"path"` // a file: URI
	Size             int64  `json:"size"`
	IsDir            bool   `json:"isDir"`
	ModificationTime int64  `json:"modificationTime"` // ms
	BlockReplication int    `json:"blockReplication"`
	BlockSize        int64  `json:"blockSize"`
	Action           string `json:"action"` // add or delete
}

// committed returns the files that a sink's log names, without those it later
// deleted.
func committed(l *batchLog) ([]status, error) {
	lines, _, err := l.all()
	if err != nil {
		return nil, err
	}
	return statuses(l.dir, lines)
}

func statuses(dir string, lines [][]byte) ([]status, error) {
	gone := map[string]bool{}
	var out []status
	for _, line := range lines {
		var s status
		if err := json.Unmarshal(line, &s); err != nil {
			return nil, sparkerr.Corrupt(dir, "the line %q is no entry of a file sink: %v", line, err)
		}
		if s.Action == "delete" {
			gone[s.Path] = true
			continue
		}
		out = append(out, s)
	}
	kept := out[:0]
	for _, s := range out {
		if !gone[s.Path] {
			kept = append(kept, s)
		}
	}
	return kept, nil
}
