package file

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
)

// streamOptions are the options of a stream of files.
type streamOptions struct {
	maxFiles, maxBytes int64 // 0: none
	latestFirst        bool
	maxAge             time.Duration
	nameOnly           bool
	clean              string // off, delete, archive
	archive            string // folder
	maxCached          int64
	discard            float64
}

func parseStreamOptions(r connector.Request) (o streamOptions, err error) {
	if o.maxFiles, err = positive(r.Options, "maxFilesPerTrigger"); err != nil {
		return o, err
	}
	if o.maxBytes, err = positive(r.Options, "maxBytesPerTrigger"); err != nil {
		return o, err
	}
	if o.maxFiles > 0 && o.maxBytes > 0 {
		return o, sparkerr.New("", "Options 'maxFilesPerTrigger' and 'maxBytesPerTrigger' can't be both set at the same time; keep one of them")
	}
	if o.latestFirst, err = BoolOption(r.Options, "latestFirst", false); err != nil {
		return o, err
	}
	if o.nameOnly, err = BoolOption(r.Options, "fileNameOnly", false); err != nil {
		return o, err
	}
	age := r.Options.Or("maxFileAge", "7d")
	var ok bool
	if o.maxAge, ok = duration(age, time.Millisecond); !ok {
		return o, badOption("maxFileAge", age, "write a span such as 7d or 12h")
	}
	if o.latestFirst && (o.maxFiles > 0 || o.maxBytes > 0) {
		o.maxAge = -1
	}
	return o, o.parseRest(r)
}

func (o *streamOptions) parseRest(r connector.Request) (err error) {
	cached := r.Options.Or("maxCachedFiles", "10000")
	if o.maxCached, err = strconv.ParseInt(cached, 10, 64); err != nil || o.maxCached < 0 {
		return badOption("maxCachedFiles", cached, "it must be a whole number of at least 0")
	}
	ratio := r.Options.Or("discardCachedInputRatio", "0.2")
	if o.discard, err = strconv.ParseFloat(ratio, 64); err != nil || o.discard < 0 || o.discard > 1 {
		return badOption("discardCachedInputRatio", ratio, "it must be a number from 0 to 1")
	}
	o.clean = strings.ToLower(r.Options.Or("cleanSource", "off"))
	switch o.clean {
	case "off", "delete":
	case "archive":
		dir, ok := r.Options.Get("sourceArchiveDir")
		if !ok {
			return sparkerr.New("", "Archive mode of the option cleanSource needs the option sourceArchiveDir")
		}
		if o.archive, err = absolute(dir); err != nil {
			return err
		}
	default:
		return badOption("cleanSource", o.clean, "it must be off, delete or archive")
	}
	return nil
}

// logged is a line of the source log.
type logged struct {
	Path      string `json:"path"` // a file: URI
	Timestamp int64  `json:"timestamp"`
	BatchID   int64  `json:"batchId"`
}

// stream is a relation that grows. Its log decides which files an offset
// stands for. All methods but Open belong to the coordinator's goroutine.
type stream struct {
	*relation
	opts     streamOptions
	log      sourceLog
	last     int64 // id of the log's latest entry, -1: none
	seen     *seenFiles
	unread   []found // listed, not yet admitted
	frozen   bool    // unread is all there will be
	batches  map[int64][]logged
	oldest   int64 // ids below are not in batches
	restored bool
}

func openStream(rel *relation) (*stream, error) {
	o, err := parseStreamOptions(rel.request)
	if err != nil {
		return nil, err
	}
	if len(rel.lister.roots) != 1 {
		return nil, sparkerr.New("", "a stream reads one path or one pattern; give one, or union several streams")
	}
	if o.clean == "archive" && matchesRoot(rel.lister.roots[0], o.archive) {
		return nil, badOption("sourceArchiveDir", o.archive, "it must lie outside of what the stream reads")
	}
	s := &stream{relation: rel, opts: o, last: -1, seen: newSeen(o.maxAge, o.nameOnly), batches: map[int64][]logged{}}
	if j := rel.request.Journal; j != nil {
		s.log = &journalLog{j: j, name: rel.request.Log, keep: s.remembers}
	} else {
		s.log = &batchLog{fs: rel.lister.fs, dir: rel.request.Log, interval: compactInterval, filled: true}
	}
	return s, nil
}

// matchesRoot compares a folder with a root over as many components as both
// have.
func matchesRoot(root, dir string) bool {
	a, b := strings.Split(root, "/"), strings.Split(dir, "/")
	for i := range min(len(a), len(b)) {
		if !matchAny(a[i], b[i]) && a[i] != b[i] {
			return false
		}
	}
	return true
}

// Describe implements connector.Describer.
func (s *stream) Describe() string { return "FileStreamSource[" + show(s.lister.roots[0]) + "]" }

// offset is the JSON of the offset log.
func offset(id int64) connector.Offset {
	return connector.Offset(`{"logOffset":` + strconv.FormatInt(id, 10) + `}`)
}

// idOf reads an offset: {"logOffset":N} or, of older checkpoints, N. Empty is
// otherwise.
func idOf(o connector.Offset, otherwise int64) (int64, error) {
	if len(o) == 0 {
		return otherwise, nil
	}
	var form struct{ LogOffset *int64 }
	if err := json.Unmarshal(o, &form); err == nil && form.LogOffset != nil {
		return *form.LogOffset, nil
	}
	id, err := strconv.ParseInt(string(o), 10, 64)
	if err != nil {
		return 0, sparkerr.Corrupt(string(o), "this is not an offset of a file source; the checkpoint belongs to another query")
	}
	return id, nil
}

// restore reads the log at the first call.
func (s *stream) restore() error {
	if s.restored {
		return nil
	}
	if s.request.Log == "" {
		return sparkerr.Internalf("a file stream was opened for its schema only, and then read")
	}
	if err := s.log.adopt(); err != nil {
		return err
	}
	lines, last, err := s.log.all()
	if err != nil {
		return err
	}
	for _, line := range lines {
		var e logged
		if err := json.Unmarshal(line, &e); err != nil {
			return sparkerr.Corrupt(s.request.Log, "the line %q is no entry of a file source: %v", line, err)
		}
		s.seen.add(pathOfURI(e.Path), e.Timestamp)
		s.batches[e.BatchID] = append(s.batches[e.BatchID], e)
	}
	s.seen.purge()
	s.last, s.restored = last, true
	return nil
}

// Latest implements connector.Source. It admits new files, and makes the log
// entry that says which durable before it returns its offset.
func (s *stream) Latest(ctx context.Context, from connector.Offset, l connector.Limit) (connector.Offset, error) {
	if err := s.restore(); err != nil {
		return nil, err
	}
	start, err := idOf(from, -1)
	if err != nil {
		return nil, err
	}
	if start > s.last {
		return nil, s.logEndsEarly(start)
	}
	if s.last > start { // logged before a crash, not yet in the offset log
		return offset(s.last), nil
	}
	if l.All && !s.frozen {
		s.unread = nil // what came since they were listed counts, too
	}
	files, err := s.fresh(ctx)
	if err != nil {
		return nil, err
	}
	admitted, rest := s.admit(files, !l.All)
	s.keepUnread(rest)
	if len(admitted) == 0 {
		return from, nil
	}
	return s.append(admitted)
}

func (s *stream) logEndsEarly(id int64) error {
	return sparkerr.Corrupt(s.request.Log, "the offset log names entry %d of this source, its own log ends at %d; restore the checkpoint as a whole", id, s.last)
}

// append logs the files as the next entry.
func (s *stream) append(files []found) (connector.Offset, error) {
	id := s.last + 1
	var es []logged
	var lines [][]byte
	for _, f := range files {
		e := logged{uri(f.path), f.mtime.UnixMilli(), id}
		es = append(es, e)
		lines = append(lines, marshal(e))
	}
	if err := s.log.add(id, lines); err != nil {
		return nil, err
	}
	for _, f := range files {
		s.seen.add(f.path, f.mtime.UnixMilli())
	}
	s.seen.purge()
	s.batches[id], s.last = es, id
	return offset(id), nil
}

// marshal is JSON without the escapes of HTML.
func marshal(v any) []byte {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // only strings and numbers come here
	}
	return []byte(strings.TrimSuffix(b.String(), "\n"))
}

// fresh returns files, those not seen yet first of all, in the order they are
// admitted.
func (s *stream) fresh(ctx context.Context) ([]found, error) {
	for len(s.unread) > 0 && s.isOld(s.unread[0]) {
		s.unread = s.unread[1:]
	}
	if s.frozen || len(s.unread) > 0 {
		return s.unread, nil
	}
	all, err := s.lister.list(ctx, true)
	if err != nil {
		return nil, passing(err)
	}
	all = slices.DeleteFunc(all, s.isOld)
	slices.SortStableFunc(all, func(a, b found) int {
		c := cmp.Compare(a.mtime.UnixMilli(), b.mtime.UnixMilli())
		if s.opts.latestFirst {
			return -c
		}
		return c
	})
	return all, nil
}

func (s *stream) isOld(f found) bool { return !s.seen.isNew(f.path, f.mtime.UnixMilli()) }

// remembers reports whether a line of the log still tells something: it is of
// an epoch that may run, or its file could be taken for new.
func (s *stream) remembers(line []byte) bool {
	var e logged
	return json.Unmarshal(line, &e) != nil || e.BatchID >= s.oldest || e.Timestamp >= s.seen.purged
}

// admit cuts files by the limits of the options, if limited, and leaves out
// those seen since they were listed; of bytes, at least one file goes through.
func (s *stream) admit(files []found, limited bool) (now, later []found) {
	bytes := int64(0)
	for i, f := range files {
		if s.isOld(f) {
			continue
		}
		if limited && s.full(int64(len(now)), bytes+f.size) {
			return now, files[i:]
		}
		now, bytes = append(now, f), bytes+f.size
	}
	return now, nil
}

// full reports whether no file more goes behind n files, bytes with it.
func (s *stream) full(n, bytes int64) bool {
	if s.opts.maxFiles > 0 {
		return n >= s.opts.maxFiles
	}
	return s.opts.maxBytes > 0 && n > 0 && bytes > s.opts.maxBytes
}

// keepUnread decides whether the files a trigger left over are listed again.
func (s *stream) keepUnread(rest []found) {
	if s.frozen {
		s.unread = rest
		return
	}
	s.unread = nil
	if s.opts.latestFirst || s.opts.maxCached == 0 || len(rest) == 0 {
		return
	}
	left, limit := float64(len(rest)), float64(s.opts.maxFiles)
	if s.opts.maxBytes > 0 {
		left, limit = 0, float64(s.opts.maxBytes)
		for _, f := range rest {
			left += float64(f.size)
		}
	}
	if left >= s.opts.discard*limit {
		s.unread = rest[:min(int64(len(rest)), s.opts.maxCached)]
	}
}

// Snapshot implements connector.Snapshotter: from now on the stream knows only
// the files there are.
func (s *stream) Snapshot(ctx context.Context) error {
	if err := s.restore(); err != nil {
		return err
	}
	s.unread = nil
	files, err := s.fresh(ctx)
	s.unread, s.frozen = files, true
	return err
}

// Splits implements connector.Source: the files of the log's entries, in its
// order.
func (s *stream) Splits(_ context.Context, from, to connector.Offset) ([]connector.Split, error) {
	if err := s.restore(); err != nil {
		return nil, err
	}
	lo, err := idOf(from, -1)
	if err != nil {
		return nil, err
	}
	hi, err := idOf(to, s.last)
	if err != nil {
		return nil, err
	}
	if hi > s.last {
		return nil, s.logEndsEarly(hi)
	}
	var files []found
	for id := lo + 1; id <= hi; id++ {
		for _, e := range s.batches[id] {
			f, ok, err := s.stat(e)
			if err != nil {
				return nil, err
			}
			if ok {
				files = append(files, f)
			}
		}
	}
	return s.splits(files), nil
}

func (s *stream) stat(e logged) (found, bool, error) {
	p := pathOfURI(e.Path)
	info, err := s.lister.fs.Stat(p)
	if errors.Is(err, vfs.ErrNotExist) && s.lister.ignoreMissing {
		return found{}, false, nil
	}
	if err != nil {
		return found{}, false, Unread(p, 0, err)
	}
	return found{path: p, root: s.rootOf(p), size: info.Size, mtime: info.ModTime}, true, nil
}

// rootOf returns the folder below which the folders of a file are partitions.
func (s *stream) rootOf(p string) string {
	switch root := s.lister.roots[0]; {
	case s.lister.base != "":
		return s.lister.base
	case !isGlob(root) && p != root:
		return root
	case p == root:
		return path.Dir(p)
	default:
		parts, depth := strings.Split(p, "/"), len(strings.Split(root, "/"))
		if depth >= len(parts) {
			return path.Dir(p)
		}
		return strings.Join(parts[:depth], "/")
	}
}

// Forget implements connector.Source: files of committed entries are deleted
// or archived if the options say so, and files of the log that a compact one
// replaces are removed after ten minutes.
func (s *stream) Forget(ctx context.Context, upTo connector.Offset) error {
	id, err := idOf(upTo, -1)
	if err != nil || s.restore() != nil {
		return err
	}
	for ; s.oldest <= id; s.oldest++ {
		if s.opts.clean != "off" {
			for _, e := range s.batches[s.oldest] {
				s.clean(ctx, pathOfURI(e.Path))
			}
		}
		delete(s.batches, s.oldest)
	}
	return s.log.trim(id, s.request.Env.Clock.Now().Add(-logCleanupDelay))
}

const logCleanupDelay = 10 * time.Minute

// clean removes or archives a file; what fails is only warned about.
func (s *stream) clean(ctx context.Context, p string) {
	fs := s.lister.fs
	var err error
	if s.opts.clean == "delete" {
		err = fs.Remove(p)
	} else {
		to := path.Join(s.opts.archive, p)
		if err = fs.MkdirAll(path.Dir(to)); err == nil {
			err = fs.Rename(p, to, vfs.Overwrite)
		}
	}
	if err != nil && !errors.Is(err, vfs.ErrNotExist) {
		s.request.Env.Log.WarnContext(ctx, "a file that was read could not be cleaned up", "path", p, "error", err)
	}
}
