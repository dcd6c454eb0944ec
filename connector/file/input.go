package file

import (
	"bufio"
	"compress/bzip2"
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"

	"github.com/spatestream/spate/files"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
)

// Input is a file, or the range [Lo, Hi) of one, to be read. It is a value and
// holds nothing open.
type Input struct {
	fs     vfs.FS
	Path   string
	Lo, Hi int64 // bytes; lines that begin in the range belong to it
	Size   int64 // of the file
}

// NewInput returns the whole of a file as an input.
func NewInput(fs files.FS, p string) (Input, error) {
	e, err := fs.Stat(p)
	return Input{fs: fs, Path: p, Hi: e.Size, Size: e.Size}, err
}

// Open opens the file for random access.
func (in Input) Open() (files.Reader, error) { return in.fs.Open(in.Path) }

// Stream opens the file from byte from on as a stream of its content,
// decompressed (then from must be 0). Close closes the file.
func (in Input) Stream(from int64) (io.ReadCloser, error) {
	f, err := in.fs.Open(in.Path)
	if err != nil {
		return nil, err
	}
	raw := io.NewSectionReader(f, from, 1<<62)
	s, err := decompress(in.Path, raw)
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	s.file = f
	return s, nil
}

// Located returns an error of a record with the file and its line; its
// condition stays.
func (in Input) Located(line int64, err error) error {
	e, ok := err.(*sparkerr.Error)
	if !ok {
		return err
	}
	c := *e
	c.Message = uri(in.Path) + ", line " + strconv.FormatInt(line, 10) + ": " + c.Message
	return &c
}

// Foreign returns the compression that the file's name stands for if err, with which
// reading it has failed, says that its bytes are not that or are damaged; else "".
func (in Input) Foreign(err error) string {
	switch {
	case sparkerr.As(err) != nil, isIO(err), errors.Is(err, fs.ErrPermission), errors.Is(err, vfs.ErrNotExist),
		errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return ""
	}
	return compression(in.Path)
}

// content is a decompressed file.
type content struct {
	io.Reader
	end  func()
	file io.Closer
}

// Close implements io.Closer.
func (s *content) Close() error {
	if s.end != nil {
		s.end()
	}
	return s.file.Close()
}

// maxWindow bounds the memory that a compressed stream may ask for.
const maxWindow = 128 << 20

func decompress(name string, r io.Reader) (*content, error) {
	switch compression(name) {
	case "gzip":
		begins := bufio.NewReader(r)
		if head, _ := begins.Peek(2); len(head) == 2 && string(head) != "\x1f\x8b" { // however short
			return nil, gzip.ErrHeader
		}
		z, err := gzip.NewReader(begins)
		if err != nil {
			return nil, err
		}
		return &content{Reader: z}, nil
	case "zstd":
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxWindow))
		if err != nil {
			return nil, err
		}
		return &content{Reader: z, end: z.Close}, nil
	case "bzip2":
		return &content{Reader: bzip2.NewReader(r)}, nil
	case "deflate":
		z, err := zlib.NewReader(r)
		if err != nil {
			return nil, err
		}
		return &content{Reader: z}, nil
	}
	return &content{Reader: r}, nil
}

// compression returns the codec that a file name stands for, "" for none.
func compression(name string) string {
	switch path.Ext(name) {
	case ".gz":
		return "gzip"
	case ".zst":
		return "zstd"
	case ".bz2":
		return "bzip2"
	case ".deflate":
		return "deflate"
	}
	return ""
}

// Compression is the option compression of a writer of lines.
type Compression string

// ParseCompression reads the option compression (or codec).
func ParseCompression(name string) (Compression, error) {
	switch c := strings.ToLower(name); c {
	case "", "none", "uncompressed":
		return "", nil
	case "gzip", "zstd", "deflate":
		return Compression(c), nil
	}
	return "", sparkerr.New("CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION",
		"The codec "+name+" is not available. Available codecs are none, gzip, zstd, deflate.", "codecName", name, "availableCodecs", "none, gzip, zstd, deflate")
}

// Ext returns what the names of such files end in: ".gz".
func (c Compression) Ext() string {
	return map[Compression]string{"gzip": ".gz", "zstd": ".zst", "deflate": ".deflate"}[c]
}

// Wrap returns a writer that compresses into w; Close ends the stream and
// leaves w open.
func (c Compression) Wrap(w io.Writer) (io.WriteCloser, error) {
	switch c {
	case "gzip":
		return gzip.NewWriter(w), nil
	case "zstd":
		return zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
	case "deflate":
		return zlib.NewWriter(w), nil
	}
	return plain{w}, nil
}

type plain struct{ io.Writer }

func (plain) Close() error { return nil }
