package file

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// target is what the sinks of streams and of batches have in common: where
// and how rows are written. It is immutable but for the counter.
type target struct {
	request connector.Request
	format  string
	codec   Codec
	fs      vfs.FS
	dir     string // where files end up
	ext     string
	data    *sqltype.Struct // columns in the files
	columns []int           // their ordinals
	parts   []int           // ordinals of the columns in the folders' names
	perFile int64           // maxRecordsPerFile, 0: no limit
	zone    *datetime.Zone
	names   atomic.Uint64
}

// receipt is what a task prepared.
type receipt struct {
	Files []status `json:"files"`
	// Staged are the paths under which the files of a batch wait for Commit.
	Staged []string `json:"staged,omitempty"`
}

// Sink implements connector.SinkConnector.
func (c *Connector) Sink(ctx context.Context, r connector.Request) (connector.Sink, error) {
	t, err := c.target(r)
	if err != nil {
		return nil, err
	}
	if r.Streaming {
		return openStreamSink(t)
	}
	return openBatchSink(t)
}

func (c *Connector) target(r connector.Request) (*target, error) {
	roots, err := pathsOf(r.Options)
	if err != nil {
		return nil, err
	}
	if len(roots) != 1 {
		return nil, noPath()
	}
	if r.Streaming && r.Mode != connector.Append {
		return nil, unsupportedMode(c.Name(), r.Mode)
	}
	t := &target{request: r, format: c.Name(), fs: r.Env.FS, dir: roots[0], ext: c.format.Ext(), data: &sqltype.Struct{}}
	if t.codec, err = c.format.Open(r); err != nil {
		return nil, err
	}
	if e, ok := t.codec.(Ext); ok {
		t.ext = e.Ext()
	}
	if t.perFile, err = positive(r.Options, "maxRecordsPerFile"); err != nil {
		return nil, err
	}
	if t.zone, err = zoneOf(r); err != nil {
		return nil, err
	}
	return t, t.partition()
}

// partition tells the columns of the folders from those of the files.
func (t *target) partition() error {
	s := t.request.Schema
	if len(s.Fields) == 0 {
		return sparkerr.New("EMPTY_SCHEMA_NOT_SUPPORTED_FOR_DATASOURCE",
			"The "+title(t.format)+" datasource does not support writing empty or nested empty schemas. Select at least one column.", "format", title(t.format))
	}
	in := make([]bool, len(s.Fields))
	for _, name := range t.request.Partition {
		k := s.Index(name)
		if k < 0 {
			k = s.IndexFold(name)
		}
		if k < 0 {
			return sparkerr.New("_LEGACY_ERROR_TEMP_1131",
				"Partition column `"+name+"` not found in schema "+s.String()+". Name one of its columns.", "columnName", name, "schema", s.String())
		}
		if sqltype.IsNested(s.Fields[k].Type) {
			return sparkerr.New("INVALID_PARTITION_COLUMN_DATA_TYPE",
				"Cannot use \""+sqltype.SQL(s.Fields[k].Type)+"\" for partition column; partition by a simple column.", "type", sqltype.SQL(s.Fields[k].Type))
		}
		in[k] = true
		t.parts = append(t.parts, k)
	}
	for k, f := range s.Fields {
		if !in[k] {
			t.columns = append(t.columns, k)
			t.data.Fields = append(t.data.Fields, f)
		}
	}
	if len(t.columns) == 0 {
		return sparkerr.New("ALL_PARTITION_COLUMNS_NOT_ALLOWED", "Cannot use all columns for partition columns. Leave one for the files.")
	}
	return checkTypes(t.format, t.codec, t.data.Fields)
}

// unique returns an identifier in the form of a UUID that no other attempt, in
// this or another process, gets.
func (t *target) unique() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d %d %d", t.fs.Temp(t.dir), t.request.Env.Seed, t.names.Add(1), t.request.Env.Clock.Now().UnixNano()))
	sum[6], sum[8] = sum[6]&0x0f|0x40, sum[8]&0x3f|0x80 // as a random one
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:32]
}

// receiptsOf reads what tasks prepared.
func receiptsOf(rs []connector.Receipt) ([]receipt, error) {
	out := make([]receipt, 0, len(rs))
	for _, r := range rs {
		var x receipt
		if err := json.Unmarshal(r, &x); err != nil {
			return nil, sparkerr.Corrupt("manifest", "%q is no receipt of a file sink: %v", r, err)
		}
		out = append(out, x)
	}
	return out, nil
}

// streamSink appends the epochs of a stream to a directory. Commit belongs to
// the coordinator's goroutine.
type streamSink struct {
	*target
	log   *batchLog
	known int64 // newest entry of this query's own, or found when it was opened
}

func openStreamSink(t *target) (*streamSink, error) {
	s := &streamSink{target: t}
	s.log = &batchLog{fs: t.fs, dir: path.Join(t.dir, sinkLogDir), interval: compactInterval, fold: s.fold}
	if err := t.fs.MkdirAll(s.log.dir); err != nil {
		return nil, err
	}
	if err := vfs.Adopt(t.fs, s.log.dir); err != nil {
		return nil, err
	}
	var err error
	s.known, err = s.log.latest()
	return s, err
}

// Committed implements connector.Committer.
func (s *streamSink) Committed() (connector.Epoch, error) { return connector.Epoch(s.known), nil }

// fold drops what was deleted, and what the option retention lets expire.
func (s *streamSink) fold(lines [][]byte) ([][]byte, error) {
	kept, err := statuses(s.log.dir, lines)
	if err != nil {
		return nil, err
	}
	oldest := int64(-1 << 62)
	if text, ok := s.request.Options.Get("retention"); ok {
		d, ok := duration(text, time.Millisecond)
		if !ok {
			return nil, badOption("retention", text, "write a span such as 7d")
		}
		oldest = s.request.Env.Clock.Now().Add(-d).UnixMilli()
	}
	out := make([][]byte, 0, len(kept))
	for _, k := range kept {
		if k.ModificationTime >= oldest {
			out = append(out, marshal(k))
		}
	}
	return out, nil
}

// Guarantee implements connector.Sink.
func (*streamSink) Guarantee() connector.Guarantee { return connector.ByEpoch }

// Describe implements connector.Describer.
func (s *streamSink) Describe() string { return "FileSink[" + show(s.dir) + "]" }

// Writer implements connector.Sink.
func (s *streamSink) Writer(_ context.Context, _ connector.Epoch, task int) (connector.Writer, error) {
	return newWriter(s.target, s.dir, task), nil
}

// Commit implements connector.Sink: the epoch's entry in the log makes its
// files visible.
func (s *streamSink) Commit(_ context.Context, e connector.Epoch, rs []connector.Receipt) error {
	last, err := s.log.latest()
	if err != nil {
		return err
	}
	if last != s.known {
		return sparkerr.New("CONCURRENT_STREAM_LOG_UPDATE", fmt.Sprintf(
			"another query has written batch %d to %s meanwhile; a folder takes the rows of one query: give each its own, or one query the UNION ALL of both", last, show(s.dir)),
			"batchId", fmt.Sprint(last))
	}
	if int64(e) <= last {
		return nil
	}
	if last >= 0 && int64(e) > last+1 {
		return sparkerr.Corrupt(s.log.dir, "entry %d is missing: batch %d follows %d; restore the folder from a backup", last+1, e, last)
	}
	receipts, err := receiptsOf(rs)
	if err != nil {
		return err
	}
	var lines [][]byte
	for _, r := range receipts {
		for _, f := range r.Files {
			if _, err := s.fs.Stat(pathOfURI(f.Path)); errors.Is(err, vfs.ErrNotExist) {
				return connector.ErrLost
			} else if err != nil {
				return err
			}
			lines = append(lines, marshal(f))
		}
	}
	if err := s.log.add(int64(e), lines); err != nil {
		return err
	}
	s.known = int64(e)
	return s.log.trim(int64(e), s.request.Env.Clock.Now().Add(-logCleanupDelay))
}

// Abort implements connector.Sink.
func (s *streamSink) Abort(_ context.Context, _ connector.Epoch, rs []connector.Receipt) error {
	receipts, err := receiptsOf(rs)
	for _, r := range receipts {
		for _, f := range r.Files {
			err = errors.Join(err, ignoreAbsent(s.fs.Remove(pathOfURI(f.Path))))
		}
	}
	return err
}

// Close implements connector.Sink.
func (*streamSink) Close() error { return nil }

func ignoreAbsent(err error) error {
	if errors.Is(err, vfs.ErrNotExist) {
		return nil
	}
	return err
}

// batchSink writes the one epoch of a batch: into a hidden folder first, then,
// at Commit, by renaming.
type batchSink struct {
	*target
	stage string
	skip  bool // SaveIgnore met a target that exists
}

func openBatchSink(t *target) (*batchSink, error) {
	b := &batchSink{target: t, stage: path.Join(t.dir, "_temporary", t.unique())}
	_, err := t.fs.Stat(t.dir)
	exists := err == nil
	if err != nil && !errors.Is(err, vfs.ErrNotExist) {
		return nil, err
	}
	switch {
	case exists && t.request.Save == connector.SaveErrorIfExists:
		return nil, sparkerr.New("PATH_ALREADY_EXISTS",
			"Path "+show(t.dir)+" already exists. Set mode as \"overwrite\" to overwrite the existing path, or \"append\" to add to it.", "outputPath", show(t.dir))
	case exists && t.request.Save == connector.SaveIgnore:
		b.skip = true
	}
	return b, nil
}

// Guarantee implements connector.Sink.
func (*batchSink) Guarantee() connector.Guarantee { return connector.ByEpoch }

// Writer implements connector.Sink.
func (b *batchSink) Writer(_ context.Context, _ connector.Epoch, task int) (connector.Writer, error) {
	if b.skip {
		return discard{}, nil
	}
	return newWriter(b.target, b.stage, task), nil
}

// Commit implements connector.Sink. It may be repeated: what is renamed
// already stays.
func (b *batchSink) Commit(_ context.Context, _ connector.Epoch, rs []connector.Receipt) error {
	if b.skip {
		return nil
	}
	receipts, err := receiptsOf(rs)
	if err != nil {
		return err
	}
	moves := map[string]string{} // from, to
	dirs := map[string]bool{b.dir: true}
	for _, r := range receipts {
		for i, f := range r.Files {
			to := pathOfURI(f.Path)
			moves[r.Staged[i]] = to
			dirs[path.Dir(to)] = true
		}
	}
	if err := b.clear(moves, dirs); err != nil {
		return err
	}
	for dir := range dirs {
		if err := b.fs.MkdirAll(dir); err != nil {
			return err
		}
	}
	for from, to := range moves {
		if err := b.move(from, to); err != nil {
			return err
		}
	}
	for dir := range dirs {
		if err := b.fs.SyncDir(dir); err != nil {
			return err
		}
	}
	if err := vfs.WriteAtomic(b.fs, path.Join(b.dir, "_SUCCESS"), nil, vfs.Overwrite); err != nil {
		return err
	}
	return b.sweep()
}

func (b *batchSink) move(from, to string) error {
	err := b.fs.Rename(from, to, vfs.Overwrite)
	if errors.Is(err, vfs.ErrNotExist) {
		if _, there := b.fs.Stat(to); there == nil {
			return nil
		}
		return connector.ErrLost
	}
	return err
}

// clear removes what an overwriting batch replaces: the content of the folder,
// or of that of the fixed partition values; if columns without a fixed value
// are left and partitionOverwriteMode is dynamic, only that of the partitions
// the batch writes.
func (b *batchSink) clear(moves map[string]string, dirs map[string]bool) error {
	if b.request.Save != connector.SaveOverwrite {
		return nil
	}
	keep := map[string]bool{}
	for _, to := range moves {
		keep[to] = true
	}
	mode := b.request.Options.Or("partitionOverwriteMode", conf(b.request, "spark.sql.sources.partitionOverwriteMode"))
	dir, fixed := b.fixed()
	if fixed == len(b.parts) || !strings.EqualFold(mode, "dynamic") {
		return b.empty(dir, keep)
	}
	for dir := range dirs {
		if dir != b.dir {
			if err := b.empty(dir, keep); err != nil {
				return err
			}
		}
	}
	return nil
}

// fixed returns the folder of the fixed partition values and how many there are.
func (b *batchSink) fixed() (dir string, n int) {
	if b.request.Fixed == nil {
		return b.dir, 0
	}
	dir = b.dir
	for k, v := range b.request.Fixed.Cols {
		dir = path.Join(dir, string(b.appendFolder(nil, k, v, 0)))
	}
	return dir, len(b.request.Fixed.Cols)
}

func (b *batchSink) empty(dir string, keep map[string]bool) error {
	entries, err := b.fs.List(dir)
	if err != nil {
		return ignoreAbsent(err)
	}
	for _, e := range entries {
		p := path.Join(dir, e.Name)
		switch {
		case keep[p], e.Name == "_temporary":
		case e.Dir:
			if err = b.empty(p, keep); err == nil {
				_ = b.fs.Remove(p) // fails if something in it is kept
			}
		default:
			err = ignoreAbsent(b.fs.Remove(p))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sweep removes the hidden folder of this batch, and the one above if it is
// the last.
func (b *batchSink) sweep() error {
	err := vfs.RemoveAll(b.fs, b.stage)
	_ = b.fs.Remove(path.Dir(b.stage))
	return err
}

// Abort implements connector.Sink.
func (b *batchSink) Abort(context.Context, connector.Epoch, []connector.Receipt) error {
	if b.skip {
		return nil
	}
	return b.sweep()
}

// Close implements connector.Sink.
func (*batchSink) Close() error { return nil }
