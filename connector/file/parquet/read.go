package parquet

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/apache/arrow-go/v18/parquet"
	pq "github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/metadata"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/connector/file"
	"github.com/spatestream/spate/internal/decode/field"
	"github.com/spatestream/spate/sqltype"
)

// node is a column, or a part of one, as it is read: where its values are in
// the file and from which levels on they exist.
type node struct {
	kind     sqltype.Kind
	def      int16 // level from which on the value is not null
	elemDef  int16 // of a list or map: level from which on there are elements
	rep      int16 // of a list or map: level at which a further element begins
	leaf     *leaf // of a simple value
	children []*node
	leaves   []*leaf // all below; the first one's levels are looked at
}

// matcher finds the columns of a file that fields are read from.
type matcher struct{ schema *schema.Schema }

// fields matches the fields of a struct with those of a group.
func (m matcher) fields(g *schema.GroupNode, fs []sqltype.Field, def, rep int16) ([]*node, error) {
	out := make([]*node, len(fs))
	for i, f := range fs {
		c := find(g, f.Name)
		if c == nil {
			continue // absent: null
		}
		var err error
		if out[i], err = m.node(c, f.Type, def, rep); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// find returns the field of that name, or else of that name in another case.
func find(g *schema.GroupNode, name string) schema.Node {
	if i := g.FieldIndexByName(name); i >= 0 {
		return g.Field(i)
	}
	for i := range g.NumFields() {
		if strings.EqualFold(g.Field(i).Name(), name) {
			return g.Field(i)
		}
	}
	return nil
}

func (m matcher) node(c schema.Node, t sqltype.Type, def, rep int16) (*node, error) {
	if c.RepetitionType() == parquet.Repetitions.Repeated {
		if a, ok := t.(*sqltype.Array); ok { // a list without its group: never null
			elem, err := m.value(c, a.Elem, def+1, rep+1)
			return listNode(t.Kind(), def, def+1, rep+1, elem), err
		}
	}
	if c.RepetitionType() == parquet.Repetitions.Optional {
		def++
	}
	return m.value(c, t, def, rep)
}

// value matches one value of c, which is not null from level def on.
func (m matcher) value(c schema.Node, t sqltype.Type, def, rep int16) (*node, error) {
	g, ok := c.(*schema.GroupNode)
	if !ok {
		index := m.schema.ColumnIndexByNode(c)
		l, err := newLeaf(m.schema.Column(index), index, t)
		return &node{kind: t.Kind(), def: def, leaf: l, leaves: []*leaf{l}}, err
	}
	switch t := t.(type) {
	case *sqltype.Array:
		if elem, r := listOf(g); elem != nil {
			var n *node
			var err error
			if elem == r {
				n, err = m.value(elem, t.Elem, def+1, rep+1)
			} else {
				n, err = m.node(elem, t.Elem, def+1, rep+1)
			}
			return listNode(t.Kind(), def, def+1, rep+1, n), err
		}
	case *sqltype.Map:
		if kv := mapOf(g); kv != nil {
			key, err := m.node(kv.Field(0), t.Key, def+1, rep+1)
			if err != nil {
				return nil, err
			}
			val, err := m.node(kv.Field(1), t.Value, def+1, rep+1)
			return listNode(t.Kind(), def, def+1, rep+1, key, val), err
		}
	case *sqltype.Struct:
		return m.structNode(g, t, def, rep)
	}
	p, err := bareType(c)
	if err != nil {
		return nil, err
	}
	_, err = newLeafMismatch(c.Path(), t, p)
	return nil, err
}

func (m matcher) structNode(g *schema.GroupNode, t *sqltype.Struct, def, rep int16) (*node, error) {
	children, err := m.fields(g, t.Fields, def, rep)
	if err != nil {
		return nil, err
	}
	n := &node{kind: t.Kind(), def: def, children: children}
	for _, c := range children {
		if c != nil {
			n.leaves = append(n.leaves, c.leaves...)
		}
	}
	if len(n.leaves) == 0 { // only the levels tell whether it is null
		index := m.schema.ColumnIndexByNode(firstLeaf(g))
		l, err := newLeaf(m.schema.Column(index), index, nil)
		if err != nil {
			return nil, err
		}
		n.leaves = []*leaf{l}
	}
	return n, nil
}

func firstLeaf(n schema.Node) schema.Node {
	for {
		g, ok := n.(*schema.GroupNode)
		if !ok {
			return n
		}
		n = g.Field(0)
	}
}

func listNode(k sqltype.Kind, def, elemDef, rep int16, children ...*node) *node {
	n := &node{kind: k, def: def, elemDef: elemDef, rep: rep, children: children}
	for _, c := range children {
		if c != nil {
			n.leaves = append(n.leaves, c.leaves...)
		}
	}
	return n
}

// flat reports whether the node is a simple column whose rows are its levels.
func (n *node) flat() bool { return n.leaf != nil && n.leaf.maxRep == 0 }

// assemble appends one value.
func (n *node) assemble(v *columnar.Vector) error {
	first := n.leaves[0]
	ok, err := first.more()
	if err != nil {
		return err
	}
	if !ok {
		return io.ErrUnexpectedEOF
	}
	def, _ := first.level()
	if def < n.def {
		v.AppendNull()
		return n.skip()
	}
	switch n.kind {
	case sqltype.KindStruct:
		return n.assembleStruct(v)
	case sqltype.KindArray, sqltype.KindMap:
		return n.assembleList(v, def)
	}
	err = n.leaf.values(v, 1)
	n.leaf.pos++
	return err
}

// skip uses up a level of every leaf below.
func (n *node) skip() error {
	for _, l := range n.leaves {
		if ok, err := l.more(); err != nil {
			return err
		} else if !ok {
			return io.ErrUnexpectedEOF
		}
		l.skip()
	}
	return nil
}

func (n *node) assembleStruct(v *columnar.Vector) error {
	matched := false
	for i, c := range n.children {
		if c == nil {
			v.Child[i].AppendNull()
			continue
		}
		matched = true
		if err := c.assemble(v.Child[i]); err != nil {
			return err
		}
	}
	field.PutStruct(v)
	if !matched {
		return n.skip()
	}
	return nil
}

func (n *node) assembleList(v *columnar.Vector, def int16) error {
	lo := v.Child[0].Len
	if def < n.elemDef {
		v.AppendList(lo)
		return n.skip()
	}
	first := n.leaves[0]
	for {
		for i, c := range n.children {
			if err := c.assemble(v.Child[i]); err != nil {
				return err
			}
		}
		more, err := first.more()
		if err != nil {
			return err
		}
		if !more {
			break
		}
		if _, rep := first.level(); rep < n.rep {
			break
		}
	}
	v.AppendList(lo)
	return nil
}

// Reader implements file.Codec.
func (c *codec) Reader(in file.Input, s *sqltype.Struct, want connector.Wanted) (_ file.Rows, err error) {
	o, err := c.open(in)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, o.Close())
		}
	}()
	r := &rows{opened: o, in: in, want: file.Flags(s, want), filters: want.Filters, nodes: make([]*node, len(s.Fields)), chunks: make([]*chunk, len(s.Fields))}
	sc := o.MetaData().Schema
	m := matcher{sc}
	for _, k := range want.Columns {
		one, err := m.fields(sc.Root(), s.Fields[k:k+1], 0, 0)
		if err != nil {
			return nil, err
		}
		if r.nodes[k] = one[0]; one[0] != nil && one[0].leaf != nil {
			r.chunks[k] = newChunk(one[0].leaf, &c.pages)
		}
	}
	r.stats = newStats(sc, s)
	return r, nil
}

// rows reads the row groups of a range of a file.
type rows struct {
	opened
	in      file.Input
	want    []bool
	filters []connector.Filter
	nodes   []*node  // by field; nil: not wanted or absent
	chunks  []*chunk // by field; nil: read by the node's leaves
	stats   *stats
	group   int // next row group
	left    int64
	batch   int   // rows of a batch
	first   int64 // number in the file of the last batch's first row
	after   int64 // number of the first row of the next row group
}

// First implements file.Numbered.
func (r *rows) First() int64 { return r.first }

// RowIndex implements file.RowIndex.
func (c *codec) RowIndex() {}

// Read implements file.Rows.
func (r *rows) Read(ctx context.Context, b *columnar.Batch) (err error) {
	defer func() { err = caught(recover(), r.in.Path, err) }()
	b.Resize(0)
	for r.left == 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.next(); err != nil {
			return err
		}
	}
	n := int(min(r.left, int64(r.batch)))
	for i, v := range b.Cols {
		if !r.want[i] {
			continue
		}
		if err := r.column(v, i, n); err != nil {
			return err
		}
	}
	file.Blank(b, r.want, n)
	b.Len, r.first, r.left = n, r.after-r.left, r.left-int64(n)
	return nil
}

func (r *rows) column(v *columnar.Vector, i, rows int) error {
	if c := r.chunks[i]; c != nil && c.pages != nil {
		return c.rows(v, rows)
	}
	n := r.nodes[i]
	field.Room(v, rows)
	switch {
	case n == nil:
		for range rows {
			v.AppendNull()
		}
		return nil
	case n.flat():
		return n.leaf.rows(v, rows)
	}
	for range rows {
		if err := n.assemble(v); err != nil {
			return err
		}
	}
	return nil
}

// next opens the next row group that has rows for us.
func (r *rows) next() error {
	r.release()
	for ; r.group < r.NumRowGroups(); r.group++ {
		meta := r.MetaData().RowGroup(r.group)
		r.after += meta.NumRows()
		mine, err := r.mine(r.group)
		if err != nil {
			return err
		}
		if !mine || !r.stats.mayMatch(meta, r.filters) {
			continue
		}
		g := r.RowGroup(r.group)
		for i := range r.nodes {
			if err := r.open(g, i); err != nil {
				return err
			}
		}
		r.left = meta.NumRows()
		r.batch = columnar.MaxRows
		if r.left > 0 && meta.TotalByteSize() > 0 {
			r.batch = max(1, min(columnar.MaxRows, int(columnar.MaxBytes/max(1, meta.TotalByteSize()/r.left))))
		}
		r.group++
		return nil
	}
	return io.EOF
}

// open makes a field read from a row group.
func (r *rows) open(g *pq.RowGroupReader, field int) error {
	n := r.nodes[field]
	if n == nil {
		return nil
	}
	if c := r.chunks[field]; c != nil {
		meta, err := g.MetaData().ColumnChunk(c.leaf.index)
		if err != nil {
			return err
		}
		if c.pages = nil; simple(meta) {
			return c.open(g)
		}
	}
	for _, l := range n.leaves {
		var err error
		if l.chunk, err = g.Column(l.index); err != nil {
			return err
		}
		l.n, l.pos = 0, 0
	}
	return nil
}

// Close implements file.Rows.
func (r *rows) Close() error {
	r.release()
	return r.opened.Close()
}

// release gives the memory of the row group at hand back; no batch of it is
// lent any more.
func (r *rows) release() {
	for _, c := range r.chunks {
		if c != nil {
			c.close()
		}
	}
}

// mine reports whether the middle of a row group lies in our range.
func (r *rows) mine(group int) (bool, error) {
	meta := r.MetaData().RowGroup(group)
	if r.in.Lo == 0 && r.in.Hi >= r.in.Size || meta.NumColumns() == 0 {
		return true, nil
	}
	lo, size, err := extent(meta)
	mid := lo + size/2
	return err == nil && mid >= r.in.Lo && mid < r.in.Hi, err
}

// extent returns where a row group begins and how many bytes it takes.
func extent(meta *metadata.RowGroupMetaData) (lo, size int64, err error) {
	if meta.NumColumns() == 0 {
		return 0, 0, nil
	}
	c, err := meta.ColumnChunk(0)
	if err != nil {
		return 0, 0, err
	}
	lo = c.DataPageOffset()
	if d := c.DictionaryPageOffset(); c.HasDictionaryPage() && d > 0 && d < lo {
		lo = d
	}
	if size = meta.TotalCompressedSize(); size <= 0 {
		size = meta.TotalByteSize()
	}
	return lo, size, nil
}
