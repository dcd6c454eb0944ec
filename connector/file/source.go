package file

import (
	"context"
	"fmt"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// relation is what a batch source and a stream have in common: files of one
// schema and how to read them. It is immutable after openRelation.
type relation struct {
	request connector.Request
	format  string
	codec   Codec
	lister  *lister
	data    *sqltype.Struct // columns in the files
	parts   *partitions     // columns in the folders' names
	schema  *sqltype.Struct // data, then parts
	corrupt bool            // ignoreCorruptFiles
	first   []found         // the listing at opening
}

// Source implements connector.SourceConnector.
func (c *Connector) Source(ctx context.Context, r connector.Request) (connector.Source, error) {
	rel, err := c.openRelation(ctx, r)
	if err != nil {
		return nil, err
	}
	if !r.Streaming {
		return &batch{relation: rel}, nil
	}
	return openStream(rel)
}

func (c *Connector) openRelation(ctx context.Context, r connector.Request) (*relation, error) {
	if err := misspelt(r.Options); err != nil {
		return nil, err
	}
	roots, err := pathsOf(r.Options)
	if err != nil {
		return nil, err
	}
	if len(roots) == 0 && (r.Streaming || r.Schema == nil) {
		return nil, noPath()
	}
	rel := &relation{request: r, format: c.Name()}
	if rel.codec, err = c.format.Open(r); err != nil {
		return nil, err
	}
	if rel.lister, err = newLister(r, roots); err != nil {
		return nil, err
	}
	if rel.corrupt, err = BoolOption(r.Options, "ignoreCorruptFiles", conf(r, "spark.sql.files.ignoreCorruptFiles") == "true"); err != nil {
		return nil, err
	}
	if rel.first, err = rel.lister.list(ctx, r.Streaming && len(roots) == 1 && isGlob(roots[0])); err != nil {
		return nil, err
	}
	if err := rel.schemas(ctx); err != nil {
		return nil, err
	}
	return rel, checkTypes(rel.format, rel.codec, rel.data.Fields)
}

// schemas finds the columns of the folders and of the files.
func (r *relation) schemas(ctx context.Context) error {
	zone, err := zoneOf(r.request)
	if err != nil {
		return err
	}
	infer := conf(r.request, "spark.sql.sources.partitionColumnTypeInference.enabled") != "false"
	listed := r.first
	if r.lister.recursive {
		listed = nil // partition columns are off with recursiveFileLookup
	}
	if r.parts, err = discover(listed, r.request.Schema, infer, zone); err != nil {
		return err
	}
	all, err := r.dataSchema(ctx)
	if err != nil {
		return err
	}
	r.data = &sqltype.Struct{}
	for _, f := range all.Fields {
		if (&sqltype.Struct{Fields: r.parts.fields}).IndexFold(f.Name) < 0 {
			f.Type = nullable(f.Type)
			f.Nullable = true // files promise nothing
			r.data.Fields = append(r.data.Fields, f)
		}
	}
	r.schema = &sqltype.Struct{Fields: append(r.data.Fields[:len(r.data.Fields):len(r.data.Fields)], r.parts.fields...)}
	return nil
}

func (r *relation) dataSchema(ctx context.Context) (*sqltype.Struct, error) {
	if r.request.Schema != nil {
		return r.request.Schema, nil
	}
	if s := r.codec.Fixed(); s != nil {
		return s, nil
	}
	if r.request.Streaming && conf(r.request, "spark.sql.streaming.schemaInference") != "true" {
		return nil, noStreamSchema()
	}
	if len(r.first) == 0 {
		return nil, cannotInfer(r.format)
	}
	var in []Input
	for _, f := range r.first {
		in = append(in, Input{fs: r.lister.fs, Path: f.path, Hi: f.size, Size: f.size})
	}
	return r.codec.Infer(ctx, in)
}

// nullable returns a type with every part nullable.
func nullable(t sqltype.Type) sqltype.Type {
	switch t := t.(type) {
	case *sqltype.Array:
		return &sqltype.Array{Elem: nullable(t.Elem), ContainsNull: true}
	case *sqltype.Map:
		return &sqltype.Map{Key: nullable(t.Key), Value: nullable(t.Value), ValueContainsNull: true}
	case *sqltype.Struct:
		out := &sqltype.Struct{}
		for _, f := range t.Fields {
			f.Type, f.Nullable = nullable(f.Type), true
			out.Fields = append(out.Fields, f)
		}
		return out
	}
	return t
}

func zoneOf(r connector.Request) (*datetime.Zone, error) {
	if r.Zone == "" {
		return datetime.UTC, nil
	}
	return datetime.LoadZone(r.Zone)
}

// Schema implements connector.Source.
func (r *relation) Schema() *sqltype.Struct { return r.schema }

// Close implements connector.Source.
func (r *relation) Close() error { return nil }

// splitBytes is about how long a range of a cut file is: long enough that a
// split costs nothing beside it, short enough that a few files keep all cores
// busy.
const splitBytes = 32 << 20

// piece is the Spec of a split: a range of one file.
type piece struct {
	file   found
	lo, hi int64
}

// splits cuts files. It depends on nothing but the files.
func (r *relation) splits(files []found) []connector.Split {
	var out []connector.Split
	add := func(f found, lo, hi int64) {
		id := uri(f.path)
		if hi-lo != f.size {
			id = fmt.Sprintf("%s#%d-%d", id, lo, hi)
		}
		out = append(out, connector.Split{ID: id, Spec: piece{f, lo, hi}, Size: hi - lo})
	}
	for _, f := range files {
		if !r.codec.Cuttable() || compression(f.path) != "" || f.size <= splitBytes+splitBytes/8 {
			cuts := r.cuts(f, len(files))
			for i, lo := range cuts[:len(cuts)-1] {
				add(f, lo, cuts[i+1])
			}
			continue
		}
		n := (f.size + splitBytes - 1) / splitBytes
		for k := range n {
			add(f, f.size*k/n, f.size*(k+1)/n)
		}
	}
	return out
}

// Files this large, if there are so few, are cut where their format says: one
// file keeps all cores busy.
const (
	cutBytes = 1 << 20
	cutFiles = 8
)

// cuts returns where the pieces of a file begin, and its size.
func (r *relation) cuts(f found, files int) []int64 {
	c, ok := r.codec.(Divider)
	if !ok || f.size < cutBytes || files > cutFiles {
		return []int64{0, f.size}
	}
	cuts, err := c.Cuts(Input{fs: r.lister.fs, Path: f.path, Hi: f.size, Size: f.size})
	if err != nil || len(cuts) == 0 {
		return []int64{0, f.size} // reading says it
	}
	return append(cuts, f.size)
}

// batch is a relation read once. It implements connector.Source and
// connector.Bounded.
type batch struct{ *relation }

// Now implements connector.Bounded: files in folders that a filter excludes
// are left out.
func (b *batch) Now(_ context.Context, want connector.Wanted) ([]connector.Split, error) {
	kept := make([]found, 0, len(b.first))
	for _, f := range b.first {
		if b.mayMatch(f, want.Filters) {
			kept = append(kept, f)
		}
	}
	return b.splits(kept), nil
}

// mayMatch reports whether the folders of a file let its rows pass the
// equality filters on partition columns.
func (r *relation) mayMatch(f found, filters []connector.Filter) bool {
	var consts []*columnar.Vector
	for _, x := range filters {
		k := x.Column - len(r.data.Fields)
		if k < 0 || k >= len(r.parts.fields) || x.Op != "=" && x.Op != "in" {
			continue
		}
		if consts == nil {
			var err error
			if consts, err = r.parts.constants(f); err != nil {
				return true // reading says it
			}
		}
		if !oneOf(consts[k].Value(0), x.Values) {
			return false
		}
	}
	return true
}

func oneOf(v any, values []any) bool {
	switch v.(type) {
	case nil:
		return false
	case []byte:
		return true
	}
	for _, x := range values {
		if v == x {
			return true
		}
	}
	return false
}

// Stats implements connector.Bounded.
func (b *batch) Stats() int64 {
	n := int64(0)
	for _, f := range b.first {
		n += f.size
	}
	return n
}

// countedFiles is how many files are opened to count rows; others are taken to
// be like them.
const countedFiles = 4

// Rows implements connector.Counter: by what files say, if the format has that.
func (b *batch) Rows() int64 {
	c, ok := b.codec.(Counter)
	if !ok {
		return -1
	}
	rows, size := int64(0), int64(0)
	for _, f := range b.first[:min(len(b.first), countedFiles)] {
		n, err := c.Rows(Input{fs: b.lister.fs, Path: f.path, Hi: f.size, Size: f.size})
		if err != nil {
			return -1 // reading says it
		}
		rows, size = rows+n, size+f.size
	}
	if len(b.first) <= countedFiles || size == 0 {
		return rows
	}
	return int64(float64(rows) * float64(b.Stats()) / float64(size))
}

// Latest implements connector.Source; nobody calls it on a batch.
func (b *batch) Latest(context.Context, connector.Offset, connector.Limit) (connector.Offset, error) {
	return nil, sparkerr.Internalf("a batch relation of files was asked for the end of a stream")
}

// Splits implements connector.Source; nobody calls it on a batch.
func (b *batch) Splits(context.Context, connector.Offset, connector.Offset) ([]connector.Split, error) {
	return nil, sparkerr.Internalf("a batch relation of files was asked for the splits of a stream")
}

// Forget implements connector.Source.
func (b *batch) Forget(context.Context, connector.Offset) error { return nil }
