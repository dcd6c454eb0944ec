package rdd

import (
	"io"

	"github.com/spatestream/spate/connector/file"
	"github.com/spatestream/spate/sparkerr"
)

// WholeTextFiles makes an RDD of files as pairs of path and content, decoded as
// TextFile does; paths are as there. Small files share partitions, of which
// there are at least the optional number (default: DefaultMinPartitions) if
// there are as many files.
func WholeTextFiles(c *Context, paths string, minPartitions ...int) *RDD[Pair[string, string]] {
	return whole(c, "wholeTextFiles", paths, minPartitions, text)
}

// BinaryFiles is WholeTextFiles with the bytes as they are.
func BinaryFiles(c *Context, paths string, minPartitions ...int) *RDD[Pair[string, []byte]] {
	return whole(c, "binaryFiles", paths, minPartitions, func(b []byte) []byte { return b })
}

func whole[T any](c *Context, op, paths string, minPartitions []int, decode func([]byte) T) *RDD[Pair[string, T]] {
	least := c.DefaultMinPartitions()
	if len(minPartitions) > 0 {
		least = minPartitions[0]
	}
	all := files(c, op, paths, func(found []file.Input) []file.Input { return found }, func(t *Task, in file.Input, emit func([]Pair[string, T]) error) error {
		content, err := readAll(in)
		if err != nil {
			return err
		}
		return emit([]Pair[string, T]{KV("file:"+in.Path, decode(content))})
	})
	return joined(all, op, max(least, 1))
}

func readAll(in file.Input) ([]byte, error) {
	s, err := in.Stream(0)
	if err != nil {
		return nil, naming(in, err)
	}
	defer s.Close()
	content, err := io.ReadAll(s)
	return content, naming(in, err)
}

// BinaryRecords makes an RDD of files of records that are all length bytes
// long; paths are as of TextFile. A file of another length is an error.
func BinaryRecords(c *Context, paths string, length int) *RDD[[]byte] {
	cut := func(found []file.Input) []file.Input { return found }
	r := files(c, "binaryRecords", paths, cut, func(t *Task, in file.Input, emit func([][]byte) error) error {
		content, err := readAll(in)
		if err != nil {
			return err
		}
		return emitRecords(content, length, in.Path, emit)
	})
	if length < 1 {
		r.node().fail(sparkerr.New("", "the length of records must be positive, not "+itoa(length)))
	}
	return r
}

func emitRecords(content []byte, length int, path string, emit func([][]byte) error) error {
	if over := len(content) % length; over != 0 {
		return sparkerr.Data("", path+" does not consist of records of "+itoa(length)+" bytes: "+itoa(over)+" are left over")
	}
	out := newChunker(emit)
	for len(content) > 0 {
		if err := out.add(content[:length:length]); err != nil {
			return err
		}
		content = content[length:]
	}
	return out.flush()
}
