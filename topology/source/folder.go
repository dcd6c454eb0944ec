package source

import (
	"context"
	"encoding/json"
	"errors"
	"hash/fnv"
	"io"
	"io/fs"
	"maps"
	"path"
	"strings"
	"time"

	"github.com/spatestream/spate/topology"
)

// Folder returns the source of the lines of all files of a folder, a few of each
// in turn. Each file is a topology.Split, so that the watermark is that of the
// file that is furthest behind. It looks for more lines and more files every so
// often by the job's clock and never ends; if that is 0 it reads the files that
// are there at first up to their ends. Files grow, and are neither replaced nor
// shortened (one shorter than what was read of it is an error); what was not read
// of one that is removed is not given. Names that begin
// with a dot, and folders, are left out. Instances share the files by their names,
// and have one open at a time, as long as they read in it. It knows its position in
// each.
func Folder(dir string, every time.Duration) func() topology.Source[string] {
	switch {
	case dir == "":
		return refuse[string]("Folder needs a folder, and was given \"\"; the one at hand is \".\"")
	case every < 0:
		return refuse[string]("Folder cannot look every %v: the time cannot be negative; by 0 it looks once", every)
	}
	return func() topology.Source[string] { return &folder{dir: dir, every: every, places: map[string]int64{}} }
}

type folder struct {
	dir    string
	every  time.Duration
	ctx    *topology.Context
	open   []*folded        // those that are not read to their ends
	turn   int              // of open: who is next
	places map[string]int64 // by name: where a file was, which is not in open
	next   time.Time        // when to look for files; zero: at once
	looked bool
}

// folded is a file of a folder.
type folded struct {
	lineFile
	base  string
	split *topology.Split
	still bool // it was read to its end since the last look
}

// Setup implements topology.Setup.
func (f *folder) Setup(ctx *topology.Context) error {
	f.ctx = ctx
	return nil
}

// Next implements topology.Source.
func (f *folder) Next(ctx context.Context, out *topology.Emitter[string]) error {
	if !f.looked || f.every > 0 && !f.ctx.Now().Before(f.next) {
		if err := f.look(); err != nil {
			return err
		}
	}
	for range len(f.open) {
		if gave, err := f.read(out); gave || err != nil {
			return err
		}
	}
	if f.every == 0 {
		return io.EOF // each was read to its end
	}
	f.ctx.WaitUntil(ctx, f.next)
	return nil
}

// NextDue implements topology.Scheduled.
func (f *folder) NextDue() time.Time { return f.next }

// look finds the files that are new, and has the others read on.
func (f *folder) look() error {
	f.looked = true
	if f.every > 0 {
		f.next = f.ctx.Now().Add(f.every)
	}
	entries, err := f.ctx.Env().FS.List(f.dir)
	if err != nil {
		return err
	}
	known, there := map[string]bool{}, map[string]bool{}
	for _, x := range f.open {
		known[x.base], x.still = true, false
	}
	for _, e := range entries {
		there[e.Name] = true
		if e.Dir || strings.HasPrefix(e.Name, ".") || known[e.Name] || !f.mine(e.Name) {
			continue
		}
		x := &folded{base: e.Name, split: f.ctx.Split(e.Name), lineFile: lineFile{name: path.Join(f.dir, e.Name), at: f.places[e.Name]}}
		f.open = append(f.open, x)
	}
	maps.DeleteFunc(f.places, func(name string, _ int64) bool { return !there[name] }) // one of that name is another file
	return nil
}

// mine reports whether a file is this instance's.
func (f *folder) mine(name string) bool {
	h := fnv.New32a()
	_, _ = io.WriteString(h, name)
	return int(h.Sum32()%uint32(f.ctx.Instances())) == f.ctx.Instance()
}

// read gives a few lines of the file whose turn it is, if it has any.
func (f *folder) read(out *topology.Emitter[string]) (gave bool, err error) {
	f.turn %= len(f.open)
	x := f.open[f.turn]
	if x.still {
		f.turn++
		return false, nil
	}
	out.From(x.split)
	for !x.lines.emit(out) {
		if err = x.visit(f.ctx.Env().FS); err != nil {
			break
		}
	}
	switch {
	case err == nil:
		f.turn++
		return true, nil
	case errors.Is(err, fs.ErrNotExist):
		delete(f.places, x.base)
	case !errors.Is(err, io.EOF):
		return false, err
	case f.every > 0:
		f.turn++
		x.still = true
		return false, nil
	default:
		x.lines.emitRest(out)
		f.places[x.base] = x.position()
	}
	f.open = append(f.open[:f.turn], f.open[f.turn+1:]...)
	x.split.End()
	return true, nil
}

// Position implements topology.Positioned.
func (f *folder) Position() ([]byte, error) {
	for _, x := range f.open {
		f.places[x.base] = x.position()
	}
	return json.Marshal(f.places)
}

// Seek implements topology.Positioned.
func (f *folder) Seek(position []byte) error { return f.SeekAll([][]byte{position}) }

// SeekAll implements topology.Movable.
func (f *folder) SeekAll(positions [][]byte) (err error) {
	f.places, err = furthest[string, int64](positions)
	return err
}
