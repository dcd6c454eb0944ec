package rdd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode/utf8"

	"github.com/spatestream/spate/connector/file"
	"github.com/spatestream/spate/internal/javatext"
	"github.com/spatestream/spate/sparkerr"
)

// TextFile makes an RDD of the lines of text files: a path, a directory, a
// pattern, or a comma-separated list of them; .gz, .zst, .bz2 and .deflate are
// decompressed, and bytes that are no UTF-8 replaced. Files are looked up when
// first needed and cut into ranges, so that there are at least the optional
// number of partitions (default: DefaultMinPartitions); compressed ones are one
// each.
func (c *Context) TextFile(paths string, minPartitions ...int) *RDD[string] {
	least := c.DefaultMinPartitions()
	if len(minPartitions) > 0 {
		least = minPartitions[0]
	}
	return files(c, "textFile", paths, func(found []file.Input) []file.Input { return ranges(found, least) }, readLines).SetName(paths)
}

// files makes an RDD of one partition for each input that cut makes of the
// files found.
func files[T any](c *Context, op, paths string, cut func([]file.Input) []file.Input, read func(t *Task, in file.Input, emit func([]T) error) error) *RDD[T] {
	r := &RDD[T]{n: newNode(c, "HadoopRDD", op)}
	if strings.TrimSpace(paths) == "" {
		r.node().fail(sparkerr.New("", op+" was given no path: name a file, a folder or a pattern"))
	}
	inputs := newErrand(c, func(ctx context.Context) ([]file.Input, error) {
		found, err := file.Find(ctx, c.env.FS, paths)
		if e := sparkerr.As(err); e != nil {
			err = e.At(r.node().site())
		}
		return cut(found), err
	})
	r.node().first = inputs.ready
	r.node().count = func() (int, error) {
		all, err := inputs.now()
		return len(all), err
	}
	r.compute = func(t *Task, part int, emit func([]T) error) error {
		all, err := inputs.now()
		if err != nil {
			return err
		}
		return read(t, all[part], emit)
	}
	return r
}

const (
	maxSplit = 32 << 20 // bytes, Spark's block size of local files
	slop     = 1.1      // a last range may be this much longer instead of making one more
)

// ranges cuts files into ranges of equal size, at least as many in all as
// asked for, by Hadoop's rule.
func ranges(found []file.Input, least int) []file.Input {
	var total int64
	for _, f := range found {
		total += f.Size
	}
	size := min(max(total/int64(max(least, 1)), 1), maxSplit)
	var out []file.Input
	for _, f := range found {
		if !f.Splittable() || f.Size == 0 {
			out = append(out, f)
			continue
		}
		lo := int64(0)
		for float64(f.Size-lo)/float64(size) > slop {
			out = append(out, f.Range(lo, lo+size))
			lo += size
		}
		out = append(out, f.Range(lo, f.Size))
	}
	return out
}

// readLines pushes the lines of an input. The lines of a block share its
// memory: whoever keeps few of many clones them.
func readLines(t *Task, in file.Input, emit func([]string) error) error {
	lines := file.NewLines(in, nil, false)
	defer lines.Close()
	out := newChunker(emit)
	for {
		block, err := lines.Next(t.Context())
		if errors.Is(err, io.EOF) {
			return out.flush()
		}
		if err != nil {
			return naming(in, err)
		}
		if err := addLines(out, text(block)); err != nil {
			return err
		}
	}
}

// naming is an error of a file that says of which, and what to do.
func naming(in file.Input, err error) error {
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, fs.ErrPermission):
		return sparkerr.New("", in.Path+" may not be read: give the user that runs the program permission to read it, or leave it out of the input").Because(err)
	case errors.Is(err, io.ErrUnexpectedEOF) && !in.Splittable():
		return sparkerr.New("", in.Path+" is truncated: its compressed data ends in the middle, so write or copy it again").Because(err)
	case in.Foreign(err) != "":
		return sparkerr.New("", in.Path+" is not "+in.Foreign(err)+", as its name says, or is damaged: rename it, or write or copy it again").Because(err)
	case strings.Contains(err.Error(), in.Path):
		return err
	}
	return fmt.Errorf("%s: %w", in.Path, err)
}

// text is a block as a string of its own, valid UTF-8.
func text(block []byte) string {
	if utf8.Valid(block) {
		return string(block)
	}
	return string(javatext.Append(nil, block))
}

// addLines cuts a block of whole lines, which end with \n, \r\n or \r.
func addLines(out *chunker[string], block string) error {
	returns := strings.IndexByte(block, '\r') >= 0
	for len(block) > 0 {
		var line string
		if returns {
			line, block = cutLine(block)
		} else if i := strings.IndexByte(block, '\n'); i >= 0 {
			line, block = block[:i], block[i+1:]
		} else {
			line, block = block, ""
		}
		if err := out.add(line); err != nil {
			return err
		}
	}
	return nil
}

func cutLine(block string) (line, rest string) {
	i := strings.IndexAny(block, "\r\n")
	switch {
	case i < 0:
		return block, ""
	case strings.HasPrefix(block[i:], "\r\n"):
		return block[:i], block[i+2:]
	}
	return block[:i], block[i+1:]
}
