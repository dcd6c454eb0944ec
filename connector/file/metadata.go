package file

import (
	"path"
	"strings"
	"time"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/sqltype"
)

// metadataName is the hidden column that says where a row comes from.
const metadataName = "_metadata"

// Hidden implements connector.Hider. A column of the relation's own that has
// the name wins.
func (r *relation) Hidden() []sqltype.Field {
	if r.schema.IndexFold(metadataName) >= 0 {
		return nil
	}
	t := &sqltype.Struct{Fields: []sqltype.Field{
		{Name: "file_path", Type: sqltype.String},
		{Name: "file_name", Type: sqltype.String},
		{Name: "file_size", Type: sqltype.Long},
		{Name: "file_block_start", Type: sqltype.Long},
		{Name: "file_block_length", Type: sqltype.Long},
		{Name: "file_modification_time", Type: sqltype.Timestamp},
	}}
	if _, ok := r.codec.(RowIndex); ok {
		t.Fields = append(t.Fields, sqltype.Field{Name: "row_index", Type: sqltype.Long})
	}
	return []sqltype.Field{{Name: metadataName, Type: t}}
}

// metadata returns _metadata of the rows of a split, as a vector of one row;
// its row_index is 0.
func (r *relation) metadata(p piece) *columnar.Vector {
	v := columnar.New(r.Hidden()[0].Type)
	from := uri(p.file.path)
	values := []any{"file:" + strings.TrimPrefix(from, "file://"), path.Base(from), p.file.size, p.lo, p.hi - p.lo, eventtime.Of(p.file.mtime.Truncate(time.Millisecond)), int64(0)}
	v.AppendValue(columnar.Row(values[:len(v.Child)]))
	return v
}

// fillMetadata makes v the metadata of the n rows that were read last.
func (r *reader) fillMetadata(v *columnar.Vector, n int) {
	numbered, ok := r.rows.(Numbered)
	if !ok {
		*v = *r.meta
		v.Const, v.Len = true, n
		return
	}
	v.Resize(n)
	last := len(v.Child) - 1
	for i, c := range v.Child[:last] {
		*c = *r.meta.Child[i]
		c.Const, c.Len = true, n
	}
	index := v.Child[last]
	index.Resize(n)
	first := numbered.First()
	for i := range columnar.Slice[int64](index) {
		columnar.Slice[int64](index)[i] = first + int64(i)
	}
}
