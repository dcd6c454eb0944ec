package rdd

import (
	"encoding/json"
	"errors"
	"path"
	"path/filepath"
	"strings"

	"github.com/spatestream/spate/internal/rowfile"
	"github.com/spatestream/spate/internal/spill"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
)

// FromCheckpoint makes the RDD that a program wrote by Checkpoint, which may
// have ended since: dir is its CheckpointFile. Partitions are as they were; the
// partitioner is, too, if it placed keys by hash. T may have changed, fields
// match by name. A folder that is none, or not whole, is an error of the first
// action, as is a damaged file, which it names.
func FromCheckpoint[T any](c *Context, dir string) *RDD[T] {
	r := &RDD[T]{n: newNode(c, "ReliableCheckpointRDD", "checkpointFile")}
	form, err := spill.FormOf[T]()
	dir = r.node().readFrom(dir, err)
	r.compute = readParts[T](c.env.FS, dir, form)
	return r
}

// readFrom makes n one whose partitions lie in a folder, unless err says that
// they cannot be read; it returns the folder's absolute path.
func (n *node) readFrom(dir string, err error) string {
	fs := n.ctx.env.FS
	if err == nil {
		dir, err = filepath.Abs(filepath.FromSlash(dir))
		dir = filepath.ToSlash(dir)
	}
	if err == nil {
		n.partitioner, err = readPartitioner(fs, dir)
	}
	n.count = once(func() (int, error) {
		parts, err := countParts(fs, dir)
		if e := sparkerr.As(err); e != nil {
			err = e.At(n.site())
		}
		return parts, err
	})
	if err != nil {
		n.fail(sparkerr.New("", dir+" is no checkpoint directory, or T cannot be read: "+err.Error()).Because(err))
	}
	n.mark = &mark{done: true, dir: dir}
	return dir
}

// countParts returns how many files of rows a folder holds: all that were
// written, or it is an error.
func countParts(fs vfs.FS, dir string) (int, error) {
	entries, err := fs.List(dir)
	if err != nil {
		return 0, sparkerr.New("", dir+" is no checkpoint directory: "+err.Error()).Because(err)
	}
	n := 0
	for _, e := range entries { // ascending
		switch {
		case strings.HasPrefix(e.Name, "_"), strings.HasPrefix(e.Name, "."):
		case e.Name != partName(n):
			return 0, sparkerr.New("", dir+" is no whole checkpoint: it has "+e.Name+" where "+partName(n)+" should be")
		default:
			n++
		}
	}
	if n == 0 {
		return 0, nil
	}
	return n, checkParts(fs, path.Join(dir, partName(0)), n)
}

// checkParts compares the number of files with what one of them says.
func checkParts(fs vfs.FS, name string, n int) (err error) {
	f, err := fs.Open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	h, err := rowfile.ReadHead(f, name)
	if err == nil && h.Parts != n {
		err = sparkerr.New("", path.Dir(name)+" is no whole checkpoint: "+itoa(h.Parts)+" partitions were written, "+itoa(n)+" are there")
	}
	return err
}

// placement is the file of a checkpoint that says how its rows lie.
type placement struct {
	Hash int `json:"hash"` // by HashPartitioner of so many partitions
}

const placementFile = "_partitioner"

// writePartitioner notes that p placed the rows, if that can be noted: other
// partitioners than those by hash are functions of the program.
func writePartitioner(fs vfs.FS, dir string, p Partitioner) error {
	if _, ok := p.(interface{ hashes() }); !ok {
		return nil
	}
	text, err := json.Marshal(placement{p.NumPartitions()})
	if err != nil {
		return err
	}
	return vfs.WriteAtomic(fs, path.Join(dir, placementFile), text, vfs.Overwrite)
}

// readPartitioner returns what writePartitioner noted, nil for nothing.
func readPartitioner(fs vfs.FS, dir string) (Partitioner, error) {
	name := path.Join(dir, placementFile)
	text, err := vfs.ReadFile(fs, name)
	if errors.Is(err, vfs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var p placement
	if err := json.Unmarshal(text, &p); err != nil || p.Hash < 1 {
		return nil, sparkerr.Corrupt(name, "the number of partitions is missing")
	}
	return placedByHash{p.Hash}, nil
}

// placedByHash stands for a HashPartitioner of keys whose type is not known
// yet.
type placedByHash struct{ n int }

// NumPartitions implements Partitioner.
func (p placedByHash) NumPartitions() int { return p.n }

// Equal implements Partitioner.
func (p placedByHash) Equal(other Partitioner) bool {
	_, ok := other.(interface{ hashes() })
	return ok && other.NumPartitions() == p.n
}

func (placedByHash) hashes() {}
