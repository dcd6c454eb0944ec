package checkpoint

import (
	"errors"
	"fmt"
	"path"
	"strconv"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
)

// Form is how a checkpoint keeps its logs. It is chosen when the checkpoint is
// made and stays.
type Form uint8

const (
	// Files is Spark's: a file for each entry, each made durable by itself.
	Files Form = iota
	// Segments is one log for offsets, commits, manifests and what sources
	// note: a micro-batch is made durable by one sync, two if its offsets must
	// be durable before it runs.
	Segments
)

// kind is what a record is.
type kind byte

const (
	offsetsKind   kind = 1 + iota // offsets/N
	commitsKind                   // commits/N
	manifestsKind                 // state/epochs/N
)

// folder is where the files form keeps records of a kind.
func (k kind) folder() string {
	return [...]string{offsetsKind: offsetsDir, commitsKind: commitsDir, manifestsKind: epochsDir}[k]
}

// ledger keeps the numbered records of a checkpoint. It belongs to the query's
// goroutine, but for read, which a merge may call meanwhile.
type ledger interface {
	// begin makes durable that the ledger is there.
	begin() error
	// where names a record in messages.
	where(k kind, n connector.Epoch) string
	// numbers returns which records there are, in no order.
	numbers(k kind) ([]connector.Epoch, error)
	// read visits records, in the order of their writing if there is one. One
	// that is missing is ErrNotExist. The bytes are borrowed.
	read(k kind, ns []connector.Epoch, visit func(n connector.Epoch, data []byte) error) error
	// put adds a record. now: it and all before it are durable on return; else
	// at the latest when the next flush, or put with now, returns. data is
	// borrowed.
	put(k kind, n connector.Epoch, data []byte, now bool) error
	flush() error
	// remove forgets a record, durably at some time.
	remove(k kind, n connector.Epoch) error
	// trim gives room back that no record needs.
	trim() error
	// verify reads all there is and returns in how many files.
	verify() (files int, err error)
	// close drops what was gathered and not flushed.
	close() error
}

// fileLedger is the ledger of the form Files: Spark's names, and a manifest as
// a file of its own. Every put is durable on return.
type fileLedger struct {
	fs   vfs.FS
	root string
}

func (l *fileLedger) where(k kind, n connector.Epoch) string {
	return path.Join(l.root, k.folder(), strconv.FormatInt(int64(n), 10))
}

// numbers returns the files of a folder whose names are numbers; others are
// none of ours.
func (l *fileLedger) numbers(k kind) ([]connector.Epoch, error) {
	entries, err := l.fs.List(path.Join(l.root, k.folder()))
	if errors.Is(err, vfs.ErrNotExist) {
		return nil, nil
	}
	var out []connector.Epoch
	for _, e := range entries {
		if n, err := strconv.ParseInt(e.Name, 10, 64); err == nil && n >= 0 && !e.Dir {
			out = append(out, connector.Epoch(n))
		}
	}
	return out, err
}

func (l *fileLedger) read(k kind, ns []connector.Epoch, visit func(connector.Epoch, []byte) error) error {
	for _, n := range ns {
		data, err := vfs.ReadFile(l.fs, l.where(k, n))
		if err == nil {
			err = visit(n, data)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// put writes a file that must not be there yet; a manifest may be, of an
// attempt whose prepared output was lost.
func (l *fileLedger) put(k kind, n connector.Epoch, data []byte, _ bool) error {
	name := l.where(k, n)
	if k == manifestsKind {
		return vfs.WriteAtomic(l.fs, name, data, vfs.Overwrite)
	}
	data = vfs.WithChecksum(data)
	err := vfs.WriteAtomic(l.fs, name, data, vfs.NoOverwrite)
	if !errors.Is(err, vfs.ErrExist) {
		return err
	}
	if old, rerr := vfs.ReadFile(l.fs, name); rerr == nil && string(old) == string(data) {
		return nil // ours: the call before this one failed after it had taken effect
	}
	return concurrent(name, fmt.Sprint(n), err)
}

// concurrent is the error of a log that another process writes.
func concurrent(name, epoch string, because error) error {
	return sparkerr.New("CONCURRENT_STREAM_LOG_UPDATE",
		name+" was written by another process; stop it and start this query again", "batchId", epoch).Because(because)
}

func (l *fileLedger) begin() error { return nil }
func (l *fileLedger) flush() error { return nil }

func (l *fileLedger) remove(k kind, n connector.Epoch) error {
	if err := l.fs.Remove(l.where(k, n)); !errors.Is(err, vfs.ErrNotExist) {
		return err
	}
	return nil
}

func (l *fileLedger) trim() error          { return nil }
func (l *fileLedger) verify() (int, error) { return 0, nil }
func (l *fileLedger) close() error         { return nil }
