package file

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/expr/render"
	"github.com/spatestream/spate/internal/vfs"
)

// maxOpen is how many part files a task keeps open; rows of more partitions
// close the one that was opened first.
const maxOpen = 128

// writer writes the rows of one task to part files under root.
type writer struct {
	*target
	root  string
	task  int
	id    string
	open  map[string]*part // by folder below root
	order []string         // folders of open in the order they were opened
	done  []*part
	made  map[string]int // part files begun in a folder
	inner columnar.Batch // the columns of the files
	sels  map[string][]uint16
	text  []byte
}

// part is one file being written.
type part struct {
	name   string
	folder string
	file   vfs.File
	buf    *bufio.Writer
	rows   RowWriter
	count  int64
	status status
}

func newWriter(t *target, root string, task int) *writer {
	w := &writer{target: t, root: root, task: task, id: t.unique(), open: map[string]*part{}, made: map[string]int{}, sels: map[string][]uint16{}}
	w.inner = columnar.Batch{Schema: t.data, Cols: make([]*columnar.Vector, len(t.columns))}
	return w
}

// Write implements connector.Writer.
func (w *writer) Write(_ context.Context, b *columnar.Batch) error { return passing(w.write(b)) }

func (w *writer) write(b *columnar.Batch) error {
	for i, c := range w.columns {
		w.inner.Cols[i] = b.Cols[c]
	}
	w.inner.Len = b.Len
	if len(w.parts) == 0 {
		return w.rows("", b.Sel, b.Rows())
	}
	folders := w.group(b)
	for _, folder := range folders {
		sel := w.sels[folder]
		if err := w.rows(folder, sel, len(sel)); err != nil {
			return err
		}
		w.sels[folder] = sel[:0]
	}
	return nil
}

// group sorts the selected rows of b by folder, into sels, and returns the
// folders in the order they come.
func (w *writer) group(b *columnar.Batch) []string {
	if len(w.sels) > 8*maxOpen {
		clear(w.sels)
	}
	var folders []string
	for k := range b.Rows() {
		i := b.RowAt(k)
		w.folder(b, i)
		sel := w.sels[string(w.text)]
		if len(sel) == 0 {
			folders = append(folders, string(w.text))
		}
		w.sels[string(w.text)] = append(sel, uint16(i))
	}
	return folders
}

// rows writes n selected rows to the part file of a folder, or to several if
// files are bounded.
func (w *writer) rows(folder string, sel []uint16, n int) error {
	for n > 0 {
		p, err := w.part(folder)
		if err != nil {
			return err
		}
		take := n
		if w.perFile > 0 {
			take = int(min(int64(n), w.perFile-p.count))
		}
		w.inner.Sel = sel
		if take < n {
			if sel == nil {
				sel = columnar.All(n)
			}
			w.inner.Sel, sel = sel[:take], sel[take:]
		}
		if err := p.rows.Write(&w.inner); err != nil {
			return err
		}
		n -= take
		if p.count += int64(take); p.count == w.perFile {
			if err := w.finish(p); err != nil {
				return err
			}
		}
	}
	return nil
}

// part returns the open file of a folder.
func (w *writer) part(folder string) (*part, error) {
	if p := w.open[folder]; p != nil {
		return p, nil
	}
	if len(w.open) >= maxOpen {
		if err := w.finish(w.open[w.order[0]]); err != nil {
			return nil, err
		}
	}
	dash := "-"
	if len(w.parts) > 0 {
		dash = "."
	}
	base := fmt.Sprintf("part-%05d-%s%sc%03d%s", w.task, w.id, dash, w.made[folder], w.ext)
	w.made[folder]++
	p := &part{name: path.Join(w.root, folder, base), folder: folder}
	if err := w.fs.MkdirAll(path.Dir(p.name)); err != nil {
		return nil, err
	}
	var err error
	if p.file, err = w.fs.Create(p.name); err != nil {
		return nil, err
	}
	w.open[folder] = p
	w.order = append(w.order, folder)
	p.buf = bufio.NewWriterSize(p.file, 256<<10)
	p.rows, err = w.codec.Writer(p.buf, w.data)
	return p, err
}

// finish makes the content of a file durable and closes it.
func (w *writer) finish(p *part) error {
	delete(w.open, p.folder)
	w.order = slices.DeleteFunc(w.order, func(f string) bool { return f == p.folder })
	w.done = append(w.done, p)
	err := p.rows.Close()
	if err == nil {
		err = p.buf.Flush()
	}
	if err == nil {
		err = p.file.Sync()
	}
	err = errors.Join(err, p.file.Close())
	p.file = nil
	if err != nil {
		return err
	}
	e, err := w.fs.Stat(p.name)
	to := path.Join(w.dir, p.folder, path.Base(p.name))
	p.status = status{Path: uri(to), Size: e.Size, ModificationTime: e.ModTime.UnixMilli(), BlockReplication: 1, BlockSize: splitBytes, Action: "add"}
	return err
}

// Prepare implements connector.Writer. The first task writes a file even
// without rows, so that a reader finds a header or a schema.
func (w *writer) Prepare(context.Context) (connector.Receipt, error) {
	r, err := w.prepare()
	return r, passing(err)
}

func (w *writer) prepare() (connector.Receipt, error) {
	if w.task == 0 && len(w.parts) == 0 && len(w.open)+len(w.done) == 0 {
		if _, err := w.part(""); err != nil {
			return nil, err
		}
	}
	for len(w.order) > 0 {
		if err := w.finish(w.open[w.order[0]]); err != nil {
			return nil, err
		}
	}
	var r receipt
	synced := map[string]bool{}
	for _, p := range w.done {
		if dir := path.Dir(p.name); !synced[dir] {
			synced[dir] = true
			if err := w.fs.SyncDir(dir); err != nil {
				return nil, err
			}
		}
		r.Files = append(r.Files, p.status)
		if w.root != w.dir {
			r.Staged = append(r.Staged, p.name)
		}
	}
	return marshal(r), nil
}

// Abort implements connector.Writer.
func (w *writer) Abort() error {
	var err error
	for _, p := range w.open {
		err = errors.Join(err, p.file.Close())
		w.done = append(w.done, p)
	}
	clear(w.open)
	w.order = nil
	for _, p := range w.done {
		err = errors.Join(err, ignoreAbsent(w.fs.Remove(p.name)))
	}
	w.done = nil
	return err
}

// folder puts the key=value folders of row i into w.text.
func (w *writer) folder(b *columnar.Batch, i int) {
	w.text = w.text[:0]
	for k, c := range w.parts {
		if k > 0 {
			w.text = append(w.text, '/')
		}
		w.text = w.appendFolder(w.text, k, b.Cols[c], i)
	}
}

// appendFolder appends the key=value folder of the k-th partition column, whose
// value is row i of v.
func (t *target) appendFolder(dst []byte, k int, v *columnar.Vector, i int) []byte {
	dst = append(escapeName(dst, t.request.Schema.Fields[t.parts[k]].Name), '=')
	if v.IsNull(i) {
		return append(dst, nullPartition...)
	}
	p := render.Printer{Form: render.Cast, Plain: true, Zone: t.zone}
	text := string(p.Append(nil, v, i))
	if text == "" {
		text = nullPartition
	}
	return escapeName(dst, text)
}

// escapeName appends a name or value with the characters that Hive escapes in
// folders as %XX.
func escapeName(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c == 0x7f || strings.IndexByte(`"#%'*/:=?\{[]^`, c) >= 0 {
			dst = append(dst, '%', upperHex[c>>4], upperHex[c&15])
		} else {
			dst = append(dst, c)
		}
	}
	return dst
}

// discard takes the rows of a write that is ignored.
type discard struct{}

func (discard) Write(context.Context, *columnar.Batch) error { return nil }

func (discard) Prepare(context.Context) (connector.Receipt, error) {
	return connector.Receipt(`{}`), nil
}

func (discard) Abort() error { return nil }
