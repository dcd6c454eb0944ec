package dstream

import (
	"cmp"
	"encoding/binary"
	"errors"
	"math"
	"path"
	"slices"
	"strconv"

	"github.com/spatestream/spate/internal/spill"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
)

// blockLog is the write-ahead log of a receiver: its blocks, one a record, in a
// log below the checkpoint directory. A record is the number of rows as a
// varint, and the rows in the encoder's row form, one after another. Which
// blocks a batch has is in the checkpoint: a range of the log, the batches'
// ranges being next to each other, so that what is behind the last is in no
// batch yet. The methods are safe for concurrent use.
type blockLog[T any] struct {
	dir   string
	log   *vfs.Log
	codec *spill.Codec[T]
}

// span is a range of records, To excluded.
type span struct{ From, To uint64 }

// openLog opens the log, if the configuration asks for one and it is not open.
// It runs under the graph lock.
func (in *receiverInput[T]) openLog() error {
	if in.log != nil || !in.c.flag("spark.streaming.receiver.writeAheadLog.enable", false) {
		return nil
	}
	root := in.c.checkpointDir()
	if root == "" {
		return sparkerr.New("", "spark.streaming.receiver.writeAheadLog.enable needs a checkpoint directory: call Checkpoint before the context starts, or turn the log off").At(in.site)
	}
	codec, err := spill.CodecOf[T]()
	if err != nil {
		return err
	}
	dir := path.Join(root, "receivedData", strconv.Itoa(in.id))
	log, err := vfs.OpenLog(in.c.env.FS, dir, vfs.LogOptions{})
	if err != nil {
		return err
	}
	in.log = &blockLog[T]{dir: dir, log: log, codec: codec}
	return nil
}

// replay takes up the blocks of the log that a restored batch has, and those
// that no batch has.
func (in *receiverInput[T]) replay() error {
	in.mu.Lock()
	defer in.mu.Unlock()
	l := in.log
	in.next = max(in.next, l.log.First())
	from := in.next
	for t, s := range in.owed {
		if s.From < l.log.First() || s.To > l.log.Next() {
			return sparkerr.Corrupt(l.dir, "the checkpoint says that batch %v has records %d to %d of this write-ahead log, which holds %d to %d: restore the folder, or remove the checkpoint to begin anew", t, s.From, s.To, l.log.First(), l.log.Next())
		}
		from = min(from, s.From)
	}
	err := l.log.Read(from, func(index uint64, record []byte) error {
		rows, _, err := parseBlock(record)
		if err != nil {
			return sparkerr.Corrupt(l.dir, "record %d: %v", index, err)
		}
		in.takeUp(&block[T]{rows: rows, index: index, load: l.load})
		return nil
	})
	in.owed = nil
	return err
}

// takeUp puts a block of the log where it belongs.
func (in *receiverInput[T]) takeUp(b *block[T]) {
	if b.index >= in.next {
		in.received = append(in.received, b)
		return
	}
	for t, s := range in.owed {
		if s.From <= b.index && b.index < s.To {
			in.batches[t] = append(in.batches[t], b)
		}
	}
}

// contiguous takes the received blocks that lie next to each other in the log,
// from the first that no batch has. What is behind a gap waits until the block
// in the gap, which is being written, is received, too.
func (in *receiverInput[T]) contiguous() []*block[T] {
	slices.SortFunc(in.received, func(a, b *block[T]) int { return cmp.Compare(a.index, b.index) })
	n := 0
	for n < len(in.received) && in.received[n].index == in.next {
		n++
		in.next++
	}
	taken := in.received[:n:n]
	in.received = slices.Clone(in.received[n:])
	return taken
}

// add makes a block durable.
func (l *blockLog[T]) add(b *block[T]) error {
	record := binary.AppendUvarint(nil, uint64(b.rows))
	err := b.each(func(rows []T) (err error) {
		for i := range rows {
			if record, err = l.codec.Append(record, &rows[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	b.index, err = l.log.Append(record)
	return err
}

// errFound ends a reading of the log.
var errFound = errors.New("found")

// load reads a block.
func (l *blockLog[T]) load(index uint64) (piece[T], error) {
	var out slab[T]
	err := l.log.Read(index, func(_ uint64, record []byte) error {
		_, body, err := parseBlock(record)
		if err == nil {
			out, err = l.codec.Decode(body, nil)
		}
		return cmp.Or(err, errFound)
	})
	if errors.Is(err, errFound) {
		return out, nil
	}
	return nil, cmp.Or(err, error(sparkerr.Corrupt(l.dir, "record %d is not there", index)))
}

// purge removes what no batch needs. It runs under mu.
func (in *receiverInput[T]) purge() {
	oldest := in.next
	for _, blocks := range in.batches {
		for _, b := range blocks {
			oldest = min(oldest, b.index)
		}
	}
	if err := in.log.log.Purge(oldest); err != nil {
		in.c.env.Log.Warn("old records of a write-ahead log could not be removed; they are tried again after the next batch", "stream", in.name, "error", err)
	}
}

// parseBlock returns the number of rows of a record, and the rows, borrowed.
func parseBlock(record []byte) (rows int64, body []byte, err error) {
	n, size := binary.Uvarint(record)
	if size <= 0 || n > math.MaxInt64 {
		return 0, nil, errors.New("it does not begin as a block does")
	}
	return int64(n), record[size:], nil
}
