package file

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
)

// found is a data file of a listing.
type found struct {
	path  string // absolute
	root  string // the listed directory it was found under; partition folders are below
	size  int64
	mtime time.Time
}

// lister lists data files by the options of a request.
type lister struct {
	fs            vfs.FS
	roots         []string
	recursive     bool
	nameGlob      string // "" for all
	base          string // option basePath
	before, after time.Time
	ignoreSinkLog bool
	ignoreMissing bool
}

// newLister reads the listing options. Streams refuse modifiedBefore and
// modifiedAfter.
func newLister(r connector.Request, roots []string) (*lister, error) {
	l := &lister{fs: r.Env.FS, roots: roots, nameGlob: r.Options.Or("pathGlobFilter", "")}
	var err error
	if l.recursive, err = BoolOption(r.Options, "recursiveFileLookup", false); err != nil {
		return nil, err
	}
	if l.ignoreMissing, err = BoolOption(r.Options, "ignoreMissingFiles", conf(r, "spark.sql.files.ignoreMissingFiles") == "true"); err != nil {
		return nil, err
	}
	l.ignoreSinkLog = conf(r, "spark.sql.streaming.fileStreamSink.ignoreMetadata") == "true"
	if b, ok := r.Options.Get("basePath"); ok {
		if l.base, err = absolute(b); err != nil {
			return nil, err
		}
	}
	for name, to := range map[string]*time.Time{"modifiedBefore": &l.before, "modifiedAfter": &l.after} {
		text, ok := r.Options.Get(name)
		if !ok {
			continue
		}
		if r.Streaming {
			return nil, badOption(name, text, "it works on batch reads only; take it out of the stream's options")
		}
		if *to, err = time.Parse("2006-01-02T15:04:05", text); err != nil {
			return nil, badOption(name, text, "write a time as 2026-01-31T23:59:59")
		}
	}
	return l, nil
}

// list returns the files in the order of their paths. A root that is no
// pattern and does not exist is PATH_NOT_FOUND, unless optional.
func (l *lister) list(ctx context.Context, optional bool) ([]found, error) {
	var all []found
	for _, root := range l.roots {
		files, err := l.root(ctx, root, optional)
		if err != nil {
			return nil, notListed(root, err)
		}
		all = append(all, files...)
	}
	return all, nil
}

func (l *lister) root(ctx context.Context, root string, optional bool) ([]found, error) {
	if isGlob(root) {
		if e, err := l.fs.Stat(root); err == nil { // a name that only looks like a pattern
			return l.start(ctx, root, e)
		}
		return l.glob(ctx, root, optional)
	}
	e, err := l.fs.Stat(root)
	if errors.Is(err, vfs.ErrNotExist) {
		if optional {
			return nil, nil
		}
		return nil, pathNotFound(root)
	}
	if err != nil {
		return nil, err
	}
	if e.Dir && !l.ignoreSinkLog {
		if files, ok, err := l.sinkLog(root); ok || err != nil {
			return files, err
		}
	}
	return l.start(ctx, root, e)
}

func (l *lister) start(ctx context.Context, p string, e vfs.Entry) ([]found, error) {
	if !e.Dir {
		f := found{path: p, root: path.Dir(p), size: e.Size, mtime: e.ModTime}
		return l.keep(nil, f), nil
	}
	all, err := l.walk(ctx, nil, p, p)
	if err != nil || l.recursive {
		return all, err
	}
	return shallow(all, p), nil
}

// shallow keeps what Spark reads without recursiveFileLookup: everything if
// there are key=value folders, else the files of the folder itself.
func shallow(all []found, root string) []found {
	for _, f := range all {
		if first, _, deep := strings.Cut(strings.TrimPrefix(f.path, root+"/"), "/"); deep && strings.Contains(first, "=") {
			return all
		}
	}
	return slices.DeleteFunc(all, func(f found) bool { return path.Dir(f.path) != root })
}

func (l *lister) walk(ctx context.Context, into []found, root, dir string) ([]found, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	entries, err := l.fs.List(dir)
	if err != nil {
		if errors.Is(err, vfs.ErrNotExist) && (l.ignoreMissing || dir != root) {
			return into, nil // removed while we looked
		}
		return nil, err
	}
	for _, e := range entries {
		p := path.Join(dir, e.Name)
		switch {
		case hidden(e.Name):
		case e.Dir:
			if into, err = l.walk(ctx, into, root, p); err != nil {
				return nil, err
			}
		default:
			into = l.keep(into, found{path: p, root: root, size: e.Size, mtime: e.ModTime})
		}
	}
	return into, nil
}

// keep appends f if the filters of the options let it pass.
func (l *lister) keep(into []found, f found) []found {
	if l.nameGlob != "" && !matchAny(l.nameGlob, path.Base(f.path)) {
		return into
	}
	if !l.before.IsZero() && !f.mtime.Before(l.before) || !l.after.IsZero() && !f.mtime.After(l.after) {
		return into
	}
	if l.base != "" && strings.HasPrefix(f.path, l.base+"/") {
		f.root = l.base
	}
	return append(into, f)
}

// glob lists what a pattern names: files, and the content of folders.
func (l *lister) glob(ctx context.Context, pattern string, optional bool) ([]found, error) {
	var names []string
	for _, p := range braces(pattern) {
		names = l.expand(names, "/", strings.Split(strings.TrimPrefix(p, "/"), "/"))
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) == 0 && !optional {
		return nil, pathNotFound(pattern)
	}
	var all []found
	for _, n := range names {
		e, err := l.fs.Stat(n)
		if err != nil {
			continue
		}
		files, err := l.start(ctx, n, e)
		if err != nil {
			return nil, err
		}
		all = append(all, files...)
	}
	return all, nil
}

func (l *lister) expand(into []string, dir string, parts []string) []string {
	if len(parts) == 0 {
		return append(into, dir)
	}
	if !isGlob(parts[0]) {
		next := path.Join(dir, parts[0])
		if _, err := l.fs.Stat(next); err != nil {
			return into
		}
		return l.expand(into, next, parts[1:])
	}
	entries, err := l.fs.List(dir)
	if err != nil {
		return into
	}
	for _, e := range entries {
		if (len(parts) == 1 || e.Dir) && !hidden(e.Name) && matchAny(parts[0], e.Name) {
			into = l.expand(into, path.Join(dir, e.Name), parts[1:])
		}
	}
	return into
}

// sinkLog lists a directory that a file sink writes through the sink's log; ok
// says that it is one.
func (l *lister) sinkLog(root string) (files []found, ok bool, err error) {
	dir := path.Join(root, sinkLogDir)
	if e, err := l.fs.Stat(dir); err != nil || !e.Dir {
		return nil, false, nil
	}
	log := &batchLog{fs: l.fs, dir: dir, interval: compactInterval}
	entries, err := committed(log)
	if err != nil {
		return nil, true, err
	}
	for _, e := range entries {
		f := found{path: pathOfURI(e.Path), root: root, size: e.Size, mtime: time.UnixMilli(e.ModificationTime)}
		files = l.keep(files, f)
	}
	return files, true, nil
}

func pathNotFound(p string) error {
	return sparkerr.New("PATH_NOT_FOUND", "Path does not exist: "+show(p)+". Check the spelling, or create it first.", "path", show(p))
}
