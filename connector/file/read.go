package file

import (
	"context"
	"errors"
	"io"
	"strconv"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Open implements connector.Source.
func (r *relation) Open(_ context.Context, s connector.Split, want connector.Wanted) (connector.Reader, error) {
	p, ok := s.Spec.(piece)
	if !ok {
		return nil, sparkerr.Internalf("a split of another source was opened as a file: %T", s.Spec)
	}
	consts, err := r.parts.constants(p.file)
	if err != nil {
		return nil, err
	}
	n := len(r.data.Fields)
	data := connector.Wanted{Limit: want.Limit, Columns: make([]int, 0, len(want.Columns))}
	for _, c := range want.Columns {
		if c < n {
			data.Columns = append(data.Columns, c)
		}
	}
	for _, f := range want.Filters {
		if f.Column < n {
			data.Filters = append(data.Filters, f)
		}
	}
	hidden := len(want.Columns) > 0 && want.Columns[len(want.Columns)-1] >= len(r.schema.Fields)
	in := Input{fs: r.lister.fs, Path: p.file.path, Lo: p.lo, Hi: p.hi, Size: p.file.size}
	rows, err := r.codec.Reader(in, r.data, data)
	if err != nil {
		return nil, Unread(p.file.path, 0, err)
	}
	out := &reader{relation: r, rows: rows, path: p.file.path, consts: consts, inner: columnar.Batch{Schema: r.data}}
	if hidden {
		out.meta = r.metadata(p)
	}
	return out, nil
}

// Unread says which file could not be read; at is the line, or 0. The end of a
// context stays what it is.
func Unread(p string, at int64, err error) error {
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, vfs.ErrNotExist):
		return notReadable(p, "FAILED_READ_FILE.FILE_NOT_EXIST",
			"Encountered error while reading file "+uri(p)+". The file does not exist any more: read the path again, or set ignoreMissingFiles.", err)
	}
	where := uri(p)
	if at > 0 {
		where += ", line " + strconv.FormatInt(at, 10)
	}
	return notReadable(p, "FAILED_READ_FILE.NO_HINT", "Encountered error while reading file "+where+advice(p, err), err)
}

// reader adds the columns of the folders to the rows of a file.
type reader struct {
	*relation
	rows   Rows
	path   string
	consts []*columnar.Vector // one row each
	meta   *columnar.Vector   // _metadata of one row, nil: not wanted
	inner  columnar.Batch     // b's data columns
	ended  bool
}

// Read implements connector.Reader.
func (r *reader) Read(ctx context.Context, b *columnar.Batch) error {
	if r.ended {
		b.Resize(0)
		return io.EOF
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	n := len(r.data.Fields)
	r.inner.Cols, r.inner.Sel, r.inner.Hash = b.Cols[:n], nil, nil
	err := r.rows.Read(ctx, &r.inner)
	if err != nil {
		b.Resize(0)
		return r.readError(ctx, err)
	}
	b.Len, b.Sel, b.Hash = r.inner.Len, r.inner.Sel, nil
	for i, c := range r.consts {
		v := b.Cols[n+i]
		*v = *c
		v.Const, v.Len = true, b.Len
	}
	if r.meta != nil {
		r.fillMetadata(b.Cols[len(r.schema.Fields)], b.Len)
	}
	return nil
}

// malformed is the condition of a record that the mode FAILFAST refuses.
const malformed = "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION"

// readError turns what a damaged or missing file gives into an end where the
// options ask for it.
func (r *reader) readError(ctx context.Context, err error) error {
	if errors.Is(err, io.EOF) || ctx.Err() != nil {
		r.ended = errors.Is(err, io.EOF)
		return err
	}
	missing := errors.Is(err, vfs.ErrNotExist)
	if r.corrupt && !missing && sparkerr.KindOf(err) != sparkerr.UserCode || r.lister.ignoreMissing && missing {
		r.request.Env.Log.WarnContext(ctx, "skipped the rest of a file", "path", r.path, "error", err)
		r.ended = true
		return io.EOF
	}
	at := int64(0)
	if l, ok := r.rows.(Liner); ok && sparkerr.ClassOf(err) == malformed {
		at = l.Line(ctx)
	}
	return Unread(r.path, at, err)
}

// Skipped implements connector.Skipper.
func (r *reader) Skipped() int64 {
	if s, ok := r.rows.(connector.Skipper); ok {
		return s.Skipped()
	}
	return 0
}

// Position implements connector.Reader; splits of files are bounded.
func (r *reader) Position() connector.Offset { return nil }

// Close implements connector.Reader.
func (r *reader) Close() error { return r.rows.Close() }

// Blank makes the columns of b that are not wanted empty vectors of n rows.
func Blank(b *columnar.Batch, wanted []bool, n int) {
	for i, v := range b.Cols {
		if !wanted[i] {
			v.Resize(0)
			v.Len = n
		}
	}
}

// Flags returns for each column of the schema whether it is wanted.
func Flags(s *sqltype.Struct, want connector.Wanted) []bool {
	flags := make([]bool, len(s.Fields))
	for _, c := range want.Columns {
		flags[c] = true
	}
	return flags
}
