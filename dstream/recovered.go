package dstream

import (
	"encoding/json"

	"github.com/spatestream/spate/sparkerr"
)

// receivedSnapshot is what a checkpoint keeps of a receiver.
type receivedSnapshot struct {
	// Batches has the range of the log of each batch; what is from Next on is in
	// none.
	Batches map[instant]span `json:"batches,omitempty"`
	Next    uint64           `json:"next,omitempty"`
	// Lost is the number of blocks that are in no log and end with the process.
	Lost int `json:"lost,omitempty"`
}

func (in *receiverInput[T]) snapshot() (json.RawMessage, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	s := receivedSnapshot{Batches: map[instant]span{}, Next: in.next}
	for t, blocks := range in.batches {
		switch n := len(blocks); {
		case n == 0:
		case in.log == nil:
			s.Lost += n
		default:
			s.Batches[t] = span{blocks[0].index, blocks[n-1].index + 1}
		}
	}
	return json.Marshal(s)
}

// restore notes what the log has to give, and reports what no log has.
func (in *receiverInput[T]) restore(data json.RawMessage) error {
	var s receivedSnapshot
	if err := json.Unmarshal(data, &s); err != nil {
		return sparkerr.Corrupt(in.name, "what the checkpoint has of the receiver cannot be read: %v", err)
	}
	if s.Lost > 0 {
		in.c.env.Log.Warn("blocks of batches that had not completed are lost; spark.streaming.receiver.writeAheadLog.enable keeps them", "stream", in.name, "blocks", s.Lost)
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.next, in.owed = s.Next, s.Batches
	return nil
}
